locals {
  _alarms = {
    failed = {
      description = "An execution of ${var.name} failed"
      metric      = "ExecutionsFailed"
    }
    throttled = {
      description = "Step Functions held back a step of ${var.name}"
      metric      = "ExecutionThrottled"
    }
    timed_out = {
      description = "An execution of ${var.name} ran out of time"
      metric      = "ExecutionsTimedOut"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = { for label, alarm in local._alarms : label => alarm if try(var.alarms.overrides[label].enabled, true) }

  alarm_name          = "${var.name}-workflow-${replace(each.key, "_", "-")}"
  alarm_description   = each.value.description
  namespace           = "AWS/States"
  metric_name         = each.value.metric
  statistic           = "Sum"
  dimensions          = { StateMachineArn = local.arn }
  comparison_operator = "GreaterThanThreshold"
  threshold           = try(coalesce(var.alarms.overrides[each.key].threshold), 0)
  period              = try(coalesce(var.alarms.overrides[each.key].period_seconds), 60)
  evaluation_periods  = try(coalesce(var.alarms.overrides[each.key].evaluation_periods), 1)
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarms.actions
  ok_actions          = var.alarms.actions
  tags                = var.tags
}
