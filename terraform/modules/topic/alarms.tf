locals {
  # A topic of another state has its own alarms there: here each dead-letter queue has one.
  _topic_alarms = {
    dead_letters = {
      description = "A subscriber of ${local.name} could not be reached: its messages lie in its dead-letter queue"
      metric      = "NumberOfNotificationsRedrivenToDlq"
    }
    lost = {
      description = "Messages of ${local.name} reached neither their subscriber nor its dead-letter queue"
      metric      = "NumberOfNotificationsFailedToRedriveToDlq"
    }
    unreadable = {
      description = "Messages of ${local.name} are no JSON, so that a filter on their body held them back"
      metric      = "NumberOfNotificationsFilteredOut-InvalidMessageBody"
    }
  }
  known_alarms  = var.topic == null ? ["dead_letters", "lost", "unreadable"] : formatlist("dead_letters_%s", keys(var.subscriptions))
  _reads_bodies = anytrue([for subscription in values(var.subscriptions) : try(subscription.filter.on == "body", false)])

  _alarm_defaults = merge(
    {
      for label, alarm in local._topic_alarms : label => merge(alarm, {
        namespace          = "AWS/SNS"
        dimensions         = { TopicName = local.name }
        statistic          = "Sum"
        threshold          = 0
        period_seconds     = 60
        evaluation_periods = 1
      }) if var.topic == null && (label != "unreadable" || local._reads_bodies)
    },
    {
      for label, queue in local.dead_letters : "dead_letters_${label}" => {
        description        = "${queue.name} holds messages of ${local.name} that could not be delivered"
        metric             = "ApproximateNumberOfMessagesVisible"
        namespace          = "AWS/SQS"
        dimensions         = { QueueName = queue.name }
        statistic          = "Maximum"
        threshold          = 0
        period_seconds     = 60
        evaluation_periods = 1
      } if var.topic != null
    },
  )

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
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
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
