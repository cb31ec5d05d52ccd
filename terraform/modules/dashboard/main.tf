data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  _account   = data.aws_caller_identity.current.account_id
  _partition = data.aws_partition.current.partition
  _region    = data.aws_region.current.id

  arn           = "arn:${local._partition}:cloudwatch::${local._account}:dashboard/${var.name}"
  composite_arn = "arn:${local._partition}:cloudwatch:${local._region}:${local._account}:alarm:${var.name}"
  _console      = lookup({ aws-cn = "console.amazonaws.cn", aws-us-gov = "console.amazonaws-us-gov.com" }, local._partition, "console.aws.amazon.com")
  url           = "https://${local._region}.${local._console}/cloudwatch/home?region=${local._region}#dashboards/dashboard/${var.name}"

  # By name, not by ARN: a hundred ARNs would not fit into a rule.
  _children = flatten([for service in sort(keys(var.alarms)) : [for label in sort(keys(var.alarms[service])) : var.alarms[service][label]]])
  _names    = [for arn in distinct(local._children) : join(":", slice(split(":", arn), 6, length(split(":", arn))))]
  rule      = join(" OR ", [for name in local._names : "ALARM(\"${replace(replace(name, "\\", "\\\\"), "\"", "\\\"")}\")"])
}

resource "aws_cloudwatch_composite_alarm" "this" {
  count = length(local._children) == 0 ? 0 : 1

  alarm_name        = var.name
  alarm_description = "An alarm of ${var.name} went off: ${join(", ", sort(keys(var.alarms)))}"
  alarm_rule        = local.rule
  actions_enabled   = true
  alarm_actions     = var.actions
  ok_actions        = var.actions
  tags              = var.tags

  dynamic "actions_suppressor" {
    for_each = var.suppressor[*]

    content {
      alarm            = actions_suppressor.value.arn
      wait_period      = actions_suppressor.value.wait_seconds
      extension_period = actions_suppressor.value.extension_seconds
    }
  }

  lifecycle {
    precondition {
      condition     = length(local.rule) <= 10240
      error_message = "alarms: the rule over all names has at most 10240 characters; given: ${length(local.rule)}. Make a dashboard for each part, and one more of their `alarms`."
    }
  }
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = local.body

  # The first row shows it.
  depends_on = [aws_cloudwatch_composite_alarm.this]
}
