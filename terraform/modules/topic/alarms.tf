locals {
  _alarm_defaults = {
    dead_letters = {
      description        = "A subscriber of ${local.name} could not be reached: its messages lie in its dead-letter queue"
      metric             = "NumberOfNotificationsRedrivenToDlq"
      threshold          = 0
      period_seconds     = 60
      evaluation_periods = 1
    }
    lost = {
      description        = "Messages of ${local.name} reached neither their subscriber nor its dead-letter queue"
      metric             = "NumberOfNotificationsFailedToRedriveToDlq"
      threshold          = 0
      period_seconds     = 60
      evaluation_periods = 1
    }
  }

  alarms = {
    for label, default in local._alarm_defaults : label => merge(default, {
      for setting, value in try(var.alarms.overrides[label], {}) : setting => value if value != null && setting != "enabled"
    }) if try(var.alarms.overrides[label].enabled, true)
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${replace(each.key, "_", "-")}"
  alarm_description   = each.value.description
  namespace           = "AWS/SNS"
  metric_name         = each.value.metric
  dimensions          = { TopicName = local.name }
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  period              = each.value.period_seconds
  evaluation_periods  = each.value.evaluation_periods
  datapoints_to_alarm = each.value.evaluation_periods
  treat_missing_data  = "notBreaching"
  actions_enabled     = true
  alarm_actions       = var.alarms.actions
  ok_actions          = var.alarms.actions
  tags                = var.tags
}
