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
      Statement = [
        {
          Sid       = "TlsOnly"
          Effect    = "Deny"
          Action    = "s3:*"
          Principal = "*"
          Resource  = ["arn:aws:s3:::demo-videos", "arn:aws:s3:::demo-videos/*"]
          Condition = { Bool = { "aws:SecureTransport" = "false" } }
        },
        {
          Sid       = "NoKeysOfCallers"
          Effect    = "Deny"
          Action    = "s3:PutObject"
          Principal = "*"
          Resource  = "arn:aws:s3:::demo-videos/*"
          Condition = { Null = { "s3:x-amz-server-side-encryption-customer-algorithm" = "false" } }
        },
      ]
    }
    error_message = "Without senders the policy only refuses plain text and keys of callers."
  }

  assert {
    condition     = [for rule in aws_s3_bucket_lifecycle_configuration.this[0].rule : rule.id] == ["abandoned-uploads", "orphaned-delete-markers"]
    error_message = "Uploads that were never ended stay on the bill, or objects expire unasked."
  }

  assert {
    condition     = length(aws_s3_bucket_notification.this) + length(aws_s3_bucket_cors_configuration.this) + length(aws_s3_bucket_logging.this) + length(aws_s3_bucket_object_lock_configuration.this) == 0
    error_message = "Events, origins, logs or locks are on that nobody asked for."
  }

  assert {
    condition     = output.grants.read.actions == toset(["s3:GetObject", "s3:ListBucket"]) && output.grants.list.resources == toset(["arn:aws:s3:::demo-videos"]) && output.grants.write.resources == toset(["arn:aws:s3:::demo-videos/*"]) && !contains(output.grants.write.actions, "s3:DeleteObject")
    error_message = "A grant allows more or less than its name."
  }
}

