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
    condition     = length(aws_cloudwatch_metric_alarm.this["throttles"].metric_query) == 11
    error_message = "An operation's throttles raise no alarm."
  }

  assert {
    condition     = coalesce(aws_dynamodb_table.this.table_class, "STANDARD") == "STANDARD" && length(aws_dynamodb_table.this.on_demand_throughput) + length(aws_dynamodb_contributor_insights.this) == 0
    error_message = "A limit or a price is on that nobody asked for."
  }

  # Without the block the provider leaves the key that is there, which the grants no longer name.
  assert {
    condition     = !one(aws_dynamodb_table.this.server_side_encryption).enabled
    error_message = "A key that was taken away goes on encrypting."
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
    alarms = { prefix = "demo-table", overrides = { throttles = { enabled = false } } }

    contributor_insights = true
    infrequent_access    = true
    maximum_units        = { write = 1000 }
  }

  assert {
    condition     = one(aws_dynamodb_table.this.on_demand_throughput).max_write_request_units == 1000 && one(one(aws_dynamodb_table.this.global_secondary_index).on_demand_throughput).max_write_request_units == 1000
    error_message = "The table or an index takes more than its limit, or less than was asked."
  }

  assert {
    condition     = keys(aws_dynamodb_contributor_insights.this) == ["index/by-status", "table"] && aws_dynamodb_contributor_insights.this["index/by-status"].index_name == "by-status" && aws_dynamodb_table.this.table_class == "STANDARD_INFREQUENT_ACCESS"
    error_message = "Table or global index have no insights, or another class."
  }

  assert {
    condition     = output.index_grants["by-time"].query == { actions = toset(["dynamodb:Query", "kms:Decrypt"]), resources = toset(["arn:aws:dynamodb:eu-west-1:111122223333:table/demo/index/by-time", "arn:aws:kms:eu-west-1:111122223333:key/one"]), conditions = {} }
    error_message = "The grant on an index reaches beyond it."
  }

  assert {
    condition     = output.grants.follow.resources == toset(["arn:aws:dynamodb:eu-west-1:111122223333:table/demo/stream/*", "arn:aws:kms:eu-west-1:111122223333:key/one"]) && !contains(output.grants.follow.actions, "dynamodb:GetItem")
    error_message = "The grant to follow the stream reaches beyond it."
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
    condition     = contains(output.grants.write.actions, "kms:GenerateDataKey") && one(aws_dynamodb_table.this.ttl).attribute_name == "expires_at" && !contains(keys(aws_cloudwatch_metric_alarm.this), "throttles") && aws_cloudwatch_metric_alarm.this["system_errors"].alarm_name == "demo-table-system-errors"
    error_message = "Key, expiry or the alarm's switch is not taken."
  }

  assert {
    condition     = one(aws_dynamodb_table.this.server_side_encryption).enabled && one(aws_dynamodb_table.this.server_side_encryption).kms_key_arn == var.key.arn
    error_message = "The key encrypts nothing."
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
    key           = { arn = "arn:aws:kms:eu-west-1:111122223333:alias/demo" }
    maximum_units = { read = 0 }
    time_to_live  = join("", range(200))
  }

  expect_failures = [var.name, var.recovery_days, var.stream, var.alarms, var.indexes, var.key, var.maximum_units, var.time_to_live]
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

run "refuses_indexes_with_unknown_types" {
  command         = plan
  expect_failures = [var.indexes]

  variables {
    indexes = { by-owner = { partition = { name = "status", type = "TEXT" } } }
  }
}

run "refuses_names_of_indexes_dynamodb_refuses" {
  command         = plan
  expect_failures = [var.indexes]

  variables {
    indexes = { "by owner" = { partition = { name = "status", type = "S" } } }
  }
}

run "refuses_more_indexes_than_dynamodb_takes" {
  command         = plan
  expect_failures = [var.indexes]

  variables {
    indexes = { for number in range(6) : "by-${number}" => { sort = { name = "s${number}", type = "S" } } }
  }
}

run "refuses_more_attributes_than_indexes_carry" {
  command         = plan
  expect_failures = [var.indexes]

  variables {
    indexes = { for number in range(6) : "by-${number}" => { partition = { name = "p${number}", type = "S" }, include = formatlist("a%s", range(17)) } }
  }
}

run "refuses_more_attributes_than_one_index_carries" {
  command         = plan
  expect_failures = [var.indexes]

  variables {
    indexes = { by-status = { partition = { name = "status", type = "S" }, include = formatlist("a%s", range(21)) } }
  }
}

run "refuses_limits_of_nothing" {
  command         = plan
  expect_failures = [var.maximum_units]

  variables {
    maximum_units = {}
  }
}

run "lifts_a_limit" {
  command = plan

  variables {
    maximum_units = { read = -1, write = 500 }
  }

  assert {
    condition     = one(aws_dynamodb_table.this.on_demand_throughput).max_read_request_units == -1 && one(aws_dynamodb_table.this.on_demand_throughput).max_write_request_units == 500
    error_message = "A limit can't be lifted."
  }
}

run "refuses_local_indexes_of_a_table_without_sort_key" {
  command         = plan
  expect_failures = [var.indexes]

  variables {
    keys    = { partition = { name = "id", type = "S" } }
    indexes = { by-time = { sort = { name = "created_at", type = "S" } } }
  }
}

run "refuses_keys_without_a_name" {
  command         = plan
  expect_failures = [var.keys]

  variables {
    keys = { partition = { name = "", type = "S" } }
  }
}
