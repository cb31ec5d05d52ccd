locals {
  # A queue has an alarm of its own that tells of what lies in it; from a topic, bus, bucket or function nobody may hear.
  _given_up_is_queued = try(local._destinations["asynchronous"].kind == "queue", false)

  _function_alarms = {
    dead_letters = {
      description = "An event of ${var.name} could not be put with its dead letters and is lost"
      metric      = "DeadLetterErrors"
      statistic   = "Sum"
      threshold   = 0
    }
    dropped = {
      description = "${var.name} gave up an event"
      metric      = "AsyncEventsDropped"
      statistic   = "Sum"
      threshold   = 0
    }
    duration = {
      description = "${var.name} takes more than nine tenths of its time-out"
      metric      = "Duration"
      statistic   = "Maximum"
      threshold   = 900 * var.timeout_seconds
    }
    errors = {
      description = "${var.name} fails"
      metric      = "Errors"
      statistic   = "Sum"
      threshold   = 0
    }
    iterator_age = {
      description = "${var.name} falls behind its stream"
      metric      = "IteratorAge"
      statistic   = "Maximum"
      threshold   = 60000
    }
    throttles = {
      description = "${var.name} is throttled"
      metric      = "Throttles"
      statistic   = "Sum"
      threshold   = 0
    }
    undelivered = {
      description = "A record of ${var.name} reached neither its destination nor its failure destination"
      metric      = "DestinationDeliveryFailures"
      statistic   = "Sum"
      threshold   = 0
    }
  }

  _has_alarm = {
    dead_letters = local.dead_letters != null
    dropped      = var.asynchronous != null && !local._given_up_is_queued
    duration     = true
    errors       = true
    failures     = local.has_failure_queue
    iterator_age = length(local._streams) > 0
    throttles    = true
    undelivered  = var.asynchronous != null || length(local._streams) > 0
  }

  _alarm_defaults = merge(
    {
      for label, alarm in local._function_alarms : label => merge(alarm, {
        namespace          = "AWS/Lambda"
        dimensions         = { FunctionName = var.name }
        period_seconds     = 60
        evaluation_periods = 1
      })
    },
    {
      failures = {
        description        = "${local.failures_name} holds events that ${var.name} gave up"
        namespace          = "AWS/SQS"
        metric             = "ApproximateNumberOfMessagesVisible"
        dimensions         = { QueueName = local.failures_name }
        statistic          = "Maximum"
        threshold          = 0
        period_seconds     = 60
        evaluation_periods = 1
      }
    },
  )

  alarms = {
    for label, default in local._alarm_defaults : label => merge(default, {
      for setting, value in try(var.alarms.overrides[label], {}) : setting => value if value != null && setting != "enabled"
    }) if local._has_alarm[label] && try(var.alarms.overrides[label].enabled, true)
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
