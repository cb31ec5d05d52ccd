data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  _account   = data.aws_caller_identity.current.account_id
  _partition = data.aws_partition.current.partition
  _region    = data.aws_region.current.id
  _sqs       = "arn:${local._partition}:sqs:${local._region}:${local._account}"
  _suffix    = var.fifo == null ? "" : ".fifo"

  name = "${var.name}${local._suffix}"
  arn  = "${local._sqs}:${local.name}"

  _own_dead_letters_name = "${coalesce(var.dead_letters.name, "${var.name}-dead-letters")}${local._suffix}"
  dead_letters_name      = var.dead_letters.queue == null ? local._own_dead_letters_name : var.dead_letters.queue.name
  dead_letters_arn       = var.dead_letters.queue == null ? "${local._sqs}:${local._own_dead_letters_name}" : var.dead_letters.queue.arn

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

  # Whoever may change a queue of the account could otherwise name this one for its dead letters, and so send past the policy.
  redrive_allow_policy = jsonencode({ redrivePermission = "denyAll" })

  # SQS refuses a redrive policy whose target does not exist yet.
  depends_on = [aws_sqs_queue.dead_letters]
}

resource "aws_sqs_queue" "dead_letters" {
  #checkov:skip=CKV_AWS_27:always encrypted, by SQS or by `key`, whose ARN may be unknown until the apply
  count = var.dead_letters.queue == null ? 1 : 0

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
    sourceQueueArns   = sort(setunion([local.arn], var.dead_letters.sources))
  })
}

moved {
  from = aws_sqs_queue.dead_letters
  to   = aws_sqs_queue.dead_letters[0]
}
