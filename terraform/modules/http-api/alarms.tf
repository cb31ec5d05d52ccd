locals {
  _alarm_defaults = merge(local._client_errors, {
    server_errors = {
      description         = "Requests answered 5xx"
      metric              = "5xx"
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
  })

  # Callers' mistakes are theirs: watched only when asked for.
  _client_errors = !contains(keys(var.alarms.overrides), "client_errors") ? {} : {
    client_errors = {
      description         = "Requests answered 4xx, as a share of all"
      metric              = "4xx"
      statistic           = "Average"
      extended_statistic  = null
      comparison_operator = "GreaterThanThreshold"
      threshold           = 0.2
      period_seconds      = 300
      evaluation_periods  = 3
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
  alarm_description   = "${each.value.description}: ${var.name}"
  namespace           = "AWS/ApiGateway"
  metric_name         = each.value.metric
  dimensions          = { ApiId = aws_apigatewayv2_api.this.id, Stage = "$default" }
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
