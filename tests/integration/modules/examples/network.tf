# Three tiers over two zones with a gateway in each, endpoints by name under a policy of the caller's, and a function inside.
module "network" {
  source = "../../modules/network"
  name   = "${var.prefix}-network"
  cidr   = "10.20.0.0/16"
  zones  = ["${data.aws_region.current.id}a", "${data.aws_region.current.id}b"]
  nat    = "per_az"
  role   = var.role

  tiers = {
    public = { kind = "public", cidr = "10.20.0.0/20" }
    app    = { kind = "private", cidr = "10.20.64.0/18" }
    data = {
      kind    = "isolated"
      subnets = { "${data.aws_region.current.id}a" = "10.20.16.0/26", "${data.aws_region.current.id}b" = "10.20.16.64/26" }
    }
  }

  endpoints = {
    interface = ["execute-api", "sqs"]
    tier      = "data"
    policies = {
      sqs = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Sid = "Sending", Effect = "Allow", Principal = "*", Action = "sqs:SendMessage", Resource = "*" }]
      })
    }
  }

  flow_logs          = { traffic = "REJECT", aggregation_seconds = 60 }
  log_retention_days = 7
  alarms             = { overrides = { "ports_${data.aws_region.current.id}a" = { threshold = 10 } } }
  tags               = { example = "network" }
}

module "network_inside" {
  source  = "../../modules/function"
  name    = "${var.prefix}-network-inside"
  code    = var.handlers["library/echo"]
  network = module.network.tiers["data"]
  role    = var.role
}

output "network" {
  value = {
    vpc       = module.network.vpc
    tiers     = module.network.tiers
    nat       = module.network.nat
    endpoints = module.network.endpoints
    log_group = module.network.log_group
    function  = module.network_inside.function
  }
}
