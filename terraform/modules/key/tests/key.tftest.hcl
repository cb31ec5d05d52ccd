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
}

run "safe_by_default" {
  command = plan

  assert {
    condition     = aws_kms_key.this.enable_key_rotation && aws_kms_key.this.deletion_window_in_days == 30
    error_message = "The key doesn't rotate, or is gone too soon."
  }

  assert {
    condition = jsondecode(aws_kms_key.this.policy).Statement == [{
      Sid       = "Account"
      Effect    = "Allow"
      Action    = "kms:*"
      Principal = { AWS = "arn:aws:iam::111122223333:root" }
      Resource  = "*"

    }]
    error_message = "Without services the policy leaves everything to the account's IAM policies, and to nobody else."
  }
}

run "a_service_acts_for_this_account_alone" {
  command = plan

  variables {
    services = ["events.amazonaws.com"]
    protect  = false
  }

  assert {
    condition = jsondecode(aws_kms_key.this.policy).Statement[1] == {
      Sid       = "Events"
      Effect    = "Allow"
      Action    = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"]
      Principal = { Service = "events.amazonaws.com" }
      Resource  = "*"
      Condition = { StringEquals = { "aws:SourceAccount" = "111122223333" } }
    }
    error_message = "The service's statement allows more or less than it should."
  }

  assert {
    condition     = aws_kms_key.this.deletion_window_in_days == 7
    error_message = "An unprotected key waits as long as a protected one."
  }
}

run "log_groups_of_this_account_alone" {
  command = plan

  variables {
    services = ["logs.eu-west-1.amazonaws.com"]
  }

  assert {
    condition = jsondecode(aws_kms_key.this.policy).Statement[1] == {
      Sid    = "LogsEuWest1"
      Effect = "Allow"
      Action = [
        "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext",
        "kms:Encrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo",
      ]
      Principal = { Service = "logs.eu-west-1.amazonaws.com" }
      Resource  = "*"
      Condition = { ArnLike = { "kms:EncryptionContext:aws:logs:arn" = "arn:aws:logs:*:111122223333:log-group:*" } }
    }
    error_message = "CloudWatch Logs may use the key for log groups of other accounts, or not at all."
  }
}

run "refuses_wrong_values" {
  command = plan

  variables {
    name     = "aws/mine"
    services = ["events"]
  }

  expect_failures = [var.name, var.services]
}
