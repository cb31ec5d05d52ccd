variable "alarms" {
  description = "Actions of the module's alarms, what their names begin with (`prefix`, null: name), and settings that differ, by label: age, dead_letters."
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
  description = <<-EOT
    The dead-letter queue: its `name` (null: the queue's with -dead-letters), how long it keeps messages (longer than the queue itself), and
    the ARNs of other queues it also serves (`sources`). Or `queue`, one that exists already and lets this queue in: then none is made.
  EOT
  type = object({
    name              = optional(string)
    queue             = optional(object({ name = string, arn = string, url = optional(string) }))
    retention_seconds = optional(number, 1209600)
    sources           = optional(set(string), [])
  })
  default  = {}
  nullable = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,75}$", coalesce(var.dead_letters.name, "x")))
    error_message = "dead_letters.name: 1 to 75 letters, digits, hyphens and underscores, without .fifo; given: ${coalesce(var.dead_letters.name, "null")}."
  }

  # SQS takes no standard queue for the dead letters of a first-in, first-out one, nor the other way round.
  validation {
    condition     = var.dead_letters.queue == null ? true : endswith(var.dead_letters.queue.arn, ".fifo") == (var.fifo != null)
    error_message = "dead_letters.queue: first-in, first-out (.fifo) if the queue is, and standard if it is; given: ${try(var.dead_letters.queue.arn, "null")}."
  }

  validation {
    condition     = alltrue([for source in var.dead_letters.sources : endswith(source, ".fifo") == (var.fifo != null)])
    error_message = "dead_letters.sources: first-in, first-out (.fifo) if the queue is, and standard if it is; given: ${join(", ", var.dead_letters.sources)}."
  }

  # A message keeps the time it was first sent when SQS moves it: with equal retention it would be deleted soon after it arrives.
  validation {
    condition     = var.dead_letters.retention_seconds > var.retention_seconds && var.dead_letters.retention_seconds <= 1209600
    error_message = "dead_letters.retention_seconds: more than the queue's ${var.retention_seconds} and at most 1209600 (14 days); given: ${var.dead_letters.retention_seconds}."
  }

  validation {
    condition     = var.dead_letters.queue == null || (var.dead_letters.name == null && length(var.dead_letters.sources) == 0)
    error_message = "dead_letters: an existing queue has its name and its sources where it is made; given beside it: ${join(", ", concat(var.dead_letters.name[*], tolist(var.dead_letters.sources)))}."
  }

  validation {
    condition     = length(var.dead_letters.sources) <= 9
    error_message = "dead_letters.sources: at most 9 (SQS takes 10, one of them this queue); given: ${length(var.dead_letters.sources)}."
  }

  validation {
    condition     = alltrue([for source in var.dead_letters.sources : can(regex("^arn:[^:]+:sqs:[^:]+:[0-9]{12}:[A-Za-z0-9_-]+(\\.fifo)?$", source))])
    error_message = "dead_letters.sources: ARNs of queues; given: ${join(", ", var.dead_letters.sources)}."
  }
}

variable "delay_seconds" {
  description = "Seconds a new message stays hidden, 0 to 900."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.delay_seconds >= 0 && var.delay_seconds <= 900 && floor(var.delay_seconds) == var.delay_seconds
    error_message = "delay_seconds: a whole number from 0 to 900; given: ${var.delay_seconds}."
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

  validation {
    condition     = var.key == null ? true : can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/", var.key.arn))
    error_message = "key.arn: the ARN of a KMS key, not of an alias, which no IAM policy can name; given: ${try(var.key.arn, "null")}."
  }
}

variable "max_receives" {
  description = "Times a message is received before it goes to the dead-letter queue, 1 to 1000."
  type        = number
  default     = 5
  nullable    = false

  validation {
    condition     = var.max_receives >= 1 && var.max_receives <= 1000 && floor(var.max_receives) == var.max_receives
    error_message = "max_receives: a whole number from 1 to 1000; given: ${var.max_receives}."
  }
}

