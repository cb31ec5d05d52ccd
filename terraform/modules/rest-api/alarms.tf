locals {
  _alarm_kinds = {
    server_errors = {
      description         = "Requests answered 5xx"
      metric              = "5XXError"
      statistic           = "Sum"
      extended_statistic  = null
      comparison_operator = "GreaterThanOrEqualToThreshold"
      threshold           = 5
      period_seconds      = 300
      evaluation_periods  = 1
    }
    latency = {
      description         = "95th percentile of the answer time, in milliseconds"
      metric              = "Latency"
      statistic           = null
      extended_statistic  = "p95"
      comparison_operator = "GreaterThanThreshold"
      threshold           = 3000
      period_seconds      = 300
      evaluation_periods  = 3
    }
    # Callers' mistakes are theirs: watched only when asked for.
    client_errors = {
      description         = "Requests answered 4xx, as a share of all"
      metric              = "4XXError"
      statistic           = "Average"
      extended_statistic  = null
      comparison_operator = "GreaterThanThreshold"
      threshold           = 0.2
      period_seconds      = 300
      evaluation_periods  = 3
    }
  }

  alarms = merge([
    for name in keys(var.stages) : {
      for kind, default in local._alarm_kinds : "${kind}_${name}" => merge(default, {
        for setting, value in try(var.alarms.overrides["${kind}_${name}"], {}) : setting => value if value != null && setting != "enabled"
      }, { stage = name })
      if try(var.alarms.overrides["${kind}_${name}"].enabled, kind != "client_errors")
    }
  ]...)
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${coalesce(var.alarms.prefix, var.name)}-${replace(each.key, "_", "-")}"
  alarm_description   = "${each.value.description}: ${var.name}, stage ${each.value.stage}"
  namespace           = "AWS/ApiGateway"
  metric_name         = each.value.metric
  dimensions          = { ApiName = var.name, Stage = each.value.stage }
  statistic           = each.value.statistic
  extended_statistic  = each.value.extended_statistic
  comparison_operator = each.value.comparison_operator
  threshold           = each.value.threshold
  period              = each.value.period_seconds
  evaluation_periods  = each.value.evaluation_periods
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarms.actions
  ok_actions          = var.alarms.actions
  tags                = var.tags
}
