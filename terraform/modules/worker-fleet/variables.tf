variable "alarms" {
  description = "Actions of the module's alarms, what their names begin with (`prefix`, null: name-fleet), and settings that differ, by label: age, maximum, stalled, and heartbeat with `life.heartbeat`."
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
    condition     = length(setsubtract(keys(var.alarms.overrides), local.alarm_labels)) == 0
    error_message = "alarms.overrides: known labels are ${join(", ", local.alarm_labels)}; given: ${join(", ", keys(var.alarms.overrides))}."
  }
}

variable "backlog_per_instance" {
  description = "Messages that may wait for each instance: how long a message may wait, divided by how long one takes."
  type        = number
  default     = 10
  nullable    = false

  validation {
    condition     = var.backlog_per_instance > 0
    error_message = "backlog_per_instance: more than 0; given: ${var.backlog_per_instance}."
  }
}

variable "grants" {
  description = "What the workers' role may do besides consuming the queue, by label."
  type = map(object({
    actions    = set(string)
    resources  = set(string)
    conditions = optional(map(map(list(string))), {})
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for grant in values(var.grants) : !contains(grant.actions, "*")])
    error_message = "grants: * is no action; name those that are needed: ${join(", ", [for label, grant in var.grants : label if contains(grant.actions, "*")])}."
  }

  validation {
    condition     = alltrue([for grant in values(var.grants) : !contains(grant.resources, "*") || length(grant.conditions) > 0])
    error_message = "grants: * as a resource needs a condition: ${join(", ", [for label, grant in var.grants : label if contains(grant.resources, "*") && length(grant.conditions) == 0])}."
  }
}

variable "image" {
  description = <<-EOT
    What an instance starts from: the image a public SSM `parameter` names (Amazon Linux 2023 for ARM), read at every start, or one by `id`, to
    which a failed refresh can go back; its `user_data` as text; the size of its root volume, and the name the image gives it.
  EOT
  type = object({
    id          = optional(string)
    parameter   = optional(string, "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64")
    root_device = optional(string, "/dev/xvda")
    user_data   = optional(string)
    volume_gb   = optional(number, 20)
  })
  default  = {}
  nullable = false

  validation {
    condition     = can(regex("^ami-[0-9a-f]{8,17}$", coalesce(var.image.id, "ami-00000000")))
    error_message = "image.id: an image's id such as ami-0123456789abcdef0; given: ${coalesce(var.image.id, "null")}."
  }

  validation {
    condition     = can(regex("^/?[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*(:[A-Za-z0-9_.-]+)?$", var.image.parameter))
    error_message = "image.parameter: the name of a parameter, with its first slash if it is in a folder, such as /images/workers or workers:1; given: ${var.image.parameter}."
  }

  validation {
    condition     = var.image.volume_gb >= 1 && var.image.volume_gb <= 16384 && floor(var.image.volume_gb) == var.image.volume_gb
    error_message = "image.volume_gb: a whole number from 1 to 16384; given: ${var.image.volume_gb}."
  }

  validation {
    condition     = length(base64encode(coalesce(var.image.user_data, "-"))) <= 21848
    error_message = "image.user_data: EC2 takes at most 16384 bytes (21848 in Base64); given in Base64: ${length(base64encode(coalesce(var.image.user_data, "-")))}."
  }
}

variable "instances" {
  description = <<-EOT
    Instance `types` in the order they are preferred; several make it likelier that one is to be had. `spot`: the percentage of spot instances
    above a `base` of on-demand ones; null: none. `detailed_monitoring` is by the minute, and paid for.
  EOT
  type = object({
    types               = optional(list(string), ["m7g.medium", "m6g.medium", "m7g.large", "m6g.large"])
    detailed_monitoring = optional(bool, false)
    spot = optional(object({
      base       = optional(number, 0)
      percentage = optional(number, 100)
    }))
  })
  default  = {}
  nullable = false

  validation {
    condition     = length(var.instances.types) >= 1 && length(var.instances.types) <= 40 && length(distinct(var.instances.types)) == length(var.instances.types)
    error_message = "instances.types: 1 to 40, each once; given: ${join(", ", var.instances.types)}."
  }

  validation {
    condition     = alltrue([for type in var.instances.types : can(regex("^[a-z][a-z0-9-]*\\.[a-z0-9-]+$", type))])
    error_message = "instances.types: names such as m7g.large; given: ${join(", ", var.instances.types)}."
  }

  # AWS marks ARM with a g after the generation: m7g, c8gd, and the first of them, a1.
  validation {
    condition = var.image.id != null || !can(regex("arm64|x86_64", var.image.parameter)) || alltrue([
      for type in var.instances.types : can(regex("^(a1|[a-z]+[0-9]+g[a-z0-9-]*)\\.", type)) == strcontains(var.image.parameter, "arm64")
    ])
    error_message = "instances.types: ${var.image.parameter} is an image for ${strcontains(var.image.parameter, "arm64") ? "ARM" : "x86"}, and these types are not all: ${join(", ", var.instances.types)}."
  }

  validation {
    condition = var.instances.spot == null ? true : (
      var.instances.spot.percentage >= 1 && var.instances.spot.percentage <= 100 && var.instances.spot.base >= 0 && floor(var.instances.spot.base) == var.instances.spot.base
    )
    error_message = "instances.spot: a percentage from 1 to 100 and a whole base of 0 or more; given: ${try(var.instances.spot.percentage, "null")}, ${try(var.instances.spot.base, "null")}."
  }
}

