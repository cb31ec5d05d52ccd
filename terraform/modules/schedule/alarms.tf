locals {
  _alarm_prefix = coalesce(var.alarms.prefix, "${var.name}-schedule")

  _alarms = {
    dead_letters = {
      description = "A call of ${var.name} could not be delivered and lies in its dead-letter queue"
      namespace   = "AWS/SQS"
      metric      = "ApproximateNumberOfMessagesVisible"
      statistic   = "Maximum"
      dimensions  = { QueueName = local.dead_letters_name }
    }
    dropped = {
      description = "${var.name} gave up on a call after its last retry"
      namespace   = "AWS/Scheduler"
      metric      = "InvocationDroppedCount"
      statistic   = "Sum"
      dimensions  = { ScheduleGroup = var.name }
    }
    undeliverable = {
      description = "A call of ${var.name} reached neither its target nor the dead-letter queue"
      namespace   = "AWS/Scheduler"
      metric      = "InvocationsFailedToBeSentToDeadLetterCount"
      statistic   = "Sum"
      dimensions  = { ScheduleGroup = var.name }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = { for label, alarm in local._alarms : label => alarm if try(var.alarms.overrides[label].enabled, true) }

  alarm_name          = "${local._alarm_prefix}-${replace(each.key, "_", "-")}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  statistic           = each.value.statistic
  dimensions          = each.value.dimensions
  comparison_operator = "GreaterThanThreshold"
  threshold           = try(coalesce(var.alarms.overrides[each.key].threshold), 0)
  period              = try(coalesce(var.alarms.overrides[each.key].period_seconds), 60)
  evaluation_periods  = try(coalesce(var.alarms.overrides[each.key].evaluation_periods), 1)
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarms.actions
  ok_actions          = var.alarms.actions
  tags                = var.tags
}