variable "name" {
  description = "Name of the queue, without .fifo."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]+$", var.name)) && length("${var.name}${var.fifo == null ? "" : ".fifo"}") <= 80
    error_message = "name: letters, digits, hyphens and underscores, at most 80 with .fifo; given: ${var.name} (${length("${var.name}${var.fifo == null ? "" : ".fifo"}")})."
  }

  validation {
    condition     = var.dead_letters.name != null || var.dead_letters.queue != null || length("${var.name}-dead-letters${var.fifo == null ? "" : ".fifo"}") <= 80
    error_message = "name: at most 80 characters with -dead-letters and .fifo, unless dead_letters names that queue; given: ${var.name} (${length("${var.name}-dead-letters${var.fifo == null ? "" : ".fifo"}")})."
  }

  validation {
    condition     = var.dead_letters.name == null || var.dead_letters.name != var.name
    error_message = "name: another than that of the dead-letter queue (dead_letters.name); given: ${var.name}."
  }
}

variable "retention_seconds" {
  description = "Seconds a message is kept, 60 to 1209599."
  type        = number
  default     = 345600
  nullable    = false

  validation {
    condition     = var.retention_seconds >= 60 && var.retention_seconds < 1209600 && floor(var.retention_seconds) == var.retention_seconds
    error_message = "retention_seconds: a whole number from 60 to 1209599 (the dead-letter queue keeps messages longer, 14 days at most); given: ${var.retention_seconds}."
  }
}

variable "senders" {
  description = <<-EOT
    Who may send besides this account's own roles, by label: a `service` with its one source (`sender` outputs of other modules; wildcards
    match within the ARN's resource), an `account`, or an `organisation` (o-…). Beside a service, `account` says whose the source is where
    its ARN doesn't, as a bucket's.
  EOT
  type = map(object({
    service      = optional(string)
    source_arn   = optional(string)
    account      = optional(string)
    organisation = optional(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for sender in values(var.senders) : sender.service == null ?
      sender.source_arn == null && (sender.account == null) != (sender.organisation == null) : sender.source_arn != null && sender.organisation == null
    ])
    error_message = "senders: each is exactly one of service with source_arn, account, organisation; given: ${jsonencode(var.senders)}."
  }

  # Labels name the policy's statements, of which SQS takes no two of one name.
  validation {
    condition     = length(distinct([for label in keys(var.senders) : replace(title(replace(label, "/[^0-9A-Za-z]+/", " ")), " ", "")])) == length(var.senders)
    error_message = "senders: labels differ in more than signs and capitals; given: ${join(", ", keys(var.senders))}."
  }

  validation {
    condition     = alltrue([for sender in values(var.senders) : can(regex("^[a-z0-9.-]+\\.amazonaws\\.com(\\.cn)?$", sender.service)) if sender.service != null])
    error_message = "senders: service is a service principal such as events.amazonaws.com; given: ${join(", ", compact([for sender in values(var.senders) : sender.service]))}."
  }

  validation {
    condition     = alltrue([for sender in values(var.senders) : can(regex("^arn:[^:*]+:[^:*]+:[^:*]*:[^:*]*:.*[^*].*$", sender.source_arn)) if sender.service != null])
    error_message = "senders: source_arn names its service, region, account and resource, with wildcards in the resource alone; given: ${join(", ", compact([for sender in values(var.senders) : sender.source_arn]))}."
  }

  validation {
    condition     = alltrue([for sender in values(var.senders) : can(regex("^[0-9]{12}$", coalesce(sender.account, "123456789012")))])
    error_message = "senders: an account is its 12 digits; given: ${join(", ", compact([for sender in values(var.senders) : sender.account]))}."
  }

  validation {
    condition     = alltrue([for sender in values(var.senders) : can(regex("^o-[a-z0-9]{10,32}$", coalesce(sender.organisation, "o-a1b2c3d4e5")))])
    error_message = "senders: an organisation is o- and 10 to 32 letters and digits; given: ${join(", ", compact([for sender in values(var.senders) : sender.organisation]))}."
  }
}

variable "tags" {
  description = "Tags of all resources."
  type        = map(string)
  default     = {}
  nullable    = false
}