run "everything_on" {
  command = plan

  variables {
    access_logs = { bucket = { name = "demo-logs" } }
    cors        = { origins = ["https://app.example.com"], methods = ["PUT"], headers = ["content-type"] }
    events      = true
    prefixes    = { raw = "raw/" }
    key         = { arn = "arn:aws:kms:eu-west-1:111122223333:key/1" }
    protect     = false
    versioning  = false
    senders     = { logs = { service = "delivery.logs.amazonaws.com", source_arn = "arn:aws:logs:eu-west-1:111122223333:*-logs", prefix = "logs/" } }
    lifecycle_rules = {
      old = { expire_old_versions_days = 30 }
      raw = {
        prefix                   = "raw/"
        tags                     = { kept = "long" }
        expire_days              = 365
        expire_old_versions_days = 90
        keep_old_versions        = 3
        move_days                = { GLACIER_IR = 30 }
        move_old_versions_days   = { GLACIER_IR = 1 }
      }
    }
  }

  assert {
    condition = slice(jsondecode(aws_s3_bucket_policy.this.policy).Statement, 2, 5) == [
      {
        Sid       = "NoWeakerEncryption"
        Effect    = "Deny"
        Action    = "s3:PutObject"
        Principal = "*"
        Resource  = "arn:aws:s3:::demo-videos/*"
        Condition = {
          Bool            = { "aws:PrincipalIsAWSService" = "false" }
          Null            = { "s3:x-amz-server-side-encryption" = "false" }
          StringNotEquals = { "s3:x-amz-server-side-encryption" = ["aws:kms", "aws:kms:dsse"] }
        }
      },
      {
        Sid       = "SenderLogs"
        Effect    = "Allow"
        Action    = "s3:PutObject"
        Principal = { Service = "delivery.logs.amazonaws.com" }
        Resource  = "arn:aws:s3:::demo-videos/logs/*"
        Condition = {
          ArnLike      = { "aws:SourceArn" = "arn:aws:logs:eu-west-1:111122223333:*-logs" }
          StringEquals = { "aws:SourceAccount" = "111122223333" }
        }
      },
      {
        Sid       = "SenderLogsLooks"
        Effect    = "Allow"
        Action    = ["s3:GetBucketAcl", "s3:ListBucket"]
        Principal = { Service = "delivery.logs.amazonaws.com" }
        Resource  = "arn:aws:s3:::demo-videos"
        Condition = {
          ArnLike      = { "aws:SourceArn" = "arn:aws:logs:eu-west-1:111122223333:*-logs" }
          StringEquals = { "aws:SourceAccount" = "111122223333" }
        }
      },
    ]
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
    condition     = [for rule in aws_s3_bucket_lifecycle_configuration.this[0].rule : rule.id] == ["abandoned-uploads", "orphaned-delete-markers", "old", "raw"]
    error_message = "The lifecycle is not as asked."
  }

  assert {
    condition = (
      aws_s3_bucket_lifecycle_configuration.this[0].rule[3].filter[0].and[0].tags == tomap({ kept = "long" }) &&
      aws_s3_bucket_lifecycle_configuration.this[0].rule[3].noncurrent_version_expiration[0].newer_noncurrent_versions == 3 &&
      one(aws_s3_bucket_lifecycle_configuration.this[0].rule[3].noncurrent_version_transition).noncurrent_days == 1
    )
    error_message = "A rule reaches other objects, or other versions, than asked."
  }

  assert {
    condition     = aws_s3_bucket_logging.this[0].target_bucket == "demo-logs" && aws_s3_bucket_logging.this[0].target_prefix == "demo-videos/"
    error_message = "Access logs go elsewhere."
  }

  assert {
    condition = output.prefix_grants.raw == {
      delete = { actions = toset(["s3:DeleteObject"]), resources = toset(["arn:aws:s3:::demo-videos/raw/*"]), conditions = {} }
      list   = { actions = toset(["s3:ListBucket"]), resources = toset(["arn:aws:s3:::demo-videos"]), conditions = { StringLike = { "s3:prefix" = ["raw/*"] } } }
      read   = { actions = toset(["kms:Decrypt", "s3:GetObject"]), resources = toset(["arn:aws:kms:eu-west-1:111122223333:key/1", "arn:aws:s3:::demo-videos/raw/*"]), conditions = {} }
      write = {
        actions    = toset(["kms:Decrypt", "kms:GenerateDataKey", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"])
        resources  = toset(["arn:aws:kms:eu-west-1:111122223333:key/1", "arn:aws:s3:::demo-videos/raw/*"])
        conditions = {}
      }
    }
    error_message = "A prefix's grant reaches beyond it, or lacks the key."
  }

  assert {
    condition     = contains(output.grants.write.actions, "kms:GenerateDataKey") && contains(output.grants.read.resources, var.key.arn)
    error_message = "A grant lacks the key."
  }
}

run "senders_of_other_accounts_and_locks" {
  command = plan

  variables {
    object_lock = { years = 7, mode = "COMPLIANCE" }
    senders     = { theirs = { service = "s3.amazonaws.com", source_arn = "arn:aws:s3:::theirs", account = "222233334444" } }
  }

  assert {
    condition     = jsondecode(aws_s3_bucket_policy.this.policy).Statement[2].Condition.StringEquals == { "aws:SourceAccount" = "222233334444" } && length(jsondecode(aws_s3_bucket_policy.this.policy).Statement) == 3
    error_message = "A bucket of another account is taken to be of this one."
  }

  assert {
    condition     = aws_s3_bucket_object_lock_configuration.this[0].rule[0].default_retention[0].years == 7 && aws_s3_bucket_object_lock_configuration.this[0].rule[0].default_retention[0].mode == "COMPLIANCE"
    error_message = "Versions are locked for another time than asked."
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

run "refuses_wrong_locks_prefixes_and_keys" {
  command         = plan
  expect_failures = [var.key, var.object_lock, var.prefixes]

  variables {
    key         = { arn = "arn:aws:kms:eu-west-1:111122223333:alias/demo" }
    object_lock = { days = 1, years = 1 }
    prefixes    = { all = "*" }
  }
}

run "refuses_another_mode_of_locks" {
  command         = plan
  expect_failures = [var.object_lock]

  variables {
    object_lock = { days = 1, mode = "FOREVER" }
  }
}

run "refuses_locks_without_versions" {
  command         = plan
  expect_failures = [var.object_lock]

  variables {
    object_lock = { days = 1 }
    versioning  = false
  }
}

run "refuses_logs_of_a_bucket_in_itself" {
  command         = plan
  expect_failures = [var.access_logs]

  variables {
    access_logs = { bucket = { name = "demo-videos" } }
  }
}

run "refuses_logs_that_a_key_keeps_out" {
  command         = plan
  expect_failures = [var.senders]

  variables {
    key     = { arn = "arn:aws:kms:eu-west-1:111122223333:key/1" }
    senders = { balancer = { service = "logdelivery.elasticloadbalancing.amazonaws.com", source_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/*" } }
  }
}

run "refuses_accounts_that_are_none" {
  command         = plan
  expect_failures = [var.senders]

  variables {
    senders = { theirs = { service = "s3.amazonaws.com", source_arn = "arn:aws:s3:::theirs", account = "me" } }
  }
}

run "refuses_moves_of_what_is_deleted" {
  command         = plan
  expect_failures = [var.lifecycle_rules]

  variables {
    lifecycle_rules = { late = { expire_days = 30, move_days = { GLACIER = 60 } } }
  }
}

run "refuses_to_keep_versions_that_never_expire" {
  command         = plan
  expect_failures = [var.lifecycle_rules]

  variables {
    lifecycle_rules = { old = { expire_days = 30, keep_old_versions = 3 } }
  }
}

run "refuses_labels_of_its_own_rules" {
  command         = plan
  expect_failures = [var.lifecycle_rules]

  variables {
    lifecycle_rules = { abandoned-uploads = { expire_days = 30 } }
  }
}

run "refuses_answers_kept_for_less_than_no_time" {
  command         = plan
  expect_failures = [var.cors]

  variables {
    cors = { origins = ["https://app.example.com"], max_age_seconds = -1 }
  }
}

run "moves_at_once" {
  command = plan

  variables {
    lifecycle_rules = { all = { move_days = { INTELLIGENT_TIERING = 0 } } }
  }

  assert {
    condition     = one(aws_s3_bucket_lifecycle_configuration.this[0].rule[2].transition).days == 0
    error_message = "Objects lie a day where they are paid for most."
  }
}

run "refuses_moves_before_they_are_there" {
  command         = plan
  expect_failures = [var.lifecycle_rules]

  variables {
    lifecycle_rules = { all = { move_days = { INTELLIGENT_TIERING = -1 } } }
  }
}

run "refuses_logs_that_a_lock_keeps_out" {
  command         = plan
  expect_failures = [var.senders]

  variables {
    object_lock = { days = 1 }
    senders     = { documents = { service = "logging.s3.amazonaws.com", source_arn = "arn:aws:s3:::demo-documents" } }
  }
}
