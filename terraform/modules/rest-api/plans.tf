locals {
  plans = merge([
    for name, stage in var.stages : { for label, plan in stage.plans : "${name}/${label}" => merge(plan, { stage = name, label = label }) }
  ]...)
  keys = merge([
    for id, plan in local.plans : { for key in plan.keys : "${id}/${key}" => { plan = id, name = "${var.name}-${plan.stage}-${plan.label}-${key}" } }
  ]...)
}

resource "aws_api_gateway_usage_plan" "this" {
  for_each = local.plans

  name = "${var.name}-${each.value.stage}-${each.value.label}"
  tags = var.tags

  api_stages {
    api_id = aws_api_gateway_rest_api.this.id
    stage  = aws_api_gateway_stage.this[each.value.stage].stage_name

    dynamic "throttle" {
      for_each = each.value.methods
      content {
        path        = "${split(" ", throttle.key)[1]}/${split(" ", throttle.key)[0]}"
        rate_limit  = throttle.value.rate
        burst_limit = throttle.value.burst
      }
    }
  }

  dynamic "throttle_settings" {
    for_each = each.value.throttle[*]
    content {
      rate_limit  = throttle_settings.value.rate
      burst_limit = throttle_settings.value.burst
    }
  }

  dynamic "quota_settings" {
    for_each = each.value.quota[*]
    content {
      limit  = quota_settings.value.limit
      period = quota_settings.value.period
    }
  }
}

resource "aws_api_gateway_api_key" "this" {
  for_each = local.keys

  name        = each.value.name
  description = "Meters one caller of ${each.value.plan}"
  enabled     = true
  tags        = var.tags
}

resource "aws_api_gateway_usage_plan_key" "this" {
  for_each = local.keys

  key_id        = aws_api_gateway_api_key.this[each.key].id
  key_type      = "API_KEY"
  usage_plan_id = aws_api_gateway_usage_plan.this[each.value.plan].id
}
