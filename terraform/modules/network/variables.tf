variable "alarms" {
  description = "Actions of the module's alarms, what their names begin with (`prefix`, null: name), and settings that differ, by label: drops_<zone> and ports_<zone> for each NAT gateway."
  type = object({
    actions = optional(set(string), [])
    prefix  = optional(string)
    overrides = optional(map(object({
      enabled            = optional(bool, true)
      threshold          = optional(number)
      period_seconds     = optional(number)
      evaluation_periods = optional(number)
    })), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = length(setsubtract(keys(var.alarms.overrides), concat(formatlist("drops_%s", var.zones), formatlist("ports_%s", var.zones)))) == 0
    error_message = "alarms.overrides: known labels are ${join(", ", concat(formatlist("drops_%s", var.zones), formatlist("ports_%s", var.zones)))}; given: ${join(", ", keys(var.alarms.overrides))}."
  }
}

variable "cidr" {
  description = "IPv4 addresses of the network, /16 to /28. AWS never changes it: take one that nothing it will be connected to uses."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9.]+/[0-9]+$", var.cidr)) && try(cidrhost(var.cidr, 0) == split("/", var.cidr)[0], false)
    error_message = "cidr: an IPv4 block that begins at its first address, such as 10.20.0.0/16; given: ${var.cidr}."
  }

  validation {
    condition     = try(tonumber(split("/", var.cidr)[1]) >= 16 && tonumber(split("/", var.cidr)[1]) <= 28, false)
    error_message = "cidr: AWS takes /16 to /28; given: ${var.cidr}."
  }
}

variable "endpoints" {
  description = <<-EOT
    Ways to AWS's services that need no way out, by service name: `gateway` ones are free (s3, dynamodb), `interface` ones cost by the
    hour and zone, and stand in `tier` (the only one that is not public when null), in each of its zones. An endpoint lets this
    account's identities through if its service is one of those the README names, else everybody; `policies` replaces that, JSON by service.
  EOT
  type = object({
    gateway   = optional(set(string), ["dynamodb", "s3"])
    interface = optional(set(string), [])
    tier      = optional(string)
    policies  = optional(map(string), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = length(setsubtract(var.endpoints.gateway, ["dynamodb", "s3"])) == 0
    error_message = "endpoints.gateway: AWS has dynamodb and s3, all else are interface endpoints; given: ${join(", ", var.endpoints.gateway)}."
  }

  validation {
    condition     = alltrue([for name in var.endpoints.interface : can(regex("^[a-z0-9]+([.-][a-z0-9]+)*$", name)) && !startswith(name, "com.")])
    error_message = "endpoints.interface: a service as AWS names it after com.amazonaws.<region>, such as sqs or ecr.api; given: ${join(", ", var.endpoints.interface)}."
  }

  validation {
    condition     = length(setintersection(var.endpoints.interface, ["dynamodb", "s3"])) == 0
    error_message = "endpoints.interface: s3 and dynamodb have gateway endpoints, which are free and reach the same; given: ${join(", ", var.endpoints.interface)}."
  }

  # The names people try first.
  validation {
    condition = length(setintersection(var.endpoints.interface, [
      "api-gateway", "cloudwatch", "ecr", "eventbridge", "firehose", "kinesis", "secrets-manager", "ses", "step-functions", "stepfunctions",
    ])) == 0
    error_message = "endpoints.interface: AWS calls them execute-api, monitoring (logs for log groups), ecr.api and ecr.dkr, events, kinesis-firehose, kinesis-streams, secretsmanager, email-smtp and states; given: ${join(", ", var.endpoints.interface)}."
  }

  validation {
    condition     = length(var.endpoints.interface) <= 50
    error_message = "endpoints.interface: AWS allows a network 50; given: ${length(var.endpoints.interface)}."
  }

  validation {
    condition     = var.endpoints.tier == null ? true : contains(keys(var.tiers), var.endpoints.tier)
    error_message = "endpoints.tier: one of the tiers ${join(", ", keys(var.tiers))}; given: ${coalesce(var.endpoints.tier, "null")}."
  }

  validation {
    condition     = length(var.endpoints.interface) == 0 || var.endpoints.tier != null || length([for tier in values(var.tiers) : tier if tier.kind != "public"]) == 1
    error_message = "endpoints.tier: say in which tier the interface endpoints stand; given: null, and of ${join(", ", keys(var.tiers))} not exactly one is private or isolated."
  }

  validation {
    condition     = alltrue([for name, policy in var.endpoints.policies : contains(setunion(var.endpoints.gateway, var.endpoints.interface), name) && can(jsondecode(policy).Statement)])
    error_message = "endpoints.policies: a JSON policy for one of the endpoints ${join(", ", setunion(var.endpoints.gateway, var.endpoints.interface))}; given for: ${join(", ", keys(var.endpoints.policies))}."
  }
}

variable "flow_logs" {
  description = "Who spoke to whom, in CloudWatch Logs: ALL traffic, what was let through (ACCEPT) or refused (REJECT), gathered for 60 or 600 seconds. Null: no flow logs."
  type = object({
    traffic             = optional(string, "ALL")
    aggregation_seconds = optional(number, 600)
  })
  default = {}

  validation {
    condition     = contains(["ACCEPT", "ALL", "REJECT"], try(var.flow_logs.traffic, "ALL"))
    error_message = "flow_logs.traffic: ACCEPT, ALL or REJECT; given: ${try(var.flow_logs.traffic, "null")}."
  }

  validation {
    condition     = contains([60, 600], try(var.flow_logs.aggregation_seconds, 600))
    error_message = "flow_logs.aggregation_seconds: 60 or 600; given: ${try(var.flow_logs.aggregation_seconds, "null")}."
  }
}

variable "key" {
  description = "KMS key for the flow logs; its policy must let CloudWatch Logs use it. Null: CloudWatch's own encryption."
  type        = object({ arn = string })
  default     = null
}

variable "log_retention_days" {
  description = "How long flow logs are kept."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition = contains(
      [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days
    )
    error_message = "log_retention_days: CloudWatch keeps logs for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 days; given: ${var.log_retention_days}."
  }
}

variable "name" {
  description = "Name of the network; begins the names of all else."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9_-]{0,53}$", var.name)) && !startswith(lower(var.name), "sg-")
    error_message = "name: 1 to 54 letters, digits, hyphens and underscores (AWS allows a role 64, of which the module adds 10), not beginning with sg-; given: ${var.name}."
  }
}

