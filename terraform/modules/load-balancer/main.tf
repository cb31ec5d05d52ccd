data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  _account   = data.aws_caller_identity.current.account_id
  _partition = data.aws_partition.current.partition
  _region    = data.aws_region.current.id
  _elb       = "arn:${local._partition}:elasticloadbalancing:${local._region}:${local._account}"

  _tls     = var.listener.certificate != null
  port     = coalesce(var.listener.port, local._tls ? 443 : 80)
  redirect = local._tls && var.listener.redirect && local.port != 80

  # What no rule matches goes to the target without rules, or gets a 404.
  default = one([for label, target in var.targets : label if length(target.rules) == 0])

  rules = merge([
    for label, target in var.targets : { for key, rule in target.rules : "${label}/${key}" => merge(rule, { target = label }) }
  ]...)
}

resource "aws_lb" "this" {
  #checkov:skip=CKV_AWS_91:access logs go to a bucket of the caller's, `access_logs`
  #checkov:skip=CKV2_AWS_20:http is redirected, or said aloud on an internal one (listener.plain)
  #checkov:skip=CKV2_AWS_28:a firewall is the caller's to add, `web_acl`
  #checkov:skip=CKV2_AWS_76:a firewall and its rules are the caller's to add, `web_acl`
  name                       = var.name
  internal                   = var.internal
  load_balancer_type         = "application"
  ip_address_type            = var.network.ipv6 ? "dualstack" : "ipv4"
  subnets                    = var.network.subnet_ids
  security_groups            = [aws_security_group.this.id]
  desync_mitigation_mode     = "defensive"
  drop_invalid_header_fields = true
  enable_deletion_protection = var.protect
  idle_timeout               = var.idle_timeout_seconds
  tags                       = var.tags

  dynamic "access_logs" {
    for_each = var.access_logs[*]

    content {
      enabled = true
      bucket  = access_logs.value.bucket.name
      prefix  = access_logs.value.prefix
    }
  }
}

resource "aws_lb_listener" "this" {
  #checkov:skip=CKV_AWS_2:plain http is refused unless the load balancer is internal and its caller says so (listener.plain)
  #checkov:skip=CKV_AWS_103:the TLS policy is 1.2 or later, checked by `listener`; plain http has none
  load_balancer_arn = aws_lb.this.arn
  port              = local.port
  protocol          = local._tls ? "HTTPS" : "HTTP"
  certificate_arn   = try(var.listener.certificate.arn, null)
  ssl_policy        = local._tls ? var.listener.tls_policy : null
  tags              = var.tags

  default_action {
    type             = local.default == null ? "fixed-response" : "forward"
    target_group_arn = local.default == null ? null : aws_lb_target_group.this[local.default].arn

    dynamic "fixed_response" {
      for_each = local.default == null ? [404] : []

      content {
        content_type = "text/plain"
        message_body = "Not found"
        status_code  = fixed_response.value
      }
    }
  }
}

resource "aws_lb_listener_certificate" "this" {
  for_each = var.listener.certificates

  listener_arn    = aws_lb_listener.this.arn
  certificate_arn = each.value.arn
}

resource "aws_lb_listener" "redirect" {
  count = local.redirect ? 1 : 0

  load_balancer_arn = aws_lb.this.arn
  port              = 80
  protocol          = "HTTP"
  tags              = var.tags

  default_action {
    type = "redirect"

    redirect {
      port        = tostring(local.port)
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }

  # From plain http to https the other one leaves port 80 before this one takes it; and back again the other way about.
  depends_on = [aws_lb_listener.this]
}

resource "aws_lb_listener_rule" "this" {
  for_each = local.rules

  listener_arn = aws_lb_listener.this.arn
  priority     = each.value.priority
  tags         = merge(var.tags, { Name = each.key })

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this[each.value.target].arn
  }

  dynamic "condition" {
    for_each = length(each.value.paths) > 0 ? [each.value.paths] : []

    content {
      path_pattern {
        values = condition.value
      }
    }
  }

  dynamic "condition" {
    for_each = length(each.value.hosts) > 0 ? [each.value.hosts] : []

    content {
      host_header {
        values = condition.value
      }
    }
  }

  dynamic "condition" {
    for_each = length(each.value.methods) > 0 ? [each.value.methods] : []

    content {
      http_request_method {
        values = condition.value
      }
    }
  }
}

resource "aws_wafv2_web_acl_association" "this" {
  count = var.web_acl == null ? 0 : 1

  resource_arn = aws_lb.this.arn
  web_acl_arn  = var.web_acl.arn
}
