locals {
  _alarm_defaults = {
    system_errors = {
      description        = "DynamoDB fails requests to ${var.name}"
      metric             = "SystemErrors"
      threshold          = 0
      period_seconds     = 60
      evaluation_periods = 3
    }
    throttles = {
      description        = "Requests to ${var.name} are throttled: a hot key, or more traffic than the table has grown to"
      metric             = "ThrottledRequests"
      threshold          = 0
      period_seconds     = 60
      evaluation_periods = 5
    }
  }

  alarms = {
    for label, default in local._alarm_defaults : label => merge(default, {
      for setting, value in try(var.alarms.overrides[label], {}) : setting => value if value != null && setting != "enabled"
    }) if try(var.alarms.overrides[label].enabled, true)
  }

  # DynamoDB counts these for each operation alone, so an alarm adds them up: ten, as many as an alarm takes. A global index that is
  # throttled throttles the writes of its table, and is counted with them.
  _operations = [
    "BatchGetItem", "BatchWriteItem", "DeleteItem", "GetItem", "PutItem",
    "Query", "Scan", "TransactGetItems", "TransactWriteItems", "UpdateItem",
  ]
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${coalesce(var.alarms.prefix, var.name)}-${replace(each.key, "_", "-")}"
  alarm_description   = each.value.description
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
    id          = "total"
    expression  = "SUM(METRICS())"
    label       = each.value.metric
    return_data = true
  }

  dynamic "metric_query" {
    for_each = local._operations

    content {
      id          = lower(metric_query.value)
      return_data = false

      metric {
        namespace   = "AWS/DynamoDB"
        metric_name = each.value.metric
        dimensions  = { TableName = var.name, Operation = metric_query.value }
        period      = each.value.period_seconds
        stat        = "Sum"
      }
    }
  }
}
