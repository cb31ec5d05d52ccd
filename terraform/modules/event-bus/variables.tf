variable "alarms" {
  description = "Actions of the module's alarms, and settings that differ, by label: dead_letters, and failed_<rule> and undeliverable_<rule> for each rule."
  type = object({
    actions = optional(set(string), [])
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
    condition = alltrue([
      for label in keys(var.alarms.overrides) :
      contains(concat(["dead_letters"], formatlist("failed_%s", keys(var.rules)), formatlist("undeliverable_%s", keys(var.rules))), label)
    ])
    error_message = "alarms.overrides: known labels are ${join(", ", concat(["dead_letters"], formatlist("failed_%s", keys(var.rules)), formatlist("undeliverable_%s", keys(var.rules))))}; given: ${join(", ", keys(var.alarms.overrides))}."
  }
}

variable "archive_days" {
  description = "How long every event of the bus is kept for replay; 0 keeps them for ever. Null: no archive."
  type        = number
  default     = null

  validation {
    condition     = var.archive_days == null ? true : var.archive_days >= 0 && floor(var.archive_days) == var.archive_days
    error_message = "archive_days: a whole number, 0 (for ever) or more; given: ${coalesce(var.archive_days, 0)}."
  }
}

variable "bus" {
  description = "A bus that exists already, to which the rules are attached: the account's default bus, or one of another state. Null: the module makes a bus called `name`."
  type        = object({ name = string, arn = string })
  default     = null
}

variable "key" {
  description = "KMS key for the bus and the dead-letter queue; its policy must let events.amazonaws.com use it. Null: the services' own encryption."
  type        = object({ arn = string })
  default     = null
}

variable "name" {
  description = "Name of the bus when the module makes one; begins the names of all else."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9A-Za-z_.-]{1,57}$", var.name)) && var.name != "default"
    error_message = "name: 1 to 57 letters, digits, dots, hyphens and underscores (AWS allows a role 64, of which the module adds 7), and not \"default\", which is AWS's own bus; given: \"${var.name}\" (${length(var.name)})."
  }
}

variable "publishers" {
  description = "Who beside this account may put events on the bus the module makes, by label: another account, and of which sources (all when empty)."
  type = map(object({
    account = string
    sources = optional(set(string), [])
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for p in values(var.publishers) : can(regex("^[0-9]{12}$", p.account))])
    error_message = "publishers: an account is its 12 digits; given: ${join(", ", [for p in values(var.publishers) : p.account])}."
  }

  validation {
    condition     = length(var.publishers) == 0 || var.bus == null
    error_message = "publishers: an existing bus has its policy where it is made; name them there."
  }
}

variable "role" {
  description = "Path and permissions boundary of the role that starts workflows and forwards to buses."
  type = object({
    path                 = optional(string, "/")
    permissions_boundary = optional(string)
  })
  default  = {}
  nullable = false
}

