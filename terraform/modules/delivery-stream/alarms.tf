locals {
  _alarm_prefix = coalesce(var.alarms.prefix, "${var.name}-delivery")

  alarm_labels = concat(
    ["failures", "freshness", "throttles"],
    var.stream == null ? [] : ["behind"],
    var.partitions == null ? [] : ["partitions"],
    var.transform == null ? [] : ["transform"],
  )

  _above = "GreaterThanThreshold"
  _below = "LessThanThreshold"

  # Objects come once in a buffer's interval and the function is called as seldom: minutes in a row without one of them are the rule, and
  # say nothing. One that failed is enough.
  _alarm_defaults = merge(
    {
      failures = {
        description        = "${var.name} can't put objects into its bucket"
        metric             = "DeliveryToS3.Success"
        statistic          = "Average"
        comparison         = local._below
        threshold          = 1
        period_seconds     = 60
        evaluation_periods = 1
      }
      freshness = {
        description        = "The oldest record in ${var.name} waits too long for its object"
        metric             = "DeliveryToS3.DataFreshness"
        statistic          = "Maximum"
        comparison         = local._above
        threshold          = max(900, 3 * var.buffer.interval_seconds)
        period_seconds     = 60
        evaluation_periods = 5
      }
      throttles = {
        description        = var.stream == null ? "Records put to ${var.name} are refused: more than its quota takes" : "${var.name} is refused when it reads its stream: other readers share it"
        metric             = var.stream == null ? "ThrottledRecords" : "ThrottledGetRecords"
        statistic          = "Sum"
        comparison         = local._above
        threshold          = 0
        period_seconds     = 60
        evaluation_periods = 5
      }
    },
    var.stream == null ? {} : {
      behind = {
        description        = "${var.name} reads its stream too late"
        metric             = "KinesisMillisBehindLatest"
        statistic          = "Maximum"
        comparison         = local._above
        threshold          = 900000
        period_seconds     = 60
        evaluation_periods = 5
      }
    },
    var.partitions == null ? {} : {
      partitions = {
        description        = "${var.name} has more partitions at a time than its quota: records go below the error prefix"
        metric             = "PartitionCountExceeded"
        statistic          = "Maximum"
        comparison         = local._above
        threshold          = 0
        period_seconds     = 60
        evaluation_periods = 1
      }
    },
    var.transform == null ? {} : {
      transform = {
        description        = "The transform of ${var.name} fails: its records go below the error prefix"
        metric             = "ExecuteProcessing.Success"
        statistic          = "Average"
        comparison         = local._below
        threshold          = 1
        period_seconds     = 60
        evaluation_periods = 1
      }
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

  alarm_name          = "${local._alarm_prefix}-${each.key}"
  alarm_description   = each.value.description
  namespace           = "AWS/Firehose"
  metric_name         = each.value.metric
  dimensions          = { DeliveryStreamName = var.name }
  statistic           = each.value.statistic
  comparison_operator = each.value.comparison
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
