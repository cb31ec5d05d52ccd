variable "alarms" {
  description = "Actions of the module's alarms, and settings that differ, by label: dead_letters, lost."
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
    condition     = length(setsubtract(keys(var.alarms.overrides), ["dead_letters", "lost"])) == 0
    error_message = "alarms.overrides: known labels are dead_letters, lost; given: ${join(", ", keys(var.alarms.overrides))}."
  }
}

variable "fifo" {
  description = "Makes the topic first-in, first-out within a message group, and adds .fifo to its name. Null: a standard topic."
  type = object({
    content_based_deduplication = optional(bool, false)
    high_throughput             = optional(bool, true)
  })
  default = null
}

variable "key" {
  description = "KMS key for the topic and its dead-letter queues; its policy must let sns.amazonaws.com and the `publishers` use it. Null: the services' own encryption."
  type        = object({ arn = string })
  default     = null
}

variable "name" {
  description = "Name of the topic, without .fifo; begins the names of all the module makes."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,200}$", var.name))
    error_message = "name: 1 to 200 letters, digits, hyphens and underscores; given: ${var.name}."
  }
}

variable "publishers" {
  description = "Services that may publish, by label, each from one source (`sender` outputs of other modules). They need a `key`."
  type = map(object({
    service    = string
    source_arn = string
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for publisher in values(var.publishers) : can(regex("^[a-z0-9.-]+\\.amazonaws\\.com(\\.cn)?$", publisher.service))])
    error_message = "publishers: service is a service principal such as events.amazonaws.com; given: ${join(", ", [for publisher in values(var.publishers) : publisher.service])}."
  }

  validation {
    condition     = alltrue([for publisher in values(var.publishers) : can(regex("^arn:[^:*]+:[^:*]+:[^:*]*:[^:*]*:.*[^*].*$", publisher.source_arn))])
    error_message = "publishers: source_arn names its service, region, account and resource, with wildcards in the resource alone; given: ${join(", ", [for publisher in values(var.publishers) : publisher.source_arn])}."
  }

  # The policy of SNS's own key is AWS's and lets no service in: what it publishes would be lost without a word.
  validation {
    condition     = length(var.publishers) == 0 || var.key != null
    error_message = "publishers: a service can't publish under SNS's own key; give a `key` whose policy lets it: ${join(", ", [for publisher in values(var.publishers) : publisher.service])}."
  }
}

variable "subscriptions" {
  description = <<-EOT
    Who receives, by label: exactly one of `queue` (whose `senders` holds this topic's `sender`) and `function`. `raw` delivers the message
    without SNS's envelope (queues only). `filter` passes what its `pattern` (JSON) matches, `on` message attributes or the body.
  EOT
  type = map(object({
    queue    = optional(object({ arn = string }))
    function = optional(object({ name = string, alias = string, alias_arn = string }))
    raw      = optional(bool, false)
    filter   = optional(object({ pattern = string, on = optional(string, "attributes") }))
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for label in keys(var.subscriptions) : can(regex("^[A-Za-z0-9_-]+$", label)) && length("${var.name}-${label}") <= 62])
    error_message = "subscriptions: labels are letters, digits, hyphens and underscores, at most 62 together with the topic's name (they name dead-letter queues); given: ${join(", ", keys(var.subscriptions))}."
  }

  validation {
    condition     = alltrue([for subscription in values(var.subscriptions) : (subscription.queue == null) != (subscription.function == null)])
    error_message = "subscriptions: each is exactly one of queue, function; not so: ${join(", ", [for label, subscription in var.subscriptions : label if(subscription.queue == null) == (subscription.function == null)])}."
  }

  validation {
    condition     = alltrue([for subscription in values(var.subscriptions) : subscription.queue != null || !subscription.raw])
    error_message = "subscriptions: raw delivery is for queues; not so: ${join(", ", [for label, subscription in var.subscriptions : label if subscription.queue == null && subscription.raw])}."
  }

  validation {
    condition     = var.fifo == null || alltrue([for subscription in values(var.subscriptions) : subscription.function == null])
    error_message = "subscriptions: a first-in, first-out topic delivers to queues only; not so: ${join(", ", [for label, subscription in var.subscriptions : label if subscription.function != null])}."
  }

  validation {
    condition = alltrue([
      for subscription in values(var.subscriptions) : subscription.filter == null ? true :
      contains(["attributes", "body"], subscription.filter.on) && can(keys(jsondecode(subscription.filter.pattern)))
    ])
    error_message = "subscriptions: a filter's pattern is a JSON object, on attributes or body; not so: ${join(", ", [for label, subscription in var.subscriptions : label if subscription.filter == null ? false : !(contains(["attributes", "body"], subscription.filter.on) && can(keys(jsondecode(subscription.filter.pattern))))])}."
  }
}

variable "tags" {
  description = "Tags of all resources."
  type        = map(string)
  default     = {}
  nullable    = false
}
