variable "alarms" {
  description = "Actions of the module's alarms, and settings that differ, by label: age, dead_letters."
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
    condition     = length(setsubtract(keys(var.alarms.overrides), ["age", "dead_letters"])) == 0
    error_message = "alarms.overrides: known labels are age, dead_letters; given: ${join(", ", keys(var.alarms.overrides))}."
  }
}

variable "consumer_timeout" {
  description = "Seconds a consumer may take for one batch, 1 to 7200; a message is hidden for six times as long."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.consumer_timeout >= 1 && var.consumer_timeout <= 7200 && floor(var.consumer_timeout) == var.consumer_timeout
    error_message = "consumer_timeout: a whole number from 1 to 7200 (SQS hides a message for at most 43200 seconds, six times that); given: ${var.consumer_timeout}."
  }
}

variable "dead_letters" {
  description = "The dead-letter queue: its name (null: the queue's with -dead-letters) and how long it keeps messages, longer than the queue itself."
  type = object({
    name              = optional(string)
    retention_seconds = optional(number, 1209600)
  })
  default  = {}
  nullable = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,75}$", coalesce(var.dead_letters.name, "x")))
    error_message = "dead_letters.name: 1 to 75 letters, digits, hyphens and underscores, without .fifo; given: ${coalesce(var.dead_letters.name, "null")}."
  }

  # A message keeps the time it was first sent when SQS moves it: with equal retention it would be deleted soon after it arrives.
  validation {
    condition     = var.dead_letters.retention_seconds > var.retention_seconds && var.dead_letters.retention_seconds <= 1209600
    error_message = "dead_letters.retention_seconds: more than the queue's ${var.retention_seconds} and at most 1209600 (14 days); given: ${var.dead_letters.retention_seconds}."
  }
}

variable "delay_seconds" {
  description = "Seconds a new message stays hidden, 0 to 900."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.delay_seconds >= 0 && var.delay_seconds <= 900
    error_message = "delay_seconds: 0 to 900; given: ${var.delay_seconds}."
  }
}

variable "fifo" {
  description = "Makes the queue first-in, first-out within a message group, and adds .fifo to its name. Null: a standard queue."
  type = object({
    content_based_deduplication = optional(bool, false)
    high_throughput             = optional(bool, true)
  })
  default = null
}

variable "key" {
  description = "KMS key for the messages; its policy must let the `senders` use it. Null: SQS's own encryption."
  type        = object({ arn = string })
  default     = null
}

variable "max_receives" {
  description = "Times a message is received before it goes to the dead-letter queue, 1 to 1000."
  type        = number
  default     = 5
  nullable    = false

  validation {
    condition     = var.max_receives >= 1 && var.max_receives <= 1000
    error_message = "max_receives: 1 to 1000; given: ${var.max_receives}."
  }
}

variable "name" {
  description = "Name of the queue, without .fifo."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,62}$", var.name))
    error_message = "name: 1 to 62 letters, digits, hyphens and underscores (SQS takes 80; -dead-letters and .fifo are added); given: ${var.name}."
  }
}

variable "retention_seconds" {
  description = "Seconds a message is kept, 60 to 1209599."
  type        = number
  default     = 345600
  nullable    = false

  validation {
    condition     = var.retention_seconds >= 60 && var.retention_seconds < 1209600
    error_message = "retention_seconds: 60 to 1209599 (the dead-letter queue keeps messages longer, 14 days at most); given: ${var.retention_seconds}."
  }
}

variable "senders" {
  description = "Services that may send, by label, each from one source (`sender` outputs of other modules). Wildcards in the ARN match within it."
  type = map(object({
    service    = string
    source_arn = string
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for sender in values(var.senders) : can(regex("^[a-z0-9.-]+\\.amazonaws\\.com(\\.cn)?$", sender.service))])
    error_message = "senders: service is a service principal such as events.amazonaws.com; given: ${join(", ", [for sender in values(var.senders) : sender.service])}."
  }

  validation {
    condition     = alltrue([for sender in values(var.senders) : can(regex("^arn:[^:*]+:[^:*]+:[^:*]*:[^:*]*:.*[^*].*$", sender.source_arn))])
    error_message = "senders: source_arn names its service, region, account and resource, with wildcards in the resource alone; given: ${join(", ", [for sender in values(var.senders) : sender.source_arn])}."
  }
}

variable "tags" {
  description = "Tags of all resources."
  type        = map(string)
  default     = {}
  nullable    = false
}
