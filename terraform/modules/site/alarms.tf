# CloudFront's metrics are in us-east-1, whatever the region of the bucket, and an alarm sees those of its own region alone.

locals {
  _alarm_defaults = {
    errors = {
      description        = "Share of requests that were answered with an error of the site's own (5xx), in percent"
      metric             = "5xxErrorRate"
      threshold          = 1
      period_seconds     = 300
      evaluation_periods = 2
    }
  }

  alarms = {
    for label, default in local._alarm_defaults : label => merge(default, {
      for setting, value in try(var.alarms.overrides[label], {}) : setting => value if value != null && setting != "enabled"
    }) if local._region == "us-east-1" && try(var.alarms.overrides[label].enabled, true)
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${coalesce(var.alarms.prefix, var.name)}-${each.key}"
  alarm_description   = "${each.value.description}: ${var.name}"
  namespace           = "AWS/CloudFront"
  metric_name         = each.value.metric
  dimensions          = { DistributionId = aws_cloudfront_distribution.this.id, Region = "Global" }
  statistic           = "Average"
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  period              = each.value.period_seconds
  evaluation_periods  = each.value.evaluation_periods
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarms.actions
  ok_actions          = var.alarms.actions
  tags                = var.tags
}
