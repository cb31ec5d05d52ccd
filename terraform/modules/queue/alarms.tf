locals {
  # No message gets older than the queue keeps it: what is kept for minutes is late after half of them.
  _late_seconds = min(var.delay_seconds + max(900, 2 * local.visibility_seconds), floor(var.retention_seconds / 2))

  _alarm_defaults = {
    age = {
      description        = "The oldest message of ${local.name} waits too long: its consumer fails or is too slow"
      queue              = local.name
      metric             = "ApproximateAgeOfOldestMessage"
      threshold          = local._late_seconds
      period_seconds     = 60
      evaluation_periods = 5
    }
    dead_letters = {
      description        = "${local.dead_letters_name} holds messages that no consumer could process"
      queue              = local.dead_letters_name
      metric             = "ApproximateNumberOfMessagesVisible"
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

  alarm_name          = "${coalesce(var.alarms.prefix, var.name)}-${replace(each.key, "_", "-")}"
  alarm_description   = each.value.description
  namespace           = "AWS/SQS"
  metric_name         = each.value.metric
  dimensions          = { QueueName = each.value.queue }
  statistic           = "Maximum"
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
