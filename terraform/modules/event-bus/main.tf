data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  _account   = data.aws_caller_identity.current.account_id
  _partition = data.aws_partition.current.partition
  _region    = data.aws_region.current.id
  _events    = "arn:${local._partition}:events:${local._region}:${local._account}"

  # A partner's bus has its event source's name and no other.
  _own_name = coalesce(var.partner_source, var.name)
  bus_name  = var.bus == null ? local._own_name : var.bus.name
  bus_arn   = var.bus == null ? "${local._events}:event-bus/${local._own_name}" : var.bus.arn

  # A rule of the default bus has no bus in its ARN.
  _rule_path = local.bus_name == "default" ? "rule/" : "rule/${local.bus_name}/"
  rules = {
    for label in keys(var.rules) : label => {
      name = "${var.name}-${label}"
      arn  = "${local._events}:${local._rule_path}${var.name}-${label}"
    }
  }

  targets = merge([
    for label, rule in var.rules : {
      for key, target in rule.targets : "${label}/${key}" => merge(target, { rule = label, key = key })
    }
  ]...)
}

resource "aws_cloudwatch_event_bus" "this" {
  count = var.bus == null ? 1 : 0

  name               = local._own_name
  event_source_name  = var.partner_source
  kms_key_identifier = var.key == null ? null : var.key.arn
  tags               = var.tags
}

resource "aws_cloudwatch_event_bus_policy" "this" {
  count = length(var.publishers) == 0 ? 0 : 1

  event_bus_name = aws_cloudwatch_event_bus.this[0].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for label, publisher in var.publishers : {
        Sid       = replace(title(replace(label, "/[^0-9A-Za-z]+/", " ")), " ", "")
        Effect    = "Allow"
        Principal = publisher.account == null ? { AWS = "*" } : { AWS = "arn:${local._partition}:iam::${publisher.account}:root" }
        Action    = "events:PutEvents"
        Resource  = local.bus_arn
        Condition = { for operator, keys in {
          StringEquals = { for key, values in {
            "aws:PrincipalOrgID" = publisher.organisation == null ? [] : [publisher.organisation]
            "events:detail-type" = sort(publisher.detail_types)
            "events:source"      = sort(publisher.sources)
          } : key => values if length(values) > 0 }
        } : operator => keys if length(keys) > 0 }
      }
    ]
  })
}

resource "aws_cloudwatch_event_archive" "this" {
  count = var.archive_days == null ? 0 : 1

  # An archive's name is its own, 48 characters at most.
  name             = substr(var.name, 0, 48)
  description      = "Events of ${local.bus_name}, for replay"
  event_source_arn = var.bus == null ? aws_cloudwatch_event_bus.this[0].arn : var.bus.arn
  event_pattern    = var.archive_pattern
  retention_days   = var.archive_days
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each = var.rules

  name           = local.rules[each.key].name
  description    = each.value.description
  event_bus_name = var.bus == null ? aws_cloudwatch_event_bus.this[0].name : var.bus.name
  event_pattern  = each.value.pattern
  state          = each.value.enabled ? "ENABLED" : "DISABLED"
  tags           = var.tags
}

# What callers state about events has no part in AWS; it stands in the plan, where patterns are checked before they are deployed.
resource "terraform_data" "events" {
  count = length(var.events) + length([for rule in values(var.rules) : true if length(rule.matches) + length(rule.rejects) > 0]) == 0 ? 0 : 1

  input = {
    kind   = "eventyard/events"
    bus    = local.bus_arn
    events = var.events
    rules  = { for label, rule in var.rules : local.rules[label].name => { matches = rule.matches, rejects = rule.rejects } }
  }
}