variable "rules" {
  description = "Rules by label: the JSON pattern, and targets by label, each exactly one of function, queue, workflow, topic or bus. What a target gets is the event, or exactly one of input (JSON), input_path and input_transformer."
  type = map(object({
    description = optional(string)
    enabled     = optional(bool, true)
    pattern     = string
    targets = map(object({
      function = optional(object({ name = string, alias = string, alias_arn = string }))
      queue    = optional(object({ arn = string, message_group_id = optional(string) }))
      workflow = optional(object({ arn = string }))
      topic    = optional(object({ arn = string }))
      bus      = optional(object({ arn = string }))

      input      = optional(string)
      input_path = optional(string)
      input_transformer = optional(object({
        paths    = optional(map(string), {})
        template = string
      }))

      retry = optional(object({
        maximum_age_seconds = optional(number, 86400)
        maximum_attempts    = optional(number, 185)
      }), {})
    }))
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for label in keys(var.rules) : can(regex("^[0-9A-Za-z_-]+$", label)) && length("${var.name}-${label}") <= 64])
    error_message = "rules: a label has letters, digits, hyphens and underscores, and with `name` and a hyphen at most 64 characters; given: ${join(", ", [for label in keys(var.rules) : "${var.name}-${label} (${length("${var.name}-${label}")})"])}."
  }

  validation {
    condition     = alltrue([for rule in values(var.rules) : can(keys(jsondecode(rule.pattern)))])
    error_message = "rules: a pattern is a JSON object; not so: ${join(", ", [for label, rule in var.rules : label if !can(keys(jsondecode(rule.pattern)))])}."
  }

  validation {
    condition     = alltrue([for rule in values(var.rules) : length(rule.pattern) <= 2048])
    error_message = "rules: a pattern has at most 2048 characters; given: ${join(", ", [for label, rule in var.rules : "${label} (${length(rule.pattern)})"])}."
  }

  validation {
    condition     = alltrue([for rule in values(var.rules) : length(rule.targets) >= 1 && length(rule.targets) <= 5])
    error_message = "rules: a rule has 1 to 5 targets; given: ${join(", ", [for label, rule in var.rules : "${label} (${length(rule.targets)})"])}."
  }

  validation {
    condition     = alltrue(flatten([for rule in values(var.rules) : [for label in keys(rule.targets) : can(regex("^[0-9A-Za-z_.-]{1,64}$", label))]]))
    error_message = "rules: a target's label has 1 to 64 letters, digits, dots, hyphens and underscores; given: ${join(", ", flatten([for rule in values(var.rules) : keys(rule.targets)]))}."
  }

  validation {
    condition = alltrue(flatten([
      for rule in values(var.rules) : [
        for t in values(rule.targets) : length([for target in [t.function, t.queue, t.workflow, t.topic, t.bus] : true if target != null]) == 1
      ]
    ]))
    error_message = "rules: a target names exactly one of function, queue, workflow, topic, bus; not so: ${join(", ", flatten([for label, rule in var.rules : [for key, t in rule.targets : "${label}/${key}" if length([for target in [t.function, t.queue, t.workflow, t.topic, t.bus] : true if target != null]) != 1]]))}."
  }

  validation {
    condition = alltrue(flatten([
      for rule in values(var.rules) : [
        for t in values(rule.targets) : length([for input in [t.input, t.input_path, t.input_transformer] : true if input != null]) <= 1
      ]
    ]))
    error_message = "rules: a target has at most one of input, input_path, input_transformer; not so: ${join(", ", flatten([for label, rule in var.rules : [for key, t in rule.targets : "${label}/${key}" if length([for input in [t.input, t.input_path, t.input_transformer] : true if input != null]) > 1]]))}."
  }

  validation {
    condition = alltrue(flatten([
      for rule in values(var.rules) : [for t in values(rule.targets) : t.input == null ? true : can(jsondecode(t.input))]
    ]))
    error_message = "rules: a target's input is JSON; not so: ${join(", ", flatten([for label, rule in var.rules : [for key, t in rule.targets : "${label}/${key}" if t.input == null ? false : !can(jsondecode(t.input))]]))}."
  }

  validation {
    condition = alltrue(flatten([
      for rule in values(var.rules) : [for t in values(rule.targets) : t.retry.maximum_age_seconds >= 60 && t.retry.maximum_age_seconds <= 86400]
    ]))
    error_message = "rules: retry.maximum_age_seconds is 60 to 86400; given: ${join(", ", flatten([for label, rule in var.rules : [for key, t in rule.targets : "${label}/${key}: ${t.retry.maximum_age_seconds}"]]))}."
  }

  validation {
    condition = alltrue(flatten([
      for rule in values(var.rules) : [for t in values(rule.targets) : t.retry.maximum_attempts >= 0 && t.retry.maximum_attempts <= 185]
    ]))
    error_message = "rules: retry.maximum_attempts is 0 to 185; given: ${join(", ", flatten([for label, rule in var.rules : [for key, t in rule.targets : "${label}/${key}: ${t.retry.maximum_attempts}"]]))}."
  }
}

variable "tags" {
  description = "Tags of everything the module makes that takes tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
