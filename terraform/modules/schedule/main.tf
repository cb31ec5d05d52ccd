data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  _account   = data.aws_caller_identity.current.account_id
  _partition = data.aws_partition.current.partition
  _region    = data.aws_region.current.id

  group_arn         = "arn:${local._partition}:scheduler:${local._region}:${local._account}:schedule-group/${var.name}"
  dead_letters_name = "${var.name}-schedule-dead-letters"
  dead_letters_arn  = "arn:${local._partition}:sqs:${local._region}:${local._account}:${local.dead_letters_name}"

  target_arns = {
    for name, schedule in var.schedules : name => try(coalesce(
      try(schedule.target.function.alias_arn, null),
      try(schedule.target.queue.arn, null),
      try(schedule.target.workflow.arn, null),
    ), null)
  }

  # jsonencode() writes < and > as escapes, in which the scheduler does not see its own <aws.scheduler.…> keywords.
  inputs = {
    for name, schedule in var.schedules : name =>
    schedule.input == null ? null : replace(replace(schedule.input, "\\u003c", "<"), "\\u003e", ">")
  }
}

resource "aws_scheduler_schedule_group" "this" {
  name = var.name
  tags = var.tags
}

resource "aws_scheduler_schedule" "this" {
  #checkov:skip=CKV_AWS_297:the scheduler encrypts with its own key; a customer key is used when `key` is given
  for_each = var.schedules

  name                         = each.key
  group_name                   = aws_scheduler_schedule_group.this.name
  description                  = each.value.description
  schedule_expression          = each.value.expression
  schedule_expression_timezone = each.value.time_zone
  state                        = each.value.enabled ? "ENABLED" : "DISABLED"
  kms_key_arn                  = var.key == null ? null : var.key.arn

  flexible_time_window {
    mode                      = each.value.flexible_window_minutes == null ? "OFF" : "FLEXIBLE"
    maximum_window_in_minutes = each.value.flexible_window_minutes
  }

  target {
    arn      = local.target_arns[each.key]
    role_arn = aws_iam_role.this.arn
    input    = local.inputs[each.key]

    dead_letter_config {
      arn = local.dead_letters_arn
    }

    retry_policy {
      maximum_event_age_in_seconds = each.value.retry.maximum_age_seconds
      maximum_retry_attempts       = each.value.retry.maximum_attempts
    }

    dynamic "sqs_parameters" {
      for_each = try(each.value.target.queue.message_group_id, null) == null ? [] : [each.value.target.queue.message_group_id]

      content {
        message_group_id = sqs_parameters.value
      }
    }
  }

  # A schedule that is due at once must find its role's rights, and a place for what fails.
  depends_on = [aws_iam_role_policy.this, aws_sqs_queue.dead_letters]
}

resource "aws_sqs_queue" "dead_letters" {
  name                              = local.dead_letters_name
  message_retention_seconds         = 1209600 # 14 days, SQS's longest
  receive_wait_time_seconds         = 20
  sqs_managed_sse_enabled           = var.key == null ? true : null
  kms_master_key_id                 = var.key == null ? null : var.key.arn
  kms_data_key_reuse_period_seconds = 300
  tags                              = var.tags

  # The scheduler writes with its role, so the queue's own policy has only a refusal to state.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "sqs:*"
      Resource  = local.dead_letters_arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}
