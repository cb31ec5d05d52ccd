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
  name = "demo-videos"
}

run "safe_by_default" {
  command = plan

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.this.block_public_acls, aws_s3_bucket_public_access_block.this.block_public_policy,
      aws_s3_bucket_public_access_block.this.ignore_public_acls, aws_s3_bucket_public_access_block.this.restrict_public_buckets,
    ])
    error_message = "The bucket can be made public."
  }

  assert {
    condition     = aws_s3_bucket_ownership_controls.this.rule[0].object_ownership == "BucketOwnerEnforced" && !aws_s3_bucket.this.force_destroy
    error_message = "Objects may be another account's, or are lost with a destroy."
  }

  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default[0].sse_algorithm == "AES256" && aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled"
    error_message = "Objects are not encrypted, or overwritten for ever."
  }

  assert {
    condition = jsondecode(aws_s3_bucket_policy.this.policy) == {
      Version = "2012-10-17"
      Statement = [{
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Action    = "s3:*"
        Principal = "*"
        Resource  = ["arn:aws:s3:::demo-videos", "arn:aws:s3:::demo-videos/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }]
    }
    error_message = "Without senders the policy only refuses plain text."
  }

  assert {
    condition     = [for rule in aws_s3_bucket_lifecycle_configuration.this[0].rule : rule.id] == ["abandoned-uploads"]
    error_message = "Uploads that were never ended stay on the bill, or objects expire unasked."
  }

  assert {
    condition     = length(aws_s3_bucket_notification.this) + length(aws_s3_bucket_cors_configuration.this) == 0
    error_message = "Events or origins are on that nobody asked for."
  }

  assert {
    condition     = output.grants.read.actions == toset(["s3:GetObject", "s3:ListBucket"]) && output.grants.write.resources == toset(["arn:aws:s3:::demo-videos/*"]) && !contains(output.grants.write.actions, "s3:DeleteObject")
    error_message = "A grant allows more or less than its name."
  }
}

run "everything_on" {
  command = plan

  variables {
    cors       = { origins = ["https://app.example.com"], methods = ["PUT"], headers = ["content-type"] }
    events     = true
    key        = { arn = "arn:aws:kms:eu-west-1:111122223333:key/1" }
    protect    = false
    versioning = false
    senders    = { logs = { service = "delivery.logs.amazonaws.com", source_arn = "arn:aws:logs:eu-west-1:111122223333:*-logs", prefix = "logs/" } }
    lifecycle_rules = {
      old = { expire_old_versions_days = 30 }
      raw = { prefix = "raw/", expire_days = 365, move_days = { GLACIER_IR = 30 } }
    }
  }

  assert {
    condition = jsondecode(aws_s3_bucket_policy.this.policy).Statement[1] == {
      Sid       = "SenderLogs"
      Effect    = "Allow"
      Action    = "s3:PutObject"
      Principal = { Service = "delivery.logs.amazonaws.com" }
      Resource  = "arn:aws:s3:::demo-videos/logs/*"
      Condition = {
        ArnLike      = { "aws:SourceArn" = "arn:aws:logs:eu-west-1:111122223333:*-logs" }
        StringEquals = { "aws:SourceAccount" = "111122223333" }
      }
    }
    error_message = "A sender is not held to its source, account and prefix."
  }

  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.this.rule).bucket_key_enabled && one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default[0].kms_master_key_id == var.key.arn
    error_message = "The key is not used, or asked for with every object."
  }

  assert {
    condition     = aws_s3_bucket_notification.this[0].eventbridge && one(aws_s3_bucket_cors_configuration.this[0].cors_rule).allowed_origins == toset(["https://app.example.com"]) && aws_s3_bucket.this.force_destroy && aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Suspended"
    error_message = "Events, origins, protection or versioning are not as asked."
  }

  assert {
    condition     = [for rule in aws_s3_bucket_lifecycle_configuration.this[0].rule : rule.id] == ["abandoned-uploads", "old", "raw"]
    error_message = "The lifecycle is not as asked."
  }

  assert {
    condition     = contains(output.grants.write.actions, "kms:GenerateDataKey") && contains(output.grants.read.resources, var.key.arn)
    error_message = "A grant lacks the key."
  }
}

run "without_lifecycle" {
  command = plan

  variables {
    lifecycle_rules = null
  }

  assert {
    condition     = length(aws_s3_bucket_lifecycle_configuration.this) == 0
    error_message = "The lifecycle can't be turned off."
  }
}

run "refuses_what_s3_refuses" {
  command         = plan
  expect_failures = [var.cors, var.lifecycle_rules, var.name, var.senders]

  variables {
    cors            = { origins = ["*"] }
    lifecycle_rules = { nothing = {} }
    name            = "Demo.Videos"
    senders         = { everyone = { service = "*", source_arn = "*" } }
  }
}

run "refuses_other_methods_and_days" {
  command         = plan
  expect_failures = [var.cors, var.lifecycle_rules]

  variables {
    cors            = { origins = ["https://app.example.com"], methods = ["PATCH"] }
    lifecycle_rules = { soon = { expire_days = 0 } }
  }
}

run "refuses_unknown_storage_classes" {
  command         = plan
  expect_failures = [var.lifecycle_rules]

  variables {
    lifecycle_rules = { cold = { move_days = { ICE = 30 } } }
  }
}

run "refuses_moves_that_come_too_soon" {
  command         = plan
  expect_failures = [var.lifecycle_rules]

  variables {
    lifecycle_rules = { cold = { move_days = { STANDARD_IA = 29 } } }
  }
}
