locals {
  _own_group = var.network == null ? false : var.network.security_group_ids == null

  link_security_group_ids = local._own_group ? toset(aws_security_group.link[*].id) : try(var.network.security_group_ids, toset([]))
}

resource "aws_apigatewayv2_vpc_link" "this" {
  count = var.network == null ? 0 : 1

  name               = var.name
  subnet_ids         = var.network.subnet_ids
  security_group_ids = local.link_security_group_ids
  tags               = var.tags

  # Other subnets or groups are another link, and AWS deletes none that a route still uses.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_security_group" "link" {
  #checkov:skip=CKV2_AWS_5:attached to the VPC link
  count = local._own_group ? 1 : 0

  name        = "${var.name}-api-link"
  description = "What the API ${var.name} reaches inside the network"
  vpc_id      = var.network.vpc_id
  tags        = merge(var.tags, { Name = "${var.name}-api-link" })
}

# To whom within the network is the other side's to say: its group lets this one in.
resource "aws_vpc_security_group_egress_rule" "link" {
  for_each = toset([for port in try(var.network.ports, []) : tostring(port) if local._own_group])

  security_group_id = aws_security_group.link[0].id
  description       = "Load balancers and services on port ${each.key}"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = tonumber(each.key)
  to_port           = tonumber(each.key)
  tags              = var.tags
}
