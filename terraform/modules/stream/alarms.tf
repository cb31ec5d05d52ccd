locals {
  _alarm_prefix = coalesce(var.alarms.prefix, "${var.name}-stream")

  _alarm_defaults = merge(
    {
      iterator_age = {
        description        = "What is read from ${var.name} is old: a reader fails or is too slow, and records are lost after ${var.retention_hours} hours"
        metric             = "GetRecords.IteratorAgeMilliseconds"
        statistic          = "Maximum"
        dimensions         = { StreamName = var.name }
        threshold          = 900000
        period_seconds     = 60
        evaluation_periods = 5
      }
      read_throttles = {
        description        = "Readers of ${var.name} are refused: they share 2 MB/s and five reads a second of each shard"
        metric             = "ReadProvisionedThroughputExceeded"
        statistic          = "Sum"
        dimensions         = { StreamName = var.name }
        threshold          = 0
        period_seconds     = 60
        evaluation_periods = 5
      }
      write_throttles = {
        description        = "Records for ${var.name} are refused: a shard is hot, or there are too few"
        metric             = "WriteProvisionedThroughputExceeded"
        statistic          = "Sum"
        dimensions         = { StreamName = var.name }
        threshold          = 0
        period_seconds     = 60
        evaluation_periods = 3
      }
    },
    {
      for consumer in var.consumers : "behind_${consumer}" => {
        description        = "What consumer ${consumer} of ${var.name} gets is old: it fails or is too slow"
        metric             = "SubscribeToShardEvent.MillisBehindLatest"
        statistic          = "Maximum"
        dimensions         = { StreamName = var.name, ConsumerName = consumer }
        threshold          = 900000
        period_seconds     = 60
        evaluation_periods = 5
      }
    },
  )

  _alarms = {
    for label, default in local._alarm_defaults : label => merge(default, {
      for setting, value in try(var.alarms.overrides[label], {}) : setting => value if value != null && setting != "enabled"
    }) if try(var.alarms.overrides[label].enabled, true)
  }

  # On demand there is no number of shards, and so no limit to be near.
  full = var.shards == null || !try(var.alarms.overrides["full"].enabled, true) ? {} : {
    full = merge({ threshold = 80, period_seconds = 60, evaluation_periods = 5 }, {
      for setting, value in try(var.alarms.overrides["full"], {}) : setting => value if value != null && setting != "enabled"
    })
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local._alarms

  alarm_name          = "${local._alarm_prefix}-${replace(each.key, "_", "-")}"
  alarm_description   = each.value.description
  namespace           = "AWS/Kinesis"
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

# Of what its shards take together, 1 MiB and 1000 records a second each, the one that is nearer its limit.
resource "aws_cloudwatch_metric_alarm" "full" {
  for_each = local.full

  alarm_name          = "${local._alarm_prefix}-full"
  alarm_description   = "${var.name} is written to at more than ${each.value.threshold} % of what its ${var.shards} shards take"
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  evaluation_periods  = each.value.evaluation_periods
  datapoints_to_alarm = each.value.evaluation_periods
  treat_missing_data  = "notBreaching"
  actions_enabled     = true
  alarm_actions       = var.alarms.actions
  ok_actions          = var.alarms.actions
  tags                = var.tags

  metric_query {
    id          = "used"
    expression  = "100 * MAX([bytes / 1048576, records / 1000]) / ${each.value.period_seconds * var.shards}"
    label       = "percent of all shards"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { bytes = "IncomingBytes", records = "IncomingRecords" }

    content {
      id          = metric_query.key
      return_data = false

      metric {
        namespace   = "AWS/Kinesis"
        metric_name = metric_query.value
        dimensions  = { StreamName = var.name }
        stat        = "Sum"
        period      = each.value.period_seconds
      }
    }
  }
}
