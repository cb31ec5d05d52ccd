locals {
  _alarm_prefix = coalesce(var.alarms.prefix, "${var.name}-events")

  # Rules of the default bus are counted without their bus.
  _rule_dimensions = {
    for label, rule in local.rules : label => merge(
      { RuleName = rule.name },
      local.bus_name == "default" ? {} : { EventBusName = local.bus_name },
    )
  }

  _alarms = merge(
    { for label, alarm in {
      dead_letters = {
        description = "An event of ${local.bus_name} could not be delivered and lies in the dead-letter queue of ${var.name}"
        namespace   = "AWS/SQS"
        metric      = "ApproximateNumberOfMessagesVisible"
        statistic   = "Maximum"
        dimensions  = { QueueName = local.dead_letters_name }
      }
    } : label => alarm if local._has_dead_letters },
    {
      for label, rule in local.rules : "failed_${label}" => {
        description = "Rule ${rule.name} failed for good to call a target"
        namespace   = "AWS/Events"
        metric      = "FailedInvocations"
        statistic   = "Sum"
        dimensions  = local._rule_dimensions[label]
      }
    },
    {
      for label, rule in local.rules : "undeliverable_${label}" => {
        description = "An event of rule ${rule.name} reached neither its target nor the dead-letter queue"
        namespace   = "AWS/Events"
        metric      = "InvocationsFailedToBeSentToDlq"
        statistic   = "Sum"
        dimensions  = local._rule_dimensions[label]
      }
    },
  )
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = { for label, alarm in local._alarms : label => alarm if try(var.alarms.overrides[label].enabled, true) }

  alarm_name          = "${local._alarm_prefix}-${replace(each.key, "_", "-")}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  statistic           = each.value.statistic
  dimensions          = each.value.dimensions
  comparison_operator = "GreaterThanThreshold"
  threshold           = try(coalesce(var.alarms.overrides[each.key].threshold), 0)
  period              = try(coalesce(var.alarms.overrides[each.key].period_seconds), 60)
  evaluation_periods  = try(coalesce(var.alarms.overrides[each.key].evaluation_periods), 1)
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarms.actions
  ok_actions          = var.alarms.actions
  tags                = var.tags
}
