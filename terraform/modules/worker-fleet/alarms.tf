locals {
  alarm_prefix = coalesce(var.alarms.prefix, "${var.name}-fleet")

  _heartbeats = {
    namespace  = local.heartbeat.namespace
    name       = local.heartbeat.metric
    dimensions = { AutoScalingGroupName = var.name }
    statistic  = "SampleCount"
  }

  alarm_labels = concat(["age", "maximum", "stalled"], var.life.heartbeat ? ["heartbeat"] : [])

  _alarm_defaults = merge(
    {
      age = {
        description        = "The oldest message in ${var.queue.name} waits too long: ${var.name} fails or does not keep up"
        expression         = "FILL(age, REPEAT)"
        metrics            = { age = merge(local._metrics.visible, { name = "ApproximateAgeOfOldestMessage" }) }
        comparison         = "GreaterThanThreshold"
        threshold          = 1800
        period_seconds     = 60
        evaluation_periods = 5
      }
      maximum = {
        description        = "${var.name} has as many instances as it may: what comes on top of it waits"
        expression         = "FILL(desired, REPEAT)"
        metrics            = { desired = merge(local._metrics.instances, { name = "GroupDesiredCapacity", statistic = "Maximum" }) }
        comparison         = "GreaterThanOrEqualToThreshold"
        threshold          = var.size.maximum
        period_seconds     = 60
        evaluation_periods = 15
      }
      stalled = {
        description        = "Messages wait in ${var.queue.name} and ${var.name} has no instance: none can be started, or none stays"
        expression         = local.stalled
        metrics            = local._metrics
        comparison         = "GreaterThanThreshold"
        threshold          = 0
        period_seconds     = 60
        evaluation_periods = 10
      }
    },
    # Each instance beats at least once a minute; while there is none, none is missed. A beat that never came is 0, not the last one.
    !var.life.heartbeat ? {} : {
      heartbeat = {
        description        = "Instances of ${var.name} are in service whose worker does not beat"
        expression         = "IF(${local._working} > 0, FILL(beats, 0) / IF(${local._working} > 0, ${local._working}, 1), 1)"
        metrics            = { beats = local._heartbeats, instances = local._metrics.instances }
        comparison         = "LessThanThreshold"
        threshold          = 1
        period_seconds     = 60
        evaluation_periods = 5
      }
    },
  )

  # A fleet of one size always has as many instances as it may.
  alarms = {
    for label, default in local._alarm_defaults : label => merge(default, {
      for setting, value in try(var.alarms.overrides[label], {}) : setting => value if value != null && setting != "enabled"
    }) if try(var.alarms.overrides[label].enabled, true) && (label != "maximum" || var.size.minimum < var.size.maximum)
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${local.alarm_prefix}-${each.key}"
  alarm_description   = each.value.description
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  evaluation_periods  = each.value.evaluation_periods
  datapoints_to_alarm = each.value.evaluation_periods
  treat_missing_data  = "notBreaching"
  actions_enabled     = true
  alarm_actions       = var.alarms.actions
  ok_actions          = var.alarms.actions
  tags                = var.tags

  metric_query {
    id          = "watched"
    expression  = each.value.expression
    label       = each.key
    return_data = true
  }

  dynamic "metric_query" {
    for_each = each.value.metrics

    content {
      id          = metric_query.key
      return_data = false

      metric {
        namespace   = metric_query.value.namespace
        metric_name = metric_query.value.name
        dimensions  = metric_query.value.dimensions
        stat        = metric_query.value.statistic
        period      = each.value.period_seconds
      }
    }
  }
}
