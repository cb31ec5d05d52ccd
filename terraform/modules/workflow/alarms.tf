locals {
  _alarm_prefix = coalesce(var.alarms.prefix, "${var.name}-workflow")

  # Off unless an override names it: who changes their mind stops an execution, and that is no fault.
  _asked_for = ["aborted"]

  _alarms = { for label, alarm in {
    aborted = {
      description = "An execution of ${var.name} was stopped"
      metric      = "ExecutionsAborted"
    }
    duration = {
      description = "An execution of ${var.name} takes more than nine tenths of an express workflow's five minutes"
      metric      = "ExecutionTime"
      statistic   = "Maximum"
      threshold   = 270000
    }
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
  } : label => merge({ statistic = "Sum", threshold = 0 }, alarm) if label != "duration" || var.type == "EXPRESS" }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = {
    for label, alarm in local._alarms : label => alarm if try(var.alarms.overrides[label].enabled, !contains(local._asked_for, label))
  }

  alarm_name          = "${local._alarm_prefix}-${replace(each.key, "_", "-")}"
  alarm_description   = each.value.description
  namespace           = "AWS/States"
  metric_name         = each.value.metric
  statistic           = each.value.statistic
  dimensions          = { StateMachineArn = local.arn }
  comparison_operator = "GreaterThanThreshold"
  threshold           = try(coalesce(var.alarms.overrides[each.key].threshold), each.value.threshold)
  period              = try(coalesce(var.alarms.overrides[each.key].period_seconds), 60)
  evaluation_periods  = try(coalesce(var.alarms.overrides[each.key].evaluation_periods), 1)
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarms.actions
  ok_actions          = var.alarms.actions
  tags                = var.tags
}
