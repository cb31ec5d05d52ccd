data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  _account   = data.aws_caller_identity.current.account_id
  _partition = data.aws_partition.current.partition
  _region    = data.aws_region.current.id

  # A topic of another state says by its name whether it is first-in, first-out.
  is_fifo = var.topic == null ? var.fifo != null : endswith(var.topic.name, ".fifo")
  _suffix = local.is_fifo ? ".fifo" : ""

  _own_name = "${var.name}${local._suffix}"
  name      = var.topic == null ? local._own_name : var.topic.name
  arn       = var.topic == null ? "arn:${local._partition}:sns:${local._region}:${local._account}:${local._own_name}" : var.topic.arn
  key       = var.topic == null ? var.key : var.topic.key

  _archive_days = try(var.fifo.archive_days, null)

  # What SNS calls and writes to hears of the account the topic is in.
  _owner = var.topic == null ? local._account : split(":", var.topic.arn)[4]
}

resource "aws_sns_topic" "this" {
  #checkov:skip=CKV_AWS_26:always encrypted, by SNS's own key or by `key`, whose ARN may be unknown until the apply
  count = var.topic == null ? 1 : 0

  name              = local.name
  display_name      = var.display_name
  kms_master_key_id = var.key == null ? "alias/aws/sns" : var.key.arn
  policy            = local.policy
  signature_version = 2
  tracing_config    = "PassThrough"
  tags              = var.tags

  fifo_topic                  = var.fifo != null
  content_based_deduplication = try(var.fifo.content_based_deduplication, false)
  fifo_throughput_scope       = var.fifo == null ? null : var.fifo.high_throughput ? "MessageGroup" : "Topic"
  # An archive is ended by an empty policy, not by none.
  archive_policy = local._archive_days == null ? null : local._archive_days == 0 ? "{}" : jsonencode({ MessageRetentionPeriod = tostring(local._archive_days) })

  application_failure_feedback_role_arn    = local._status_roles.push
  application_success_feedback_role_arn    = local._status_roles.push
  application_success_feedback_sample_rate = local._status_rates.push
  firehose_failure_feedback_role_arn       = local._status_roles.delivery_stream
  firehose_success_feedback_role_arn       = local._status_roles.delivery_stream
  firehose_success_feedback_sample_rate    = local._status_rates.delivery_stream
  http_failure_feedback_role_arn           = local._status_roles.https
  http_success_feedback_role_arn           = local._status_roles.https
  http_success_feedback_sample_rate        = local._status_rates.https
  lambda_failure_feedback_role_arn         = local._status_roles.function
  lambda_success_feedback_role_arn         = local._status_roles.function
  lambda_success_feedback_sample_rate      = local._status_rates.function
  sqs_failure_feedback_role_arn            = local._status_roles.queue
  sqs_success_feedback_role_arn            = local._status_roles.queue
  sqs_success_feedback_sample_rate         = local._status_rates.queue

  # SNS tries the role when it is told of it; its log groups are there first, so that they have an end.
  depends_on = [aws_cloudwatch_log_group.delivery_status, aws_iam_role_policy.delivery_status]
}

moved {
  from = aws_sns_topic.this
  to   = aws_sns_topic.this[0]
}
