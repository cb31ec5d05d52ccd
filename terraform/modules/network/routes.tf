locals {
  _public = [for name, tier in var.tiers : name if tier.kind == "public"]

  # By zone in both modes, so that the first one and its address stay when the others join it.
  gateways = toset(
    var.nat == "none" ? [] : var.nat == "single" ? [var.zones[0]] : [
      for subnet in values(local.subnets) : subnet.zone if subnet.tier == local._public[0]
    ]
  )

  # A public subnet's way out is the internet gateway, a private one's the NAT gateway of its zone or the only one there is.
  _exits = {
    for key, subnet in local.subnets : key => subnet.kind == "public" ? "internet" : var.nat == "per_az" ? subnet.zone : var.zones[0]
    if subnet.kind == "public" || (subnet.kind == "private" && var.nat != "none")
  }
}

# One for each subnet: a switch of `nat`, or of a tier's kind, changes routes and nothing else.
resource "aws_route_table" "this" {
  for_each = local.subnets

  vpc_id = aws_vpc.this.id
  tags   = merge(var.tags, { Name = "${var.name}-${each.value.tier}-${each.value.zone}" })
}

resource "aws_route_table_association" "this" {
  for_each = local.subnets

  subnet_id      = aws_subnet.this[each.key].id
  route_table_id = aws_route_table.this[each.key].id
}

resource "aws_internet_gateway" "this" {
  count = length(local._public) > 0 ? 1 : 0

  vpc_id = aws_vpc.this.id
  tags   = merge(var.tags, { Name = var.name })
}

resource "aws_eip" "nat" {
  #checkov:skip=CKV2_AWS_19:it is the NAT gateway's address, not an instance's
  for_each = local.gateways

  domain = "vpc"
  tags   = merge(var.tags, { Name = "${var.name}-nat-${each.key}" })
}

resource "aws_nat_gateway" "this" {
  for_each = local.gateways

  allocation_id     = aws_eip.nat[each.key].id
  connectivity_type = "public"
  subnet_id         = aws_subnet.this["${local._public[0]}/${each.key}"].id
  tags              = merge(var.tags, { Name = "${var.name}-${each.key}" })

  # Its own way out has to be there first.
  depends_on = [aws_internet_gateway.this, aws_route_table_association.this]
}

resource "aws_route" "internet" {
  for_each = local._exits

  route_table_id         = aws_route_table.this[each.key].id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = each.value == "internet" ? aws_internet_gateway.this[0].id : null
  nat_gateway_id         = each.value == "internet" ? null : aws_nat_gateway.this[each.value].id
}

resource "aws_egress_only_internet_gateway" "this" {
  count = anytrue([for tier in values(var.tiers) : tier.kind == "private" && tier.ipv6 != null]) ? 1 : 0

  vpc_id = aws_vpc.this.id
  tags   = merge(var.tags, { Name = var.name })
}

resource "aws_route" "internet_ipv6" {
  for_each = { for key, subnet in local.subnets : key => subnet.kind if subnet.ipv6 != null && subnet.kind != "isolated" }

  route_table_id              = aws_route_table.this[each.key].id
  destination_ipv6_cidr_block = "::/0"
  gateway_id                  = each.value == "public" ? aws_internet_gateway.this[0].id : null
  egress_only_gateway_id      = each.value == "public" ? null : aws_egress_only_internet_gateway.this[0].id
}
