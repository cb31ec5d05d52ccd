data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  _account   = data.aws_caller_identity.current.account_id
  _partition = data.aws_partition.current.partition
  _region    = data.aws_region.current.id

  arn = "arn:${local._partition}:kinesis:${local._region}:${local._account}:stream/${var.name}"

  # A consumer's ARN ends in the time it was registered: only this much of it is known before.
  consumer_arns = { for consumer in var.consumers : consumer => "${local.arn}/consumer/${consumer}:*" }
}

resource "aws_kinesis_stream" "this" {
  #checkov:skip=CKV_AWS_185:Kinesis's own key is the default; a customer key is used when `key` is given
  name                      = var.name
  encryption_type           = "KMS"
  enforce_consumer_deletion = !var.protect
  kms_key_id                = var.key == null ? "alias/aws/kinesis" : var.key.arn
  retention_period          = var.retention_hours
  shard_count               = var.shards
  shard_level_metrics       = var.shard_metrics
  tags                      = var.tags

  stream_mode_details {
    stream_mode = var.shards == null ? "ON_DEMAND" : "PROVISIONED"
  }
}

resource "aws_kinesis_stream_consumer" "this" {
  for_each = var.consumers

  name       = each.key
  stream_arn = local.arn

  depends_on = [aws_kinesis_stream.this]

  # A stream made anew under the same name has the same ARN, and no consumers.
  lifecycle {
    replace_triggered_by = [aws_kinesis_stream.this.arn]
  }
}
