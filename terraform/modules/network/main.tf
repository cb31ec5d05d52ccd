data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  _account   = data.aws_caller_identity.current.account_id
  _partition = data.aws_partition.current.partition
  _region    = data.aws_region.current.id

  # A zone's place in a tier's block follows from its letter, not from its place in the list: no other zone can move it.
  _places = { for zone in var.zones : zone => index(["a", "b", "c", "d", "e", "f", "g", "h"], substr(zone, -1, 1)) }

  subnets = merge([
    for name, tier in var.tiers : {
      for zone in(tier.subnets == null ? var.zones : keys(tier.subnets)) : "${name}/${zone}" => {
        tier = name
        zone = zone
        kind = tier.kind
        cidr = tier.subnets == null ? cidrsubnet(tier.cidr, 3, local._places[zone]) : tier.subnets[zone]
        ipv6 = tier.ipv6 == null ? null : 8 * tier.ipv6 + local._places[zone]
      }
    }
  ]...)

  _ipv6 = anytrue([for tier in values(var.tiers) : tier.ipv6 != null])

  # What is taken of the VPC's addresses: a tier's block as a whole, also where no zone uses it yet.
  _blocks = flatten([
    for name, tier in var.tiers : tier.subnets == null ? [{ of = name, cidr = tier.cidr }] : [
      for zone, cidr in tier.subnets : { of = "${name}/${zone}", cidr = cidr }
    ]
  ])

  # Of two blocks the larger one holds the smaller one's first address, or they have nothing in common.
  _clashes = flatten([
    for i, one in local._blocks : [
      for other in slice(local._blocks, i + 1, length(local._blocks)) : "${one.of} ${one.cidr} and ${other.of} ${other.cidr}"
      if length(distinct([
        for block in [one, other] : cidrhost(
          format("%s/%d", split("/", block.cidr)[0], min(tonumber(split("/", one.cidr)[1]), tonumber(split("/", other.cidr)[1]))), 0
        )
      ])) == 1
    ]
  ])

  _outside = [
    for block in local._blocks : "${block.of} ${block.cidr}"
    if tonumber(split("/", block.cidr)[1]) < tonumber(split("/", var.cidr)[1]) || cidrhost(
      format("%s/%s", split("/", block.cidr)[0], split("/", var.cidr)[1]), 0
    ) != split("/", var.cidr)[0]
  ]
}

resource "aws_vpc" "this" {
  cidr_block                       = var.cidr
  assign_generated_ipv6_cidr_block = local._ipv6
  enable_dns_hostnames             = true
  enable_dns_support               = true
  tags                             = merge(var.tags, { Name = var.name })

  lifecycle {
    precondition {
      condition     = length(local._outside) == 0
      error_message = "tiers: addresses lie within the network's ${var.cidr}; given: ${join(", ", local._outside)}."
    }

    precondition {
      condition     = length(local._clashes) == 0
      error_message = "tiers: no two share addresses, and a tier's whole block is its own; given: ${join("; ", local._clashes)}."
    }
  }
}

# Everything AWS puts nowhere else lands in this group: without rules it reaches nothing and nothing reaches it.
resource "aws_default_security_group" "this" {
  vpc_id  = aws_vpc.this.id
  ingress = []
  egress  = []
  tags    = merge(var.tags, { Name = "${var.name}-default-unused" })
}

resource "aws_subnet" "this" {
  for_each = local.subnets

  vpc_id                          = aws_vpc.this.id
  availability_zone               = each.value.zone
  cidr_block                      = each.value.cidr
  ipv6_cidr_block                 = each.value.ipv6 == null ? null : cidrsubnet(aws_vpc.this.ipv6_cidr_block, 8, each.value.ipv6)
  assign_ipv6_address_on_creation = each.value.ipv6 != null
  map_public_ip_on_launch         = false
  tags                            = merge(var.tags, { Name = "${var.name}-${each.value.tier}-${each.value.zone}" })
}

resource "aws_security_group" "egress" {
  #checkov:skip=CKV2_AWS_5:what runs in a tier takes it, in this plan or another
  name        = "${var.name}-egress"
  description = "Reaches out, is reached by nobody"
  vpc_id      = aws_vpc.this.id
  tags        = merge(var.tags, { Name = "${var.name}-egress" })
}

resource "aws_vpc_security_group_egress_rule" "egress" {
  #checkov:skip=CKV_AWS_382:where traffic can go is said by routes and endpoint policies; who wants less gives a group of its own
  for_each = merge({ ipv4 = "0.0.0.0/0" }, local._ipv6 ? { ipv6 = "::/0" } : {})

  security_group_id = aws_security_group.egress.id
  description       = "To wherever the tier's routes lead"
  ip_protocol       = "-1"
  cidr_ipv4         = each.key == "ipv4" ? each.value : null
  cidr_ipv6         = each.key == "ipv6" ? each.value : null
  tags              = var.tags
}