variable "key" {
  description = "KMS key for the root volumes and the log group; its policy must let logs use it, Auto Scaling is granted it here. Null: the services' own encryption (the volumes' is the account's default EBS key)."
  type        = object({ arn = string })
  default     = null
}

variable "life" {
  description = <<-EOT
    An instance's life: `warm_up_seconds` until it counts, `grace_seconds` before its health does, `drain_seconds` (30 to 7200) to end its work,
    `maximum_days` until it is replaced (null: never). A refresh keeps `minimum_healthy_percentage` of the fleet. `heartbeat`: workers put the
    metric of the output of that name each minute, and an alarm tells when one does not.
  EOT
  type = object({
    drain_seconds              = optional(number, 300)
    grace_seconds              = optional(number, 300)
    heartbeat                  = optional(bool, false)
    maximum_days               = optional(number)
    minimum_healthy_percentage = optional(number, 90)
    warm_up_seconds            = optional(number, 120)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.life.drain_seconds >= 30 && var.life.drain_seconds <= 7200 && floor(var.life.drain_seconds) == var.life.drain_seconds
    error_message = "life.drain_seconds: a whole number from 30 to 7200 (an instance that needs longer records a heartbeat of its hook); given: ${var.life.drain_seconds}."
  }

  validation {
    condition     = alltrue([for seconds in [var.life.grace_seconds, var.life.warm_up_seconds] : seconds >= 0 && floor(seconds) == seconds])
    error_message = "life: grace_seconds and warm_up_seconds are whole numbers of 0 or more; given: ${var.life.grace_seconds}, ${var.life.warm_up_seconds}."
  }

  validation {
    condition     = coalesce(var.life.maximum_days, 1) >= 1 && coalesce(var.life.maximum_days, 1) <= 365
    error_message = "life.maximum_days: 1 to 365; given: ${coalesce(var.life.maximum_days, 0)}."
  }

  validation {
    condition     = var.life.minimum_healthy_percentage >= 0 && var.life.minimum_healthy_percentage <= 100
    error_message = "life.minimum_healthy_percentage: 0 to 100; given: ${var.life.minimum_healthy_percentage}."
  }
}

variable "log_retention_days" {
  description = "How long the log group keeps lines."
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
  description = "Name of the fleet: its Auto Scaling group, launch template, role and instances."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{3,64}$", var.name))
    error_message = "name: 3 to 64 letters, digits, hyphens and underscores; given: ${var.name}."
  }
}

variable "network" {
  description = "Subnets and security groups of the instances, which have no public address: a tier of the network module with a way out by NAT or endpoints."
  type = object({
    egress             = optional(string)
    ipv6               = optional(bool, false)
    security_group_ids = set(string)
    subnet_ids         = set(string)
  })
  nullable = false

  validation {
    condition     = length(var.network.subnet_ids) > 0 && length(var.network.security_group_ids) > 0
    error_message = "network: at least one subnet and one security group."
  }

  validation {
    condition     = contains(["endpoints", "nat"], coalesce(var.network.egress, "nat")) || (var.network.ipv6 && var.network.egress == "internet")
    error_message = "network.egress: workers poll SQS and have no public address: nat or endpoints, or internet with ipv6; given: ${coalesce(var.network.egress, "null")}."
  }
}

variable "queue" {
  description = "The queue whose messages the workers take: `module.x.queue`."
  type = object({
    name = string
    arn  = string
    key  = optional(object({ arn = string }))
  })
  nullable = false
}

variable "role" {
  description = "Path and permissions boundary of the instances' role."
  type = object({
    path                 = optional(string, "/")
    permissions_boundary = optional(string)
  })
  default  = {}
  nullable = false
}

variable "size" {
  description = "Fewest and most instances. With a minimum of 0 nothing runs while the queue is empty."
  type = object({
    minimum = optional(number, 0)
    maximum = number
  })
  nullable = false

  validation {
    condition = alltrue([
      var.size.minimum >= 0, var.size.maximum >= 1, var.size.minimum <= var.size.maximum,
      floor(var.size.minimum) == var.size.minimum, floor(var.size.maximum) == var.size.maximum,
    ])
    error_message = "size: whole numbers, a minimum of 0 or more and a maximum of 1 or more that is not below it; given: ${var.size.minimum} to ${var.size.maximum}."
  }
}

variable "tags" {
  description = "Tags of all resources, instances and their volumes included."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "target_groups" {
  description = "Target groups of a load balancer the instances belong to, by label (`module.x.target_groups[\"…\"]`); their health checks count then."
  type        = map(object({ arn = string }))
  default     = {}
  nullable    = false
}
