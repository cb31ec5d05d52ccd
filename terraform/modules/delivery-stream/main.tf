data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  _account   = data.aws_caller_identity.current.account_id
  _partition = data.aws_partition.current.partition
  _region    = data.aws_region.current.id

  arn           = "arn:${local._partition}:firehose:${local._region}:${local._account}:deliverystream/${var.name}"
  log_group     = "/aws/kinesisfirehose/${var.name}"
  log_group_arn = "arn:${local._partition}:logs:${local._region}:${local._account}:log-group:${local.log_group}"

  size_mb = coalesce(var.buffer.size_mb, var.partitions == null ? 5 : 64)

  # Without a bucket of its own the backup is below another prefix of the same one.
  backups = [
    for backup in var.backup[*] : {
      bucket = backup.bucket == null ? var.bucket : backup.bucket
      prefix = backup.prefix
    }
  ]
}

resource "aws_kinesis_firehose_delivery_stream" "this" {
  #checkov:skip=CKV_AWS_240:encrypted by Firehose's own key, by `key`, or by that of the stream records come from
  #checkov:skip=CKV_AWS_241:encrypted by Firehose's own key; a customer key is used when `key` is given
  name        = var.name
  destination = "extended_s3"
  tags        = var.tags

  dynamic "kinesis_source_configuration" {
    for_each = var.stream[*]

    content {
      kinesis_stream_arn = kinesis_source_configuration.value.arn
      role_arn           = aws_iam_role.this.arn
    }
  }

  # Records of a Kinesis stream wait there, encrypted by it: Firehose refuses encryption of its own then.
  dynamic "server_side_encryption" {
    for_each = var.stream == null ? [true] : []

    content {
      enabled  = true
      key_arn  = try(var.key.arn, null)
      key_type = var.key == null ? "AWS_OWNED_CMK" : "CUSTOMER_MANAGED_CMK"
    }
  }

  extended_s3_configuration {
    bucket_arn          = var.bucket.arn
    buffering_interval  = var.buffer.interval_seconds
    buffering_size      = local.size_mb
    compression_format  = var.objects.compression
    custom_time_zone    = var.objects.time_zone
    error_output_prefix = var.objects.error_prefix
    file_extension      = var.objects.file_extension
    kms_key_arn         = try(var.bucket.key.arn, null)
    prefix              = local.prefix
    role_arn            = aws_iam_role.this.arn
    s3_backup_mode      = var.backup == null ? "Disabled" : "Enabled"

    cloudwatch_logging_options {
      enabled         = true
      log_group_name  = aws_cloudwatch_log_group.this.name
      log_stream_name = aws_cloudwatch_log_stream.this["delivery"].name
    }

    dynamic "dynamic_partitioning_configuration" {
      for_each = var.partitions[*]

      content {
        enabled        = true
        retry_duration = dynamic_partitioning_configuration.value.retry_seconds
      }
    }

    # Always said: where the block is missing the provider leaves what is switched on as it is.
    processing_configuration {
      enabled = length(local.processors) > 0

      dynamic "processors" {
        for_each = local.processors

        content {
          type = processors.value.type

          dynamic "parameters" {
            for_each = processors.value.parameters

            content {
              parameter_name  = parameters.key
              parameter_value = parameters.value
            }
          }
        }
      }
    }

    dynamic "s3_backup_configuration" {
      for_each = local.backups

      content {
        bucket_arn          = s3_backup_configuration.value.bucket.arn
        buffering_interval  = max(60, var.buffer.interval_seconds)
        buffering_size      = local.size_mb
        compression_format  = var.objects.compression
        error_output_prefix = var.objects.error_prefix
        kms_key_arn         = try(s3_backup_configuration.value.bucket.key.arn, null)
        prefix              = s3_backup_configuration.value.prefix
        role_arn            = aws_iam_role.this.arn

        cloudwatch_logging_options {
          enabled         = true
          log_group_name  = aws_cloudwatch_log_group.this.name
          log_stream_name = aws_cloudwatch_log_stream.this["backup"].name
        }
      }
    }
  }

  # Firehose tries its role when it is made.
  depends_on = [aws_iam_role_policy.service, aws_iam_role_policy.keys]
}

resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_158:CloudWatch Logs encrypts with its own key; a customer key is used when `key` is given
  #checkov:skip=CKV_AWS_338:how long logs are kept is the caller's to say (log_retention_days)
  name              = local.log_group
  kms_key_id        = try(var.key.arn, null)
  retention_in_days = var.log_retention_days
  skip_destroy      = false
  tags              = var.tags
}

resource "aws_cloudwatch_log_stream" "this" {
  for_each = toset(concat(["delivery"], var.backup == null ? [] : ["backup"]))

  name           = each.key
  log_group_name = aws_cloudwatch_log_group.this.name
}
