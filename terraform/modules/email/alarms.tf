locals {
  # SES reviews an account at 5 % bounces and 0.1 % complaints: these speak before it does.
  _alarm_defaults = {
    bounces = {
      description        = "Share of mails that bounced"
      metric             = "Reputation.BounceRate"
      threshold          = 0.04
      period_seconds     = 3600
      evaluation_periods = 1
    }
    complaints = {
      description        = "Share of mails complained about"
      metric             = "Reputation.ComplaintRate"
      threshold          = 0.0008
      period_seconds     = 3600
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

  alarm_name          = "${coalesce(var.alarms.prefix, var.name)}-${each.key}"
  alarm_description   = "${each.value.description}: ${var.name}"
  namespace           = "AWS/SES"
  metric_name         = each.value.metric
  dimensions          = { "ses:configuration-set" = var.name }
  statistic           = "Maximum"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = each.value.threshold
  period              = each.value.period_seconds
  evaluation_periods  = each.value.evaluation_periods
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarms.actions
  ok_actions          = var.alarms.actions
  tags                = var.tags
}
