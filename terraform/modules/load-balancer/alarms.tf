locals {
  _balancer_alarms = {
    errors = {
      description = "${var.name} itself answers 5xx: no target is healthy, or one breaks the connection"
      metric      = "HTTPCode_ELB_5XX_Count"
      target      = null
      statistic   = "Sum"
      percentile  = null
      threshold   = 5
      periods     = 3
    }
  }

  _target_alarms = merge([
    for label, target in local.targets : {
      for key, alarm in {
        "errors_${label}" = {
          description = "Targets ${label} of ${var.name} answer 5xx"
          metric      = "HTTPCode_Target_5XX_Count"
          target      = label
          statistic   = "Sum"
          percentile  = null
          threshold   = 5
          periods     = 3
        }
        "latency_${label}" = {
          description = "One in a hundred answers of targets ${label} of ${var.name} takes too long (seconds)"
          metric      = "TargetResponseTime"
          target      = label
          statistic   = null
          percentile  = "p99"
          threshold   = 2
          periods     = 5
        }
        "unhealthy_${label}" = {
          description = "A target ${label} of ${var.name} fails its health checks"
          metric      = "UnHealthyHostCount"
          target      = label
          statistic   = "Maximum"
          percentile  = null
          threshold   = 0
          periods     = 5
        }
      } : key => alarm if target.kind != "lambda" || key == "errors_${label}"
    }
  ]...)

  _alarms = { for label, alarm in merge(local._balancer_alarms, local._target_alarms) : label => alarm if try(var.alarms.overrides[label].enabled, true) }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local._alarms

  alarm_name          = "${coalesce(var.alarms.prefix, var.name)}-${replace(each.key, "_", "-")}"
  alarm_description   = each.value.description
  namespace           = "AWS/ApplicationELB"
  metric_name         = each.value.metric
  statistic           = each.value.statistic
  extended_statistic  = each.value.percentile
  comparison_operator = "GreaterThanThreshold"
  threshold           = try(coalesce(var.alarms.overrides[each.key].threshold), each.value.threshold)
  period              = try(coalesce(var.alarms.overrides[each.key].period_seconds), 60)
  evaluation_periods  = try(coalesce(var.alarms.overrides[each.key].evaluation_periods), each.value.periods)
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarms.actions
  ok_actions          = var.alarms.actions
  tags                = var.tags

  dimensions = merge(
    { LoadBalancer = aws_lb.this.arn_suffix },
    each.value.target == null ? {} : { TargetGroup = aws_lb_target_group.this[each.value.target].arn_suffix },
  )
}
