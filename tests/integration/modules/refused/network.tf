# refused: module.network.aws_vpc.this | `ipv6_cidr_block = each.value.ipv6 == null ? null : cidrsubnet(aws_vpc.this.ipv6_cidr_block
module "network" {
  source    = "../../modules/network"
  name      = "${var.prefix}-ipv6"
  cidr      = "10.22.0.0/20"
  zones     = ["${data.aws_region.current.id}a"]
  tiers     = { app = { kind = "isolated", cidr = "10.22.0.0/22", ipv6 = 1 } }
  endpoints = { gateway = [] }
  flow_logs = null
  role      = var.role
}
