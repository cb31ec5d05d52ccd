variable "alarms" {
  description = "Actions of the module's alarms, what their names begin with (`prefix`, null: name-events), and settings that differ, by label: dead_letters, and failed_<rule> and undeliverable_<rule> for each rule."
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

variable "archive_pattern" {
  description = "Pattern of the events that are archived. Null: all of them."
  type        = string
  default     = null

  validation {
    condition     = var.archive_pattern == null ? true : can(keys(jsondecode(var.archive_pattern))) && length(var.archive_pattern) <= 2048
    error_message = "archive_pattern: a JSON object of at most 2048 characters; given: ${var.archive_pattern == null ? "" : "${var.archive_pattern} (${length(var.archive_pattern)})"}."
  }

  validation {
    condition     = var.archive_pattern == null || var.archive_days != null
    error_message = "archive_pattern: needs archive_days; given: null."
  }
}

variable "bus" {
  description = "A bus that exists already, to which the rules are attached: the account's default bus, or one of another state. Null: the module makes a bus called `name`."
  type        = object({ name = string, arn = string })
  default     = null
}

variable "events" {
  description = "Events that are put on the bus, by label, as their producers declare them: an example of `detail` (JSON, with every field there may be), and the reason why no rule here consumes it. Checked against the rules with the plan."
  type = map(object({
    source      = string
    detail_type = string
    detail      = optional(string)
    unconsumed  = optional(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for event in values(var.events) : event.detail == null ? true : can(keys(jsondecode(event.detail)))])
    error_message = "events: detail is a JSON object; not so: ${join(", ", [for label, event in var.events : label if event.detail == null ? false : !can(keys(jsondecode(event.detail)))])}."
  }

  validation {
    condition     = alltrue([for event in values(var.events) : !startswith(event.source, "aws.")])
    error_message = "events: sources that begin with aws. are AWS's own and need no declaration; given: ${join(", ", [for label, event in var.events : "${label}: ${event.source}"])}."
  }

  validation {
    condition     = alltrue([for event in values(var.events) : length(event.source) <= 256 && length(event.detail_type) <= 128])
    error_message = "events: a source has at most 256 characters, a detail_type 128; given: ${join(", ", [for label, event in var.events : "${label} (${length(event.source)}, ${length(event.detail_type)})"])}."
  }
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

variable "partner_source" {
  description = "Event source of a partner that the bus is made for, which it is then named after: aws.partner/example.com/acme/orders. Null: a bus of one's own events."
  type        = string
  default     = null

  validation {
    condition     = var.partner_source == null ? true : can(regex("^aws\\.partner(/[0-9A-Za-z._-]+){2,}$", var.partner_source)) && length(var.partner_source) <= 256
    error_message = "partner_source: aws.partner/ and two parts or more (partner/account/name), at most 256 characters; given: ${coalesce(var.partner_source, "null")}."
  }

  validation {
    condition     = var.partner_source == null || var.bus == null
    error_message = "partner_source: makes the bus, and `bus` names one that exists: only one of them."
  }
}

variable "publishers" {
  description = "Who beside this account may put events on the bus the module makes, by label: another account or everyone of an organisation, and of which sources and detail types (all when empty)."
  type = map(object({
    account      = optional(string)
    organisation = optional(string)
    sources      = optional(set(string), [])
    detail_types = optional(set(string), [])
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for p in values(var.publishers) : (p.account == null) != (p.organisation == null)])
    error_message = "publishers: a publisher is one of account and organisation; not so: ${join(", ", [for label, p in var.publishers : label if(p.account == null) == (p.organisation == null)])}."
  }

  validation {
    condition     = alltrue([for p in values(var.publishers) : p.account == null ? true : can(regex("^[0-9]{12}$", p.account))])
    error_message = "publishers: an account is its 12 digits; given: ${join(", ", [for p in values(var.publishers) : p.account if p.account != null])}."
  }

  validation {
    condition     = alltrue([for p in values(var.publishers) : p.organisation == null ? true : can(regex("^o-[0-9a-z]{10,32}$", p.organisation))])
    error_message = "publishers: an organisation is o- and 10 to 32 letters and digits; given: ${join(", ", [for p in values(var.publishers) : p.organisation if p.organisation != null])}."
  }

  validation {
    condition     = length(var.publishers) == 0 || var.bus == null
    error_message = "publishers: an existing bus has its policy where it is made; name them there."
  }
}

variable "role" {
  description = "Path and permissions boundary of the role with which EventBridge reaches what has no policy of its own."
  type = object({
    path                 = optional(string, "/")
    permissions_boundary = optional(string)
  })
  default  = {}
  nullable = false
}

variable "rules" {
  description = "Rules by label: the JSON pattern, and targets by label, each of exactly one kind. What a target gets is the event, or exactly one of input (JSON), input_path and input_transformer. `matches` and `rejects` are events (JSON) the pattern must and must not match, checked with the plan."
  type = map(object({
    description = optional(string)
    enabled     = optional(bool, true)
    pattern     = string
    matches     = optional(map(string), {})
    rejects     = optional(map(string), {})

    targets = map(object({
      bus             = optional(object({ arn = string }))
      delivery_stream = optional(object({ arn = string }))
      function        = optional(object({ name = string, alias = string, alias_arn = string }))
      log_group       = optional(object({ arn = string }))
      queue           = optional(object({ arn = string, message_group_id = optional(string) }))
      topic           = optional(object({ arn = string }))
      workflow        = optional(object({ arn = string, alias_arn = optional(string), key = optional(object({ arn = string })) }))
      api_destination = optional(object({
        arn         = string
        headers     = optional(map(string), {})
        path_values = optional(list(string), [])
        query       = optional(map(string), {})
      }))
      stream = optional(object({
        arn                = string
        key                = optional(object({ arn = string }))
        partition_key_path = optional(string)
      }))
      task = optional(object({
        cluster_arn    = string
        definition_arn = string
        role_arns      = set(string)
        count          = optional(number, 1)
        launch_type    = optional(string, "FARGATE")
        network = optional(object({
          subnet_ids         = set(string)
          security_group_ids = optional(set(string), [])
          public_ip          = optional(bool, false)
        }))
      }))

      input      = optional(string)
      input_path = optional(string)
      input_transformer = optional(object({
        paths    = optional(map(string), {})
        template = string
      }))

      dead_letter_queue = optional(object({ arn = string }))
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
    condition     = alltrue(flatten([for rule in values(var.rules) : [for text in concat(values(rule.matches), values(rule.rejects)) : can(keys(jsondecode(text)))]]))
    error_message = "rules: matches and rejects are events, JSON objects; not so: ${join(", ", flatten([for label, rule in var.rules : [for key, text in merge(rule.matches, rule.rejects) : "${label}/${key}" if !can(keys(jsondecode(text)))]]))}."
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
        for t in values(rule.targets) : length([for kind in local.kinds : kind if t[kind] != null]) == 1
      ]
    ]))
    error_message = "rules: a target is exactly one of ${join(", ", local.kinds)}; given: ${join("; ", flatten([for label, rule in var.rules : [for key, t in rule.targets : "${label}/${key}: ${coalesce(join(" and ", [for kind in local.kinds : kind if t[kind] != null]), "none")}"]]))}."
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
      for rule in values(var.rules) : [for t in values(rule.targets) : t.input == null ? true : can(jsondecode(t.input)) && length(t.input) <= 8192]
    ]))
    error_message = "rules: a target's input is JSON of at most 8192 characters; not so: ${join(", ", flatten([for label, rule in var.rules : [for key, t in rule.targets : "${label}/${key} (${length(t.input)})" if t.input == null ? false : !can(jsondecode(t.input)) || length(t.input) > 8192]]))}."
  }

  validation {
    condition = alltrue(flatten([
      for rule in values(var.rules) : [
        for t in values(rule.targets) : [
          for path in concat(t.input_path == null ? [] : [t.input_path], try(values(t.input_transformer.paths), []), compact([try(t.stream.partition_key_path, null)])) :
          startswith(path, "$") && length(path) <= 256
        ]
      ]
    ]))
    error_message = "rules: input_path, paths and partition_key_path are JSON paths that begin with $, at most 256 characters; given: ${join(", ", flatten([for label, rule in var.rules : [for key, t in rule.targets : [for path in concat(t.input_path == null ? [] : [t.input_path], try(values(t.input_transformer.paths), []), compact([try(t.stream.partition_key_path, null)])) : "${label}/${key}: ${path}"]]]))}."
  }

  validation {
    condition = alltrue(flatten([
      for rule in values(var.rules) : [for t in values(rule.targets) : t.input_transformer == null ? true : length(t.input_transformer.paths) <= 100 && length(t.input_transformer.template) <= 8192]
    ]))
    error_message = "rules: an input_transformer has at most 100 paths and a template of 8192 characters; given: ${join(", ", flatten([for label, rule in var.rules : [for key, t in rule.targets : "${label}/${key} (${length(t.input_transformer.paths)}, ${length(t.input_transformer.template)})" if t.input_transformer != null]]))}."
  }

  validation {
    condition = alltrue(flatten([
      for rule in values(var.rules) : [for t in values(rule.targets) : t.log_group == null ? true : can(regex(":log-group:/aws/events/[^:]+(:\\*)?$", t.log_group.arn))]
    ]))
    error_message = "rules: the name of a log group that is a target begins with /aws/events/; given: ${join(", ", flatten([for rule in values(var.rules) : [for t in values(rule.targets) : t.log_group.arn if t.log_group != null]]))}."
  }

  validation {
    condition = alltrue(flatten([
      for rule in values(var.rules) : [
        for t in values(rule.targets) : t.task == null ? true :
        contains(["EC2", "EXTERNAL", "FARGATE"], t.task.launch_type) && t.task.count >= 1 && t.task.count <= 10 && (t.task.launch_type != "FARGATE" || t.task.network != null)
      ]
    ]))
    error_message = "rules: a task's launch_type is EC2, EXTERNAL or FARGATE, its count 1 to 10, and with FARGATE it needs a network; given: ${join(", ", flatten([for label, rule in var.rules : [for key, t in rule.targets : "${label}/${key} (${t.task.launch_type}, ${t.task.count}, ${t.task.network == null ? "no network" : "network"})" if t.task != null]]))}."
  }

  validation {
    condition = alltrue(flatten([
      for rule in values(var.rules) : [
        for t in values(rule.targets) : t.workflow == null ? true : can(regex(":stateMachine:[^:]+$", t.workflow.arn)) &&
        (t.workflow.alias_arn == null ? true : startswith(t.workflow.alias_arn, "${t.workflow.arn}:"))
      ]
    ]))
    error_message = "rules: a workflow's arn is its state machine's, and its alias_arn that with the alias at the end; given: ${join("; ", flatten([for label, rule in var.rules : [for key, t in rule.targets : "${label}/${key}: ${t.workflow.arn}, ${coalesce(t.workflow.alias_arn, "none")}" if t.workflow != null]]))}."
  }

  validation {
    condition = alltrue(flatten([
      for rule in values(var.rules) : [
        for t in values(rule.targets) : t.queue == null ? true : !endswith(t.queue.arn, ".fifo") || t.queue.message_group_id != null
      ]
    ]))
    error_message = "rules: a queue in order (.fifo) needs a message_group_id; given: ${join(", ", flatten([for label, rule in var.rules : [for key, t in rule.targets : "${label}/${key} (${coalesce(t.queue.message_group_id, "none")})" if t.queue != null]]))}."
  }

  validation {
    condition = alltrue(flatten([
      for rule in values(var.rules) : [for t in values(rule.targets) : t.dead_letter_queue == null ? true : !endswith(t.dead_letter_queue.arn, ".fifo")]
    ]))
    error_message = "rules: a dead_letter_queue is a standard queue, not one in order (.fifo); given: ${join(", ", flatten([for rule in values(var.rules) : [for t in values(rule.targets) : t.dead_letter_queue.arn if t.dead_letter_queue != null]]))}."
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
