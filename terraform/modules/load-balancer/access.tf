locals {
  _ports = toset(concat([tostring(local.port)], local.redirect ? ["80"] : []))

  _ingress = merge(flatten([
    for port in local._ports : concat(
      [for cidr in var.ingress.cidrs : { "${port} ${cidr}" = { port = port, cidr = cidr, group = null } }],
      [for label, group in var.ingress.security_groups : { "${port} ${label}" = { port = port, cidr = null, group = group } }],
    )
  ])...)

  # The load balancer speaks to its targets, on the ports they and their health checks have, and to nothing else.
  _target_ports = toset([
    for port in flatten([for target in values(var.targets) : [target.port, target.health_check.port] if target.function == null]) :
    tostring(port) if port != null
  ])
}

resource "aws_security_group" "this" {
  name        = "${var.name}-load-balancer"
  description = "Load balancer ${var.name}"
  vpc_id      = var.network.vpc_id
  tags        = merge(var.tags, { Name = "${var.name}-load-balancer" })
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  #checkov:skip=CKV_AWS_260:port 80 is a redirect to https, or plain http of an internal load balancer whose caller says so
  for_each = local._ingress

  security_group_id            = aws_security_group.this.id
  description                  = "Who may call"
  ip_protocol                  = "tcp"
  from_port                    = tonumber(each.value.port)
  to_port                      = tonumber(each.value.port)
  cidr_ipv4                    = each.value.cidr == null ? null : strcontains(each.value.cidr, ":") ? null : each.value.cidr
  cidr_ipv6                    = each.value.cidr == null ? null : strcontains(each.value.cidr, ":") ? each.value.cidr : null
  referenced_security_group_id = each.value.group
  tags                         = var.tags
}

resource "aws_vpc_security_group_egress_rule" "this" {
  for_each = local._target_ports

  security_group_id = aws_security_group.this.id
  description       = "To targets, on their port"
  ip_protocol       = "tcp"
  from_port         = tonumber(each.key)
  to_port           = tonumber(each.key)
  cidr_ipv4         = "0.0.0.0/0"
  tags              = var.tags
}
