data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  _account   = data.aws_caller_identity.current.account_id
  _partition = data.aws_partition.current.partition
  _region    = data.aws_region.current.id
  _sqs       = "arn:${local._partition}:sqs:${local._region}:${local._account}"
  _suffix    = var.fifo == null ? "" : ".fifo"

  name              = "${var.name}${local._suffix}"
  arn               = "${local._sqs}:${local.name}"
  dead_letters_name = "${coalesce(var.dead_letters.name, "${var.name}-dead-letters")}${local._suffix}"
  dead_letters_arn  = "${local._sqs}:${local.dead_letters_name}"

  # AWS's own advice: a message stays hidden for six times what its consumer may take, so that throttled batches can be tried again.
  visibility_seconds = 6 * var.consumer_timeout
}

resource "aws_sqs_queue" "this" {
  #checkov:skip=CKV_AWS_27:always encrypted, by SQS or by `key`, whose ARN may be unknown until the apply
  name                       = local.name
  delay_seconds              = var.delay_seconds
  max_message_size           = 262144
  message_retention_seconds  = var.retention_seconds
  policy                     = local.policy
  receive_wait_time_seconds  = 20
  visibility_timeout_seconds = local.visibility_seconds
  tags                       = var.tags

  fifo_queue                  = var.fifo != null
  content_based_deduplication = try(var.fifo.content_based_deduplication, false)
  deduplication_scope         = var.fifo == null ? null : var.fifo.high_throughput ? "messageGroup" : "queue"
  fifo_throughput_limit       = var.fifo == null ? null : var.fifo.high_throughput ? "perMessageGroupId" : "perQueue"

  kms_data_key_reuse_period_seconds = 300
  kms_master_key_id                 = try(var.key.arn, null)
  sqs_managed_sse_enabled           = var.key == null ? true : null

  redrive_policy = jsonencode({
    deadLetterTargetArn = local.dead_letters_arn
    maxReceiveCount     = var.max_receives
  })

  # SQS refuses a redrive policy whose target does not exist yet.
  depends_on = [aws_sqs_queue.dead_letters]
}

resource "aws_sqs_queue" "dead_letters" {
  #checkov:skip=CKV_AWS_27:always encrypted, by SQS or by `key`, whose ARN may be unknown until the apply
  name                       = local.dead_letters_name
  delay_seconds              = 0
  max_message_size           = 262144
  message_retention_seconds  = var.dead_letters.retention_seconds
  policy                     = local.dead_letters_policy
  receive_wait_time_seconds  = 20
  visibility_timeout_seconds = local.visibility_seconds
  tags                       = var.tags

  fifo_queue                  = var.fifo != null
  content_based_deduplication = try(var.fifo.content_based_deduplication, false)
  deduplication_scope         = var.fifo == null ? null : var.fifo.high_throughput ? "messageGroup" : "queue"
  fifo_throughput_limit       = var.fifo == null ? null : var.fifo.high_throughput ? "perMessageGroupId" : "perQueue"

  kms_data_key_reuse_period_seconds = 300
  kms_master_key_id                 = try(var.key.arn, null)
  sqs_managed_sse_enabled           = var.key == null ? true : null

  # The source's ARN is built from its name: the other way round the two queues would be a cycle.
  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [local.arn]
  })
}
