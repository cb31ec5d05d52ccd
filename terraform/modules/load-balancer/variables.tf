variable "access_logs" {
  description = "Bucket for the access logs, and where in it; it takes this module's `sender` as one of its senders. Null: no access logs."
  type = object({
    bucket = object({ name = string, arn = string, key = optional(object({ arn = string })) })
    prefix = optional(string)
  })
  default = null

  validation {
    condition     = try(var.access_logs.bucket.key, null) == null
    error_message = "access_logs.bucket: AWS writes these logs only to a bucket under S3's own encryption, and this one has a customer key; take another."
  }

  validation {
    condition     = try(var.access_logs.prefix, null) == null ? true : can(regex("^[^/].*[^/]$|^[^/]$", var.access_logs.prefix)) && !strcontains(var.access_logs.prefix, "AWSLogs")
    error_message = "access_logs.prefix: no slash at either end, and not AWSLogs, which AWS adds; given: ${try(coalesce(var.access_logs.prefix), "null")}."
  }
}

variable "alarms" {
  description = "Actions of the module's alarms, what their names begin with (`prefix`, null: name), and settings that differ, by label: errors, and errors_<target>, latency_<target> and unhealthy_<target> for each target (a function: errors alone)."
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
    condition = length(setsubtract(keys(var.alarms.overrides), concat(["errors"], flatten([
      for label, target in var.targets : formatlist("%s_${label}", target.function == null ? ["errors", "latency", "unhealthy"] : ["errors"])
    ])))) == 0
    error_message = "alarms.overrides: known labels are ${join(", ", concat(["errors"], flatten([for label, target in var.targets : formatlist("%s_${label}", target.function == null ? ["errors", "latency", "unhealthy"] : ["errors"])])))}; given: ${join(", ", keys(var.alarms.overrides))}."
  }
}

variable "idle_timeout_seconds" {
  description = "How long a connection may be silent, 1 to 4000 seconds; longer than the slowest answer."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = var.idle_timeout_seconds >= 1 && var.idle_timeout_seconds <= 4000 && floor(var.idle_timeout_seconds) == var.idle_timeout_seconds
    error_message = "idle_timeout_seconds: a whole number from 1 to 4000; given: ${var.idle_timeout_seconds}."
  }
}

variable "ingress" {
  description = "Who may call: CIDRs, and security groups by label (their ids may be unknown until the apply)."
  type = object({
    cidrs           = optional(set(string), [])
    security_groups = optional(map(string), {})
  })
  nullable = false

  validation {
    condition     = length(var.ingress.cidrs) + length(var.ingress.security_groups) > 0
    error_message = "ingress: at least one CIDR or security group, or nobody can call; given: none."
  }

  validation {
    condition     = alltrue([for cidr in var.ingress.cidrs : can(cidrhost(cidr, 0))])
    error_message = "ingress.cidrs: blocks such as 10.20.0.0/16 or ::/0; given: ${join(", ", var.ingress.cidrs)}."
  }
}

variable "internal" {
  description = "Reached from within the network alone; false gives it public addresses, in a public tier."
  type        = bool
  default     = true
  nullable    = false
}

variable "listener" {
  description = <<-EOT
    How it is called: https with a `certificate` (more by label in `certificates`, chosen by host name), on 443 unless `port` says
    otherwise, with port 80 redirected to it unless `redirect` is false; or, on an internal one alone, `plain` http on 80.
  EOT
  type = object({
    certificate  = optional(object({ arn = string }))
    certificates = optional(map(object({ arn = string })), {})
    plain        = optional(bool, false)
    port         = optional(number)
    redirect     = optional(bool, true)
    tls_policy   = optional(string, "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09")
  })
  nullable = false

  validation {
    condition     = (var.listener.certificate != null) != var.listener.plain
    error_message = "listener: exactly one of certificate (https) and plain = true; given: ${var.listener.plain ? "both" : "neither"}."
  }

  validation {
    condition     = !var.listener.plain || var.internal
    error_message = "listener.plain: only an internal load balancer may be called without TLS; given: plain = true, internal = false."
  }

  validation {
    condition     = length(var.listener.certificates) <= 25 && (length(var.listener.certificates) == 0 || var.listener.certificate != null)
    error_message = "listener.certificates: at most 25 beside the certificate, and none without one; given: ${length(var.listener.certificates)}."
  }

  validation {
    condition     = var.listener.port == null ? true : var.listener.port >= 1 && var.listener.port <= 65535 && floor(var.listener.port) == var.listener.port
    error_message = "listener.port: 1 to 65535; given: ${coalesce(var.listener.port, 0)}."
  }

  validation {
    condition     = can(regex("^ELBSecurityPolicy-(TLS13-1-[23]-|TLS13-1-3-|FS-1-2-Res-)[A-Za-z0-9-]+$", var.listener.tls_policy)) && !can(regex("Ext[12]", var.listener.tls_policy))
    error_message = "listener.tls_policy: one of AWS's policies from TLS 1.2 on, such as ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09, without the older ciphers of Ext1 and Ext2; given: ${var.listener.tls_policy}."
  }
}

