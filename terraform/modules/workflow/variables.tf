variable "alarms" {
  description = "Actions of the module's alarms, what their names begin with (`prefix`, null: name-workflow), and settings that differ, by label: aborted (off unless named here), duration (of EXPRESS), failed, throttled, timed_out."
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
    condition     = alltrue([for label in keys(var.alarms.overrides) : contains(["aborted", "duration", "failed", "throttled", "timed_out"], label)])
    error_message = "alarms.overrides: known labels are aborted, duration, failed, throttled, timed_out; given: ${join(", ", keys(var.alarms.overrides))}."
  }
}

variable "definition" {
  description = "The state machine in Amazon States Language (JSON: a file's text, or jsonencode() of an object), with a placeholder $${name} for each of `substitutions`. A literal $${ is written $$${."
  type        = string
  nullable    = false

  validation {
    condition = length(setsubtract(
      flatten(regexall("\\$\\{([^}]*)\\}", replace(var.definition, "$$${", ""))), keys(var.substitutions)
    )) == 0
    error_message = "definition: every placeholder needs a substitution; without one: ${join(", ", sort(setsubtract(flatten(regexall("\\$\\{([^}]*)\\}", replace(var.definition, "$$${", ""))), keys(var.substitutions))))}."
  }

  validation {
    condition = length(setsubtract(
      keys(var.substitutions), flatten(regexall("\\$\\{([^}]*)\\}", replace(var.definition, "$$${", "")))
    )) == 0
    error_message = "substitutions: every one has a placeholder in the definition; without one: ${join(", ", sort(setsubtract(keys(var.substitutions), flatten(regexall("\\$\\{([^}]*)\\}", replace(var.definition, "$$${", ""))))))}."
  }

  validation {
    condition     = length(var.definition) <= 1048576
    error_message = "definition: at most 1 MB (1048576 characters); given: ${length(var.definition)}."
  }
}

variable "grants" {
  description = "What the workflow's role may do, by label."
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

variable "key" {
  description = "KMS key for the definition, the executions' data and the log; its policy must let logs and states use it. Null: the services' own encryption."
  type        = object({ arn = string })
  default     = null
}

variable "log_level" {
  description = "What is logged: ALL, ERROR, FATAL. Null: ERROR for STANDARD, which keeps a history of its own; ALL for EXPRESS, which has none."
  type        = string
  default     = null

  validation {
    condition     = var.log_level == null ? true : contains(["ALL", "ERROR", "FATAL"], var.log_level)
    error_message = "log_level: ALL, ERROR or FATAL; given: ${coalesce(var.log_level, "null")}."
  }
}

variable "log_payloads" {
  description = "Whether the log holds what goes into states and comes out of them: people's data, as often as not."
  type        = bool
  default     = false
  nullable    = false
}

variable "log_retention_days" {
  description = "How long the log is kept."
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
  description = "Name of the state machine; begins the names of all the module makes."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9A-Za-z_-]{1,80}$", var.name))
    error_message = "name: 1 to 80 letters, digits, hyphens and underscores; given: \"${var.name}\" (${length(var.name)})."
  }

  validation {
    condition     = var.names.role != null || length(var.name) <= 55
    error_message = "name: at most 55 characters (AWS allows a role 64, of which the module adds 9), or with names.role; given: \"${var.name}\" (${length(var.name)})."
  }
}

variable "names" {
  description = <<-EOT
    Physical names that differ, so that the module can be put under what exists: of the alias (live), the log group (/aws/vendedlogs/states/
    and the workflow's) and the role (the workflow's with -workflow).
  EOT
  type = object({
    alias     = optional(string, "live")
    log_group = optional(string)
    role      = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = can(regex("^[0-9A-Za-z_.-]{1,80}$", var.names.alias)) && !can(regex("^[0-9]+$", var.names.alias))
    error_message = "names.alias: 1 to 80 letters, digits, hyphens, points and underscores, and no number; given: ${var.names.alias}."
  }

  validation {
    condition     = can(regex("^[A-Za-z0-9_/.#-]{1,512}$", coalesce(var.names.log_group, "-")))
    error_message = "names.log_group: 1 to 512 letters, digits and any of _ / . # -; given: ${coalesce(var.names.log_group, "null")}."
  }

  validation {
    condition     = can(regex("^[A-Za-z0-9_+=,.@-]{1,64}$", coalesce(var.names.role, "-")))
    error_message = "names.role: 1 to 64 letters, digits and any of _ + = , . @ -; given: ${coalesce(var.names.role, "null")}."
  }
}

variable "release" {
  description = <<-EOT
    Publishes a version at every change, behind an alias: the `version` it starts (null: what was published last), and the share of
    executions (0.01 to 0.99) another one gets meanwhile. Null: no versions, callers start the latest definition.
  EOT
  type = object({
    version = optional(string)
    weights = optional(map(number), {})
  })
  default = null

  validation {
    condition     = can(regex("^[1-9][0-9]*$", try(coalesce(var.release.version), "1")))
    error_message = "release.version: a published version's number; given: ${try(coalesce(var.release.version), "null")}."
  }

  validation {
    condition = length(try(var.release.weights, {})) <= 1 && alltrue([
      for version, weight in try(var.release.weights, {}) : can(regex("^[1-9][0-9]*$", version)) && var.release.version != null && version != var.release.version && weight >= 0.01 && weight <= 0.99
    ])
    error_message = "release.weights: an alias splits executions between two versions: one other number beside `version`, with a share from 0.01 to 0.99; given: ${jsonencode(try(var.release.weights, {}))}."
  }
}

variable "role" {
  description = "Path and permissions boundary of the workflow's role."
  type = object({
    path                 = optional(string, "/")
    permissions_boundary = optional(string)
  })
  default  = {}
  nullable = false
}

variable "substitutions" {
  description = "Values of the definition's placeholders, by name: ARNs, names, numbers."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.substitutions) : can(regex("^[A-Za-z][0-9A-Za-z_]*$", name))])
    error_message = "substitutions: a name is letters, digits and underscores and begins with a letter; given: ${join(", ", keys(var.substitutions))}."
  }
}

variable "tags" {
  description = "Tags of everything the module makes that takes tags."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "type" {
  description = "STANDARD (up to a year, each step exactly once, with a history) or EXPRESS (up to five minutes, at least once, cheap in great numbers)."
  type        = string
  default     = "STANDARD"
  nullable    = false

  validation {
    condition     = contains(["STANDARD", "EXPRESS"], var.type)
    error_message = "type: STANDARD or EXPRESS; given: ${var.type}."
  }
}
