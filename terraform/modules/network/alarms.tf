locals {
  _alarm_defaults = merge([
    for zone in local.gateways : {
      "drops_${zone}" = { zone = zone, metric = "PacketsDropCount", what = "drops packets" }
      "ports_${zone}" = { zone = zone, metric = "ErrorPortAllocation", what = "has no port left for a new connection" }
    }
  ]...)
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = { for label, alarm in local._alarm_defaults : label => alarm if try(var.alarms.overrides[label].enabled, true) }

  alarm_name          = "${coalesce(var.alarms.prefix, var.name)}-${replace(each.key, "_", "-")}"
  alarm_description   = "The NAT gateway of ${var.name} in ${each.value.zone} ${each.value.what}"
  namespace           = "AWS/NATGateway"
  metric_name         = each.value.metric
  dimensions          = { NatGatewayId = aws_nat_gateway.this[each.value.zone].id }
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = try(coalesce(var.alarms.overrides[each.key].threshold), 0)
  period              = try(coalesce(var.alarms.overrides[each.key].period_seconds), 300)
  evaluation_periods  = try(coalesce(var.alarms.overrides[each.key].evaluation_periods), 2)
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarms.actions
  ok_actions          = var.alarms.actions
  tags                = var.tags
}
