# The real provider without a network: names, policies and limits are known at the plan.
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

override_data {
  target = data.aws_caller_identity.current
  values = { account_id = "111122223333" }
}

variables {
  name = "demo"
  keys = {
    partition = { name = "owner", type = "S" }
    sort      = { name = "id", type = "S" }
  }
}

run "safe_by_default" {
  command = plan

  assert {
    condition     = aws_dynamodb_table.this.deletion_protection_enabled && aws_dynamodb_table.this.billing_mode == "PAY_PER_REQUEST"
    error_message = "The table can be deleted, or pays for what nobody uses."
  }

  assert {
    condition     = aws_dynamodb_table.this.point_in_time_recovery[0].enabled && aws_dynamodb_table.this.point_in_time_recovery[0].recovery_period_in_days == 35
    error_message = "The table can't be restored."
  }

  assert {
    condition     = toset(keys(aws_cloudwatch_metric_alarm.this)) == toset(["system_errors", "throttles"])
    error_message = "An alarm is missing."
  }

  assert {
    condition     = output.table.arn == "arn:aws:dynamodb:eu-west-1:111122223333:table/demo"
    error_message = "The ARN is not known at the first plan."
  }

  assert {
    condition     = output.grants.read.resources == toset([output.table.arn]) && !contains(output.grants.read.actions, "dynamodb:Scan") && !contains(output.grants.read.actions, "dynamodb:PutItem")
    error_message = "The grant to read allows more than reading."
  }

  assert {
    condition     = output.grants.write.actions == toset(["dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:DescribeTable", "dynamodb:PutItem", "dynamodb:UpdateItem"])
    error_message = "The grant to write allows more or less than writing."
  }
}

run "indexes_and_key" {
  command = plan

  variables {
    key          = { arn = "arn:aws:kms:eu-west-1:111122223333:key/one" }
    time_to_live = "expires_at"
    stream       = "NEW_IMAGE"
    indexes = {
      by-time   = { sort = { name = "created_at", type = "S" } }
      by-status = { partition = { name = "status", type = "S" }, include = ["total"] }
    }
    alarms = { overrides = { throttles = { enabled = false } } }
  }

  assert {
    condition     = toset([for attribute in aws_dynamodb_table.this.attribute : attribute.name]) == toset(["owner", "id", "created_at", "status"])
    error_message = "The declared attributes are not exactly the keys."
  }

  assert {
    condition     = one(aws_dynamodb_table.this.local_secondary_index).projection_type == "ALL" && one(aws_dynamodb_table.this.global_secondary_index).projection_type == "INCLUDE"
    error_message = "An index carries other attributes than asked for."
  }

  assert {
    condition     = output.grants.read.resources == toset(["arn:aws:kms:eu-west-1:111122223333:key/one", "arn:aws:dynamodb:eu-west-1:111122223333:table/demo", "arn:aws:dynamodb:eu-west-1:111122223333:table/demo/index/by-status", "arn:aws:dynamodb:eu-west-1:111122223333:table/demo/index/by-time"])
    error_message = "The grant to read does not name table, indexes and key."
  }

  assert {
    condition     = contains(output.grants.write.actions, "kms:GenerateDataKey") && one(aws_dynamodb_table.this.ttl).attribute_name == "expires_at" && !contains(keys(aws_cloudwatch_metric_alarm.this), "throttles")
    error_message = "Key, expiry or the alarm's switch is not taken."
  }
}

run "refuses_wrong_values" {
  command = plan

  variables {
    name          = "x"
    recovery_days = 36
    stream        = "EVERYTHING"
    alarms        = { overrides = { age = {} } }
    indexes       = { no = {} }
  }

  expect_failures = [var.name, var.recovery_days, var.stream, var.alarms, var.indexes]
}

run "refuses_an_unknown_key_type" {
  command = plan

  variables {
    keys = { partition = { name = "owner", type = "TEXT" } }
  }

  expect_failures = [var.keys]
}

run "refuses_an_attribute_of_two_types" {
  command = plan

  variables {
    indexes = { by-owner = { partition = { name = "owner", type = "N" } } }
  }

  expect_failures = [aws_dynamodb_table.this]
}
