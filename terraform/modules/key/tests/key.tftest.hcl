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
    condition     = aws_kms_key.this.enable_key_rotation && aws_kms_key.this.rotation_period_in_days == 365 && aws_kms_key.this.deletion_window_in_days == 30
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

  assert {
    condition     = output.key.alias == "alias/demo" && aws_kms_key.this.description == "demo" && !aws_kms_key.this.multi_region
    error_message = "The key is called otherwise, or is in other regions too."
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

run "cloudfront_for_distributions_of_this_account_alone" {
  command = plan

  variables {
    services = ["cloudfront.amazonaws.com"]
  }

  assert {
    condition     = jsondecode(aws_kms_key.this.policy).Statement[1].Condition == { ArnLike = { "aws:SourceArn" = "arn:aws:cloudfront::111122223333:distribution/*" } }
    error_message = "CloudFront states its distribution and no account: it may use the key for others, or not at all."
  }
}

run "administrators_and_users" {
  command = plan

  variables {
    administrators = ["arn:aws:iam::111122223333:role/keepers"]
    description    = "What orders say"
    rotation_days  = 90

    users = {
      company = { organisation = "o-a1b2c3d4e5", via = ["s3", "dynamodb"] }
      fleet   = { arn = "arn:aws:iam::111122223333:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling", lends = true }
      partner = { account = "444455556666", via = ["sqs"] }
    }
  }

  assert {
    condition = slice(jsondecode(aws_kms_key.this.policy).Statement, 1, 6) == [
      {
        Sid    = "Administrators"
        Effect = "Allow"
        Action = [
          "kms:CancelKeyDeletion", "kms:CreateAlias", "kms:DeleteAlias", "kms:DescribeKey", "kms:DisableKey", "kms:DisableKeyRotation",
          "kms:EnableKey", "kms:EnableKeyRotation", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListGrants",
          "kms:ListKeyPolicies", "kms:ListKeyRotations", "kms:ListResourceTags", "kms:PutKeyPolicy", "kms:RevokeGrant",
          "kms:RotateKeyOnDemand", "kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource", "kms:UpdateAlias",
          "kms:UpdateKeyDescription",
        ]
        Principal = { AWS = ["arn:aws:iam::111122223333:role/keepers"] }
        Resource  = "*"
      },
      {
        Sid    = "UserCompany"
        Effect = "Allow"
        Action = [
          "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext",
          "kms:ReEncryptFrom", "kms:ReEncryptTo",
        ]
        Principal = { AWS = "*" }
        Resource  = "*"
        Condition = {
          StringEquals = {
            "aws:PrincipalOrgID" = "o-a1b2c3d4e5"
            "kms:ViaService"     = ["dynamodb.eu-west-1.amazonaws.com", "s3.eu-west-1.amazonaws.com"]
          }
        }
      },
      {
        Sid    = "UserFleet"
        Effect = "Allow"
        Action = [
          "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext",
          "kms:ReEncryptFrom", "kms:ReEncryptTo",
        ]
        Principal = { AWS = "arn:aws:iam::111122223333:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling" }
        Resource  = "*"
      },
      {
        Sid    = "UserPartner"
        Effect = "Allow"
        Action = [
          "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext",
          "kms:ReEncryptFrom", "kms:ReEncryptTo",
        ]
        Principal = { AWS = "arn:aws:iam::444455556666:root" }
        Resource  = "*"
        Condition = { StringEquals = { "kms:ViaService" = ["sqs.eu-west-1.amazonaws.com"] } }
      },
      {
        Sid       = "LenderFleet"
        Effect    = "Allow"
        Action    = ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"]
        Principal = { AWS = "arn:aws:iam::111122223333:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling" }
        Resource  = "*"
        Condition = { Bool = { "kms:GrantIsForAWSResource" = "true" } }
      },
    ]
    error_message = "An administrator may use the key, or a user more or less than it."
  }

  assert {
    condition     = aws_kms_key.this.description == "What orders say" && aws_kms_key.this.rotation_period_in_days == 90
    error_message = "The key is described or rotates otherwise than asked."
  }
}

run "refuses_wrong_values" {
  command = plan

  variables {
    administrators = ["arn:aws:iam::111122223333:role/*"]
    description    = format("%08193d", 0)
    name           = "aws/mine"
    rotation_days  = 89
    services       = ["events"]
    users          = { two = { account = "111122223333", organisation = "o-a1b2c3d4e5" } }
  }

  expect_failures = [var.administrators, var.description, var.name, var.rotation_days, var.services, var.users]
}

run "refuses_users_that_are_no_role" {
  command         = plan
  expect_failures = [var.users]

  variables {
    users = { all = { arn = "arn:aws:iam::111122223333:role/*" } }
  }
}

run "refuses_accounts_that_are_none" {
  command         = plan
  expect_failures = [var.users]

  variables {
    users = { partner = { account = "them" } }
  }
}

run "refuses_organisations_that_are_none" {
  command         = plan
  expect_failures = [var.users]

  variables {
    users = { company = { organisation = "us" } }
  }
}

run "refuses_services_by_their_addresses" {
  command         = plan
  expect_failures = [var.users]

  variables {
    users = { partner = { account = "444455556666", via = ["sqs.eu-west-1.amazonaws.com"] } }
  }
}
