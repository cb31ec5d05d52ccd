locals {
  # AWS makes a target group anew when its port, protocol or kind changes, and keeps the old one while the listener uses it: the
  # new one needs another name. Four letters of what can't change make it, the same ones at every plan.
  targets = {
    for label, target in var.targets : label => merge(target, {
      kind = target.function == null ? target.type : "lambda"
      name = coalesce(target.name, format("%s-%s-%s", var.name, label, substr(sha1(jsonencode(
        target.function == null ? [target.type, target.port, target.protocol] : ["lambda"]
      )), 0, 4)))
    })
  }

  _functions = { for label, target in local.targets : label => target if target.function != null }
}

resource "aws_lb_target_group" "this" {
  #checkov:skip=CKV_AWS_378:TLS ends at the load balancer unless the targets speak it too, `targets[*].protocol`
  for_each = local.targets

  name        = each.value.name
  target_type = each.value.kind
  tags        = var.tags

  # A Lambda target has none of these.
  port                 = each.value.kind == "lambda" ? null : each.value.port
  protocol             = each.value.kind == "lambda" ? null : each.value.protocol
  vpc_id               = each.value.kind == "lambda" ? null : var.network.vpc_id
  deregistration_delay = each.value.kind == "lambda" ? null : each.value.deregistration_delay_seconds

  health_check {
    # Each check of a function is an invocation, which costs, and says nothing that its alarms don't.
    enabled             = each.value.kind != "lambda"
    path                = each.value.health_check.path
    port                = each.value.kind == "lambda" ? null : coalesce(each.value.health_check.port, "traffic-port")
    protocol            = each.value.kind == "lambda" ? null : each.value.protocol
    matcher             = each.value.health_check.matcher
    interval            = each.value.kind == "lambda" ? 35 : each.value.health_check.interval_seconds
    timeout             = each.value.kind == "lambda" ? 30 : each.value.health_check.timeout_seconds
    healthy_threshold   = each.value.health_check.healthy
    unhealthy_threshold = each.value.health_check.unhealthy
  }

  dynamic "stickiness" {
    for_each = each.value.kind == "lambda" ? [] : [each.value.stickiness_seconds]

    content {
      enabled         = stickiness.value != null
      type            = "lb_cookie"
      cookie_duration = coalesce(stickiness.value, 86400)
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lambda_permission" "this" {
  for_each = local._functions

  statement_id   = each.value.name
  action         = "lambda:InvokeFunction"
  function_name  = each.value.function.name
  qualifier      = each.value.function.alias
  principal      = "elasticloadbalancing.amazonaws.com"
  source_arn     = "${local._elb}:targetgroup/${each.value.name}/*"
  source_account = local._account
}

resource "aws_lb_target_group_attachment" "function" {
  for_each = local._functions

  target_group_arn = aws_lb_target_group.this[each.key].arn
  target_id        = each.value.function.alias_arn

  # AWS tries the permission when the function is registered.
  depends_on = [aws_lambda_permission.this]
}