variable "nat" {
  description = "The private tiers' way out: none, a single NAT gateway in the first of `zones`, or one in each zone (per_az)."
  type        = string
  default     = "none"
  nullable    = false

  validation {
    condition     = contains(["none", "per_az", "single"], var.nat)
    error_message = "nat: none, single or per_az; given: ${var.nat}."
  }

  validation {
    condition     = var.nat == "none" || length([for tier in values(var.tiers) : tier if tier.kind == "public"]) == 1
    error_message = "nat: ${var.nat} needs exactly one public tier, in which the gateways stand; given: ${length([for tier in values(var.tiers) : tier if tier.kind == "public"])}."
  }

  validation {
    condition     = var.nat == "none" || anytrue([for tier in values(var.tiers) : tier.kind == "private"])
    error_message = "nat: ${var.nat} costs money by the hour, and no tier is private; given: ${join(", ", [for name, tier in var.tiers : "${name} ${tier.kind}"])}."
  }

  validation {
    condition = var.nat == "none" || alltrue([
      for tier in values(var.tiers) : tier.kind != "public" || tier.subnets == null ? true : length(setsubtract(
        var.nat == "single" ? [var.zones[0]] : flatten([
          for other in values(var.tiers) : other.kind == "private" ? (other.subnets == null ? var.zones : keys(other.subnets)) : []
        ]), keys(tier.subnets)
      )) == 0
    ])
    error_message = "nat: ${var.nat} needs the public tier in ${var.nat == "single" ? "the first zone, ${try(var.zones[0], "")}" : "each zone of a private tier"}; given: ${join(", ", flatten([for tier in values(var.tiers) : try(keys(tier.subnets), []) if tier.kind == "public"]))}."
  }
}

variable "role" {
  description = "Path and permissions boundary of the role that writes the flow logs."
  type = object({
    path                 = optional(string, "/")
    permissions_boundary = optional(string)
  })
  default  = {}
  nullable = false
}

