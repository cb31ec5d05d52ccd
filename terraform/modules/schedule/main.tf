data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  _account   = data.aws_caller_identity.current.account_id
  _partition = data.aws_partition.current.partition
  _region    = data.aws_region.current.id

  kinds = ["api", "bus", "delivery_stream", "function", "queue", "stream", "task", "topic", "workflow"]

  group_arn         = "arn:${local._partition}:scheduler:${local._region}:${local._account}:schedule-group/${var.name}"
  dead_letters_name = "${var.name}-schedule-dead-letters"
  dead_letters_arn  = "arn:${local._partition}:sqs:${local._region}:${local._account}:${local.dead_letters_name}"

  target_arns = {
    for name, schedule in var.schedules : name => try(coalesce(
      try("arn:${local._partition}:scheduler:::aws-sdk:${schedule.target.api.service}:${schedule.target.api.action}", null),
      try(schedule.target.bus.arn, null),
      try(schedule.target.delivery_stream.arn, null),
      try(schedule.target.function.alias_arn, null),
      try(schedule.target.queue.arn, null),
      try(schedule.target.stream.arn, null),
      try(schedule.target.task.cluster_arn, null),
      try(schedule.target.topic.arn, null),
      try(schedule.target.workflow.alias_arn, null),
      try(schedule.target.workflow.arn, null),
    ), null)
  }

  # AWS answers in UTC: a time of another offset would change in every plan.
  _bounds = {
    for name, schedule in var.schedules : name => {
      for bound, time in { start = schedule.start_date, end = schedule.end_date } : bound => try(timeadd(
        formatdate("YYYY-MM-DD'T'hh:mm:ss'Z'", time),
        "${startswith(formatdate("ZZZZZ", time), "-") ? "" : "-"}${replace(substr(formatdate("ZZZZZ", time), 1, 5), ":", "h")}m",
      ), time)
    }
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
  start_date                   = local._bounds[each.key].start
  end_date                     = local._bounds[each.key].end
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
      arn = each.value.dead_letter_queue == null ? local.dead_letters_arn : each.value.dead_letter_queue.arn
    }

    retry_policy {
      maximum_event_age_in_seconds = each.value.retry.maximum_age_seconds
      maximum_retry_attempts       = each.value.retry.maximum_attempts
    }

    dynamic "ecs_parameters" {
      for_each = each.value.target.task == null ? [] : [each.value.target.task]

      content {
        task_definition_arn = ecs_parameters.value.definition_arn
        task_count          = ecs_parameters.value.count
        launch_type         = ecs_parameters.value.launch_type

        dynamic "network_configuration" {
          for_each = ecs_parameters.value.network == null ? [] : [ecs_parameters.value.network]

          content {
            subnets          = network_configuration.value.subnet_ids
            security_groups  = network_configuration.value.security_group_ids
            assign_public_ip = network_configuration.value.public_ip
          }
        }
      }
    }

    dynamic "eventbridge_parameters" {
      for_each = each.value.target.bus == null ? [] : [each.value.target.bus]

      content {
        detail_type = eventbridge_parameters.value.detail_type
        source      = eventbridge_parameters.value.source
      }
    }

    dynamic "kinesis_parameters" {
      for_each = each.value.target.stream == null ? [] : [each.value.target.stream]

      content {
        partition_key = kinesis_parameters.value.partition_key
      }
    }

    dynamic "sqs_parameters" {
      for_each = try(each.value.target.queue.message_group_id, null) == null ? [] : [each.value.target.queue.message_group_id]

      content {
        message_group_id = sqs_parameters.value
      }
    }
  }

  # A schedule that is due at once must find its role's rights, and a place for what fails.
  depends_on = [
    aws_iam_role_policy.by_kind,
    aws_iam_role_policy.grants,
    aws_iam_role_policy.keys,
    aws_iam_role_policy.this,
    aws_sqs_queue.dead_letters,
  ]
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