variable "name" {
  description = "Name of the load balancer; begins the names of all else."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$", var.name)) && !startswith(var.name, "internal-") && !startswith(lower(var.name), "sg-")
    error_message = "name: 1 to 32 letters, digits and hyphens, no hyphen at either end, not beginning with internal- or sg- (which AWS keeps from its security group); given: ${var.name} (${length(var.name)})."
  }
}

variable "network" {
  description = "A network's tier: its VPC and subnets in two zones or more."
  type = object({
    vpc_id     = string
    subnet_ids = set(string)
    ipv6       = optional(bool, false)
    egress     = optional(string)
  })
  nullable = false

  validation {
    condition     = length(var.network.subnet_ids) >= 2
    error_message = "network: AWS asks for subnets in two zones at least; given: ${length(var.network.subnet_ids)} subnet."
  }

  validation {
    condition     = var.internal || coalesce(var.network.egress, "internet") == "internet"
    error_message = "network: a public load balancer stands in a public tier; given: internal = false in a tier whose way out is ${coalesce(var.network.egress, "null")}."
  }
}

variable "protect" {
  description = "Deletion protection."
  type        = bool
  default     = true
  nullable    = false
}

variable "tags" {
  description = "Tags of all resources."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "targets" {
  description = <<-EOT
    Target groups by label, each exactly one of `port` (of instances, or of addresses with `type` ip) and `function`. What comes to it is
    said by `rules` by name: `priority` (the lowest first), and paths, hosts and methods that must all fit. The one target without
    rules gets what fits no rule; without such a one that is a 404.
  EOT
  type = map(object({
    function = optional(object({ name = string, alias = string, alias_arn = string }))
    port     = optional(number)
    protocol = optional(string, "HTTP")
    type     = optional(string, "instance")

    deregistration_delay_seconds = optional(number, 60)
    name                         = optional(string)
    stickiness_seconds           = optional(number)

    health_check = optional(object({
      path             = optional(string, "/")
      port             = optional(number)
      matcher          = optional(string, "200")
      interval_seconds = optional(number, 15)
      timeout_seconds  = optional(number, 5)
      healthy          = optional(number, 2)
      unhealthy        = optional(number, 3)
    }), {})

    rules = optional(map(object({
      priority = number
      paths    = optional(set(string), [])
      hosts    = optional(set(string), [])
      methods  = optional(set(string), [])
    })), {})
  }))
  nullable = false

  validation {
    condition     = length(var.targets) > 0 && length(var.targets) <= 100
    error_message = "targets: 1 to 100 of a load balancer; given: ${length(var.targets)}."
  }

  validation {
    condition     = alltrue([for target in values(var.targets) : (target.port == null) != (target.function == null)])
    error_message = "targets: exactly one of port and function; given: ${join(", ", [for label, target in var.targets : "${label} ${target.port == null ? target.function == null ? "neither" : "function" : target.function == null ? "port" : "both"}"])}."
  }

  validation {
    condition     = alltrue([for target in values(var.targets) : contains(["instance", "ip"], target.type) && contains(["HTTP", "HTTPS"], target.protocol)])
    error_message = "targets: type is instance or ip, protocol HTTP or HTTPS; given: ${join(", ", [for label, target in var.targets : "${label} ${target.type} ${target.protocol}"])}."
  }

  validation {
    condition = alltrue([
      for label, target in var.targets : target.name == null ? length("${var.name}-${label}") <= 27 : can(regex("^[A-Za-z0-9-]{1,32}$", target.name))
    ]) && alltrue([for label in keys(var.targets) : can(regex("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", label))])
    error_message = "targets: a label is lower-case letters, digits and hyphens, and 27 characters at most with the name before it (AWS takes 32, of which the module adds 5), or `name` is given; given: ${join(", ", [for label, target in var.targets : coalesce(target.name, "${var.name}-${label}")])}."
  }

  validation {
    condition     = alltrue([for port in flatten([for target in values(var.targets) : [target.port, target.health_check.port]]) : port == null ? true : port >= 1 && port <= 65535 && floor(port) == port])
    error_message = "targets: a port is 1 to 65535; given: ${join(", ", [for port in flatten([for target in values(var.targets) : [target.port, target.health_check.port]]) : port if port != null])}."
  }

  validation {
    condition     = alltrue([for target in values(var.targets) : target.deregistration_delay_seconds >= 0 && target.deregistration_delay_seconds <= 3600])
    error_message = "targets: deregistration_delay_seconds is 0 to 3600; given: ${join(", ", [for label, target in var.targets : "${label} ${target.deregistration_delay_seconds}"])}."
  }

  validation {
    condition     = alltrue([for target in values(var.targets) : target.stickiness_seconds == null ? true : target.function == null && target.stickiness_seconds >= 1 && target.stickiness_seconds <= 604800])
    error_message = "targets: stickiness_seconds is 1 to 604800 (a week), and not for functions; given: ${join(", ", [for label, target in var.targets : "${label} ${target.stickiness_seconds}" if target.stickiness_seconds != null])}."
  }

  validation {
    condition = alltrue([
      for check in values(var.targets)[*].health_check :
      startswith(check.path, "/") && check.interval_seconds >= 5 && check.interval_seconds <= 300 && check.timeout_seconds >= 2 &&
      check.timeout_seconds <= 120 && check.timeout_seconds < check.interval_seconds && min(check.healthy, check.unhealthy) >= 2 &&
      max(check.healthy, check.unhealthy) <= 10 && can(regex("^[2-4][0-9]{2}([-,][2-4][0-9]{2})*$", check.matcher))
    ])
    error_message = "targets: health_check has a path from /, an interval of 5 to 300 s, a shorter time-out of 2 to 120 s, thresholds of 2 to 10 and status codes such as 200-299; given: ${jsonencode({ for label, target in var.targets : label => target.health_check })}."
  }

  validation {
    condition     = length([for target in values(var.targets) : target if length(target.rules) == 0]) <= 1
    error_message = "targets: at most one without rules, which gets what fits no rule; given: ${join(", ", [for label, target in var.targets : label if length(target.rules) == 0])}."
  }

  validation {
    condition = length(flatten([for target in values(var.targets) : values(target.rules)[*].priority])) <= 100 && length(
      distinct(flatten([for target in values(var.targets) : values(target.rules)[*].priority]))
    ) == length(flatten([for target in values(var.targets) : values(target.rules)[*].priority]))
    error_message = "targets: 100 rules at most, and no two of the same priority; given: ${join(", ", flatten([for label, target in var.targets : [for key, rule in target.rules : "${label}/${key} ${rule.priority}"]]))}."
  }

  validation {
    condition = alltrue(flatten([for target in values(var.targets) : [
      for rule in values(target.rules) : rule.priority >= 1 && rule.priority <= 50000 && floor(rule.priority) == rule.priority &&
      length(rule.paths) + length(rule.hosts) + length(rule.methods) >= 1 && length(rule.paths) + length(rule.hosts) + length(rule.methods) <= 5
    ]]))
    error_message = "targets: a rule has a priority from 1 to 50000, and 1 to 5 paths, hosts and methods together; given: ${join(", ", flatten([for label, target in var.targets : [for key, rule in target.rules : "${label}/${key} ${rule.priority} (${length(rule.paths) + length(rule.hosts) + length(rule.methods)})"]]))}."
  }

  validation {
    condition = alltrue(flatten([for target in values(var.targets) : [
      for rule in values(target.rules) :
      alltrue([for path in rule.paths : can(regex("^[/*].{0,127}$", path))]) &&
      alltrue([for host in rule.hosts : can(regex("^[A-Za-z0-9.*?-]{1,128}$", host))]) &&
      alltrue([for method in rule.methods : can(regex("^[A-Z_-]{1,40}$", method))]) &&
      length(replace(join("", setunion(rule.paths, rule.hosts)), "/[^*?]/", "")) <= 5
    ]]))
    error_message = "targets: a rule's paths begin with / or *, hosts are host names, each 128 characters at most, methods in capitals, and at most 5 * and ? in all; given: ${join(", ", flatten([for target in values(var.targets) : [for rule in values(target.rules) : setunion(rule.paths, rule.hosts, rule.methods)]]))}."
  }
}

variable "web_acl" {
  description = "Web ACL of WAF, of the load balancer's own region. Null: none."
  type        = object({ arn = string })
  default     = null
}