variable "tags" {
  description = "Tags of all resources."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "tiers" {
  description = <<-EOT
    Tiers by name. Their `kind`: public (to and from the internet), private (out through NAT, if there is any) or isolated (within the
    network and to its endpoints). Their addresses: a block as `cidr`, an eighth of it for each zone by the zone's letter, or
    `subnets`, a CIDR by zone. `ipv6`, 0 to 31, adds IPv6 addresses: the tier's number in the block AWS gives the network.
  EOT
  type = map(object({
    kind    = string
    cidr    = optional(string)
    subnets = optional(map(string))
    ipv6    = optional(number)
  }))
  nullable = false

  validation {
    condition     = length(var.tiers) > 0 && alltrue([for name in keys(var.tiers) : can(regex("^[a-z][a-z0-9-]{0,30}$", name))])
    error_message = "tiers: at least one, named by 1 to 31 lower-case letters, digits and hyphens; given: ${join(", ", keys(var.tiers))}."
  }

  validation {
    condition     = alltrue([for tier in values(var.tiers) : contains(["isolated", "private", "public"], tier.kind)])
    error_message = "tiers: kind is public, private or isolated; given: ${join(", ", [for name, tier in var.tiers : "${name} ${tier.kind}"])}."
  }

  validation {
    condition     = alltrue([for tier in values(var.tiers) : (tier.cidr == null) != (tier.subnets == null)])
    error_message = "tiers: exactly one of cidr and subnets; given: ${join(", ", [for name, tier in var.tiers : "${name} ${tier.cidr == null ? tier.subnets == null ? "neither" : "subnets" : tier.subnets == null ? "cidr" : "both"}"])}."
  }

  validation {
    condition = alltrue([
      for cidr in flatten([for tier in values(var.tiers) : concat(tier.cidr[*], try(values(tier.subnets), []))]) :
      can(regex("^[0-9.]+/[0-9]+$", cidr)) && try(cidrhost(cidr, 0) == split("/", cidr)[0], false)
    ])
    error_message = "tiers: addresses are IPv4 blocks that begin at their first address, such as 10.20.32.0/20; given: ${join(", ", flatten([for tier in values(var.tiers) : concat(tier.cidr[*], try(values(tier.subnets), []))]))}."
  }

  validation {
    condition     = alltrue([for tier in values(var.tiers) : tier.cidr == null ? true : try(tonumber(split("/", tier.cidr)[1]) <= 25, true)])
    error_message = "tiers: a tier's cidr is /25 or larger (an eighth of it is a subnet, and AWS takes no subnet below /28); given: ${join(", ", [for name, tier in var.tiers : "${name} ${tier.cidr}" if tier.cidr != null])}."
  }

  validation {
    condition = alltrue([
      for cidr in flatten([for tier in values(var.tiers) : try(values(tier.subnets), [])]) :
      try(tonumber(split("/", cidr)[1]) >= 16 && tonumber(split("/", cidr)[1]) <= 28, true)
    ])
    error_message = "tiers: AWS takes subnets from /16 to /28; given: ${join(", ", flatten([for name, tier in var.tiers : [for zone, cidr in tier.subnets : "${name}/${zone} ${cidr}"] if tier.subnets != null]))}."
  }

  validation {
    condition     = alltrue([for tier in values(var.tiers) : tier.subnets == null ? true : length(tier.subnets) > 0 && length(setsubtract(keys(tier.subnets), var.zones)) == 0])
    error_message = "tiers: subnets are of the zones ${join(", ", var.zones)}, one at least; given: ${join(", ", flatten([for name, tier in var.tiers : formatlist("${name}/%s", keys(tier.subnets)) if tier.subnets != null]))}."
  }

  validation {
    condition     = alltrue([for tier in values(var.tiers) : tier.ipv6 == null ? true : contains(range(32), tier.ipv6)])
    error_message = "tiers: ipv6 is a whole number from 0 to 31 (AWS gives a network 256 IPv6 subnets, eight of them a tier's); given: ${join(", ", [for name, tier in var.tiers : "${name} ${tier.ipv6}" if tier.ipv6 != null])}."
  }

  validation {
    condition     = length(distinct([for tier in values(var.tiers) : tier.ipv6 if tier.ipv6 != null])) == length([for tier in values(var.tiers) : tier.ipv6 if tier.ipv6 != null])
    error_message = "tiers: no two have the same ipv6 number; given: ${join(", ", [for name, tier in var.tiers : "${name} ${tier.ipv6}" if tier.ipv6 != null])}."
  }
}

variable "zones" {
  description = "Availability zones by name, such as eu-west-1a; two or more for what must outlive one. The first has the single NAT gateway: write later ones behind it."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.zones) > 0 && alltrue([for zone in var.zones : can(regex("^[a-z]+(-[a-z]+)+-[0-9]+[a-h]$", zone))])
    error_message = "zones: at least one availability zone, ending in its region's number and a letter from a to h (local zones are not taken); given: ${join(", ", var.zones)}."
  }

  validation {
    condition     = length(distinct(var.zones)) == length(var.zones)
    error_message = "zones: each once; given: ${join(", ", var.zones)}."
  }

  validation {
    condition     = alltrue([for zone in var.zones : substr(zone, 0, length(zone) - 1) == data.aws_region.current.id])
    error_message = "zones: of the provider's region ${data.aws_region.current.id}; given: ${join(", ", var.zones)}."
  }
}
