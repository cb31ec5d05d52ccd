# Cognito counts by client. A machine has no password to get wrong.

locals {
  _people = toset([for label, client in var.clients : label if !contains(try(client.oauth.flows, []), "client_credentials")])

  _alarm_defaults = merge(
    {
      for label in local._people : "failed_sign_ins_${label}" => {
        client      = label
        description = "Many failed to sign in with ${label}: a fault of ours, or somebody who tries passwords"
        expression  = "all - good"
        threshold   = 100
        period      = 300
        metrics = {
          all  = { name = "SignInSuccesses", statistic = "SampleCount" }
          good = { name = "SignInSuccesses", statistic = "Sum" }
        }
      }
    },
    {
      for label in local._people : "throttled_${label}" => {
        client      = label
        description = "Cognito turned people away who came to ${label}: too many requests at once"
        expression  = "FILL(sign_in, 0) + FILL(sign_up, 0) + FILL(refresh, 0)"
        threshold   = 0
        period      = 60
        metrics = {
          refresh = { name = "TokenRefreshThrottles", statistic = "Sum" }
          sign_in = { name = "SignInThrottles", statistic = "Sum" }
          sign_up = { name = "SignUpThrottles", statistic = "Sum" }
        }
      }
    },
  )

  alarms        = { for label, alarm in local._alarm_defaults : label => alarm if try(var.alarms.overrides[label].enabled, true) }
  _alarm_names  = { for label in keys(local.alarms) : label => "${coalesce(var.alarms.prefix, var.name)}-${replace(label, "_", "-")}" }
  _alarm_prefix = "arn:${local._partition}:cloudwatch:${local._region}:${local._account}:alarm:"
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = local._alarm_names[each.key]
  alarm_description   = each.value.description
  comparison_operator = "GreaterThanThreshold"
  threshold           = try(coalesce(var.alarms.overrides[each.key].threshold), each.value.threshold)
  evaluation_periods  = try(coalesce(var.alarms.overrides[each.key].evaluation_periods), 1)
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarms.actions
  ok_actions          = var.alarms.actions
  tags                = var.tags

  metric_query {
    id          = "result"
    expression  = each.value.expression
    label       = each.key
    return_data = true
  }

  dynamic "metric_query" {
    for_each = each.value.metrics

    content {
      id          = metric_query.key
      return_data = false

      metric {
        namespace   = "AWS/Cognito"
        metric_name = metric_query.value.name
        stat        = metric_query.value.statistic
        period      = try(coalesce(var.alarms.overrides[each.key].period_seconds), each.value.period)
        dimensions  = { UserPool = aws_cognito_user_pool.this.id, UserPoolClient = aws_cognito_user_pool_client.this[each.value.client].id }
      }
    }
  }
}
