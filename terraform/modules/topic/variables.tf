variable "alarms" {
  description = "Actions of the module's alarms, what their names begin with (`prefix`, null: name), and settings that differ, by label: dead_letters, lost, unreadable; for a topic of another state, dead_letters_<subscription>."
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
    condition     = length(setsubtract(keys(var.alarms.overrides), local.known_alarms)) == 0
    error_message = "alarms.overrides: known labels are ${join(", ", local.known_alarms)}; given: ${join(", ", keys(var.alarms.overrides))}."
  }
}

variable "delivery_status" {
  description = <<-EOT
    Logs what became of deliveries, by what is subscribed: delivery_stream, function, https, push, queue. Failures are all logged, and of
    successes `success_percent`, 0 to 100. SNS logs neither mails nor texts.
  EOT
  type        = map(object({ success_percent = optional(number, 0) }))
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(keys(var.delivery_status), ["delivery_stream", "function", "https", "push", "queue"])) == 0
    error_message = "delivery_status: SNS logs deliveries to delivery_stream, function, https, push, queue; given: ${join(", ", keys(var.delivery_status))}."
  }

  validation {
    condition     = alltrue([for status in values(var.delivery_status) : status.success_percent >= 0 && status.success_percent <= 100 && floor(status.success_percent) == status.success_percent])
    error_message = "delivery_status: success_percent is a whole number from 0 to 100; given: ${join(", ", [for status in values(var.delivery_status) : status.success_percent])}."
  }

  validation {
    condition     = length(var.delivery_status) == 0 || length(var.name) <= 48
    error_message = "delivery_status: the role that logs has the topic's name, of at most 48 characters then (IAM takes 64); given: ${var.name} (${length(var.name)})."
  }
}

variable "display_name" {
  description = "Whom mails and texts are from, at most 100 characters; texts show the first 10. Null: the topic's name."
  type        = string
  default     = null

  validation {
    condition     = length(coalesce(var.display_name, "-")) <= 100
    error_message = "display_name: at most 100 characters; given: ${length(coalesce(var.display_name, "-"))}."
  }
}

variable "fifo" {
  description = <<-EOT
    Makes the topic first-in, first-out within a message group, and adds .fifo to its name. `archive_days` keeps messages for replay, 1 to
    365 days; 0 ends an archive, which a topic must have done before it is deleted. Null: a standard topic.
  EOT
  type = object({
    archive_days                = optional(number)
    content_based_deduplication = optional(bool, false)
    high_throughput             = optional(bool, true)
  })
  default = null

  validation {
    condition     = try(var.fifo.archive_days, null) == null ? true : var.fifo.archive_days >= 0 && var.fifo.archive_days <= 365 && floor(var.fifo.archive_days) == var.fifo.archive_days
    error_message = "fifo.archive_days: a whole number from 0 to 365; given: ${try(coalesce(var.fifo.archive_days), "null")}."
  }
}

variable "key" {
  description = "KMS key for the topic and its dead-letter queues; its policy must let sns.amazonaws.com and the `publishers` use it. Null: the services' own encryption."
  type        = object({ arn = string })
  default     = null

  validation {
    condition     = var.key == null ? true : can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/", var.key.arn))
    error_message = "key.arn: the ARN of a KMS key, not of an alias, which no IAM policy can name; given: ${try(var.key.arn, "null")}."
  }
}

variable "log_retention_days" {
  description = "How long the logs of delivery_status are kept."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition = contains(
      [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days
    )
    error_message = "log_retention_days: CloudWatch Logs takes 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653; given: ${var.log_retention_days}."
  }
}

variable "name" {
  description = "Name of the topic, without .fifo; begins the names of all the module makes."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,251}$", var.name))
    error_message = "name: 1 to 251 letters, digits, hyphens and underscores (SNS takes 256, .fifo is added); given: ${var.name} (${length(var.name)})."
  }
}

variable "publishers" {
  description = <<-EOT
    Who may publish besides this account's own roles, by label: a `service` with its one source (`sender` outputs of other modules;
    wildcards match within the ARN's resource), an `account`, or an `organisation` (o-…). Beside a service, `account` says whose the source
    is where its ARN doesn't, as a bucket's. They need a `key`.
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
      for publisher in values(var.publishers) : publisher.service == null ?
      publisher.source_arn == null && (publisher.account == null) != (publisher.organisation == null) : publisher.source_arn != null && publisher.organisation == null
    ])
    error_message = "publishers: each is exactly one of service with source_arn, account, organisation; given: ${jsonencode(var.publishers)}."
  }

  # Labels name the policy's statements, of which SNS takes no two of one name.
  validation {
    condition     = length(distinct([for label in keys(var.publishers) : replace(title(replace(label, "/[^0-9A-Za-z]+/", " ")), " ", "")])) == length(var.publishers)
    error_message = "publishers: labels differ in more than signs and capitals; given: ${join(", ", keys(var.publishers))}."
  }

  validation {
    condition     = alltrue([for publisher in values(var.publishers) : can(regex("^[a-z0-9.-]+\\.amazonaws\\.com(\\.cn)?$", publisher.service)) if publisher.service != null])
    error_message = "publishers: service is a service principal such as events.amazonaws.com; given: ${join(", ", compact([for publisher in values(var.publishers) : publisher.service]))}."
  }

  validation {
    condition     = alltrue([for publisher in values(var.publishers) : can(regex("^arn:[^:*]+:[^:*]+:[^:*]*:[^:*]*:.*[^*].*$", publisher.source_arn)) if publisher.service != null])
    error_message = "publishers: source_arn names its service, region, account and resource, with wildcards in the resource alone; given: ${join(", ", compact([for publisher in values(var.publishers) : publisher.source_arn]))}."
  }

  validation {
    condition     = alltrue([for publisher in values(var.publishers) : can(regex("^[0-9]{12}$", coalesce(publisher.account, "123456789012")))])
    error_message = "publishers: an account is its 12 digits; given: ${join(", ", compact([for publisher in values(var.publishers) : publisher.account]))}."
  }

  validation {
    condition     = alltrue([for publisher in values(var.publishers) : can(regex("^o-[a-z0-9]{10,32}$", coalesce(publisher.organisation, "o-a1b2c3d4e5")))])
    error_message = "publishers: an organisation is o- and 10 to 32 letters and digits; given: ${join(", ", compact([for publisher in values(var.publishers) : publisher.organisation]))}."
  }

  # The policy of SNS's own key is AWS's and lets no service in: what it publishes would be lost without a word.
  validation {
    condition     = length(var.publishers) == 0 || var.key != null
    error_message = "publishers: neither services nor other accounts can publish under SNS's own key; give a `key` whose policy lets them: ${join(", ", keys(var.publishers))}."
  }
}

variable "role" {
  description = "Path and permissions boundary of the roles the module makes for delivery streams and delivery_status."
  type = object({
    path                 = optional(string, "/")
    permissions_boundary = optional(string)
  })
  default  = {}
  nullable = false
}

variable "subscribers" {
  description = "Who may subscribe from elsewhere, by label: an `account` or an `organisation` (o-…), and which `kinds` (delivery_stream, function, queue …)."
  type = map(object({
    account      = optional(string)
    organisation = optional(string)
    kinds        = optional(set(string), ["function", "queue"])
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for subscriber in values(var.subscribers) : (subscriber.account == null) != (subscriber.organisation == null)])
    error_message = "subscribers: each is exactly one of account, organisation; not so: ${join(", ", [for label, subscriber in var.subscribers : label if(subscriber.account == null) == (subscriber.organisation == null)])}."
  }

  validation {
    condition     = length(distinct([for label in keys(var.subscribers) : replace(title(replace(label, "/[^0-9A-Za-z]+/", " ")), " ", "")])) == length(var.subscribers)
    error_message = "subscribers: labels differ in more than signs and capitals; given: ${join(", ", keys(var.subscribers))}."
  }

  validation {
    condition = alltrue([
      for subscriber in values(var.subscribers) :
      can(regex("^[0-9]{12}$", coalesce(subscriber.account, "123456789012"))) && can(regex("^o-[a-z0-9]{10,32}$", coalesce(subscriber.organisation, "o-a1b2c3d4e5")))
    ])
    error_message = "subscribers: an account is its 12 digits, an organisation o- and 10 to 32 letters and digits; given: ${jsonencode(var.subscribers)}."
  }

  validation {
    condition     = alltrue([for subscriber in values(var.subscribers) : length(subscriber.kinds) > 0 && length(setsubtract(subscriber.kinds, keys(local.protocols))) == 0])
    error_message = "subscribers: kinds are ${join(", ", keys(local.protocols))}, one at least; given: ${jsonencode([for subscriber in values(var.subscribers) : subscriber.kinds])}."
  }
}

variable "subscriptions" {
  description = <<-EOT
    Who receives, by label: exactly one of `delivery_stream`, `email`, `email_json`, `function`, `https`, `push` (a device's endpoint),
    `queue` (whose `senders` holds this topic's `sender`) and `sms`. `raw` delivers the message without SNS's envelope (to queues, pages
    and delivery streams). `filter` passes what its `pattern` (JSON) matches, `on` message attributes or the body. `replay` sends what an
    archive kept. `dead_letters_name` names the subscription's dead-letter queue (null: <topic>-<label>-dead-letters).
  EOT
  type = map(object({
    delivery_stream = optional(object({ arn = string }))
    email           = optional(string)
    email_json      = optional(string)
    function        = optional(object({ name = string, alias = string, alias_arn = string }))
    https = optional(object({
      url                   = string
      backoff               = optional(string, "linear")
      confirms_itself       = optional(bool, false)
      content_type          = optional(string, "text/plain")
      maximum_delay_seconds = optional(number, 20)
      maximum_per_second    = optional(number)
      minimum_delay_seconds = optional(number, 20)
      retries               = optional(number, 3)
    }))
    push              = optional(object({ arn = string }))
    queue             = optional(object({ arn = string }))
    sms               = optional(string)
    raw               = optional(bool, false)
    filter            = optional(object({ pattern = string, on = optional(string, "attributes") }))
    replay            = optional(object({ from = string, until = optional(string) }))
    dead_letters_name = optional(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for label, subscription in var.subscriptions : can(regex("^[A-Za-z0-9_-]+$", label)) && length("${var.name}-${label}") <= (subscription.dead_letters_name == null ? 62 : 100)
    ])
    error_message = "subscriptions: labels are letters, digits, hyphens and underscores, at most 62 together with the topic's name (they name dead-letter queues; 100 with dead_letters_name); given: ${join(", ", keys(var.subscriptions))}."
  }

  validation {
    condition     = alltrue([for subscription in values(var.subscriptions) : can(regex("^[A-Za-z0-9_-]{1,75}$", coalesce(subscription.dead_letters_name, "x")))])
    error_message = "subscriptions: dead_letters_name is 1 to 75 letters, digits, hyphens and underscores, without .fifo; given: ${join(", ", compact([for subscription in values(var.subscriptions) : subscription.dead_letters_name]))}."
  }

  # SQS makes no second queue of a name, it answers with the first: whoever went first would take the other's dead letters along.
  validation {
    condition     = length(distinct([for label, subscription in var.subscriptions : coalesce(subscription.dead_letters_name, "${var.name}-${label}-dead-letters")])) == length(var.subscriptions)
    error_message = "subscriptions: each has a dead-letter queue of its own, of another name; given: ${join(", ", [for label, subscription in var.subscriptions : coalesce(subscription.dead_letters_name, "${var.name}-${label}-dead-letters")])}."
  }

  # A queue of this name has a dead-letter queue of the same name as its subscription: only one of them can be made.
  validation {
    condition = alltrue([
      for label, subscription in var.subscriptions :
      subscription.dead_letters_name != null || !endswith(try(subscription.queue.arn, ""), ":${var.name}-${label}${local.is_fifo ? ".fifo" : ""}")
    ])
    error_message = "subscriptions: a queue called <topic>-<label> has a dead-letter queue called as the subscription's; call it otherwise, or give dead_letters_name; so it is: ${join(", ", [for label, subscription in var.subscriptions : label if subscription.dead_letters_name == null && endswith(try(subscription.queue.arn, ""), ":${var.name}-${label}${local.is_fifo ? ".fifo" : ""}")])}."
  }

  validation {
    condition     = alltrue([for subscription in values(var.subscriptions) : length([for kind in keys(local.protocols) : kind if subscription[kind] != null]) == 1])
    error_message = "subscriptions: each is exactly one of ${join(", ", keys(local.protocols))}; not so: ${join(", ", [for label, subscription in var.subscriptions : label if length([for kind in keys(local.protocols) : kind if subscription[kind] != null]) != 1])}."
  }

  validation {
    condition     = alltrue([for subscription in values(var.subscriptions) : !subscription.raw || subscription.queue != null || subscription.https != null || subscription.delivery_stream != null])
    error_message = "subscriptions: raw delivery is for queues, https and delivery streams; not so: ${join(", ", [for label, subscription in var.subscriptions : label if subscription.raw && subscription.queue == null && subscription.https == null && subscription.delivery_stream == null])}."
  }

  validation {
    condition     = !local.is_fifo || alltrue([for subscription in values(var.subscriptions) : subscription.queue != null])
    error_message = "subscriptions: a first-in, first-out topic delivers to queues only; not so: ${join(", ", [for label, subscription in var.subscriptions : label if subscription.queue == null])}."
  }

  validation {
    condition     = local.is_fifo || alltrue([for subscription in values(var.subscriptions) : !endswith(try(subscription.queue.arn, ""), ".fifo")])
    error_message = "subscriptions: a standard topic delivers to standard queues only; not so: ${join(", ", [for label, subscription in var.subscriptions : label if endswith(try(subscription.queue.arn, ""), ".fifo")])}."
  }

  validation {
    condition     = alltrue([for subscription in values(var.subscriptions) : can(regex("^[^@[:space:]]+@[^@[:space:]]+$", coalesce(subscription.email, subscription.email_json, "a@example.com")))])
    error_message = "subscriptions: email and email_json are addresses such as ops@example.com; not so: ${join(", ", [for label, subscription in var.subscriptions : label if !can(regex("^[^@[:space:]]+@[^@[:space:]]+$", coalesce(subscription.email, subscription.email_json, "a@example.com")))])}."
  }

  validation {
    condition     = alltrue([for subscription in values(var.subscriptions) : can(regex("^\\+[1-9][0-9]{1,14}$", coalesce(subscription.sms, "+4930123456")))])
    error_message = "subscriptions: sms is a number with its country, + and 2 to 15 digits; not so: ${join(", ", [for label, subscription in var.subscriptions : label if !can(regex("^\\+[1-9][0-9]{1,14}$", coalesce(subscription.sms, "+4930123456")))])}."
  }

  validation {
    condition     = alltrue([for subscription in values(var.subscriptions) : can(regex("^arn:[^:]+:sns:[^:]+:[0-9]{12}:endpoint/.+$", subscription.push.arn)) if subscription.push != null])
    error_message = "subscriptions: push is the ARN of a device's endpoint, arn:…:endpoint/…; given: ${join(", ", [for subscription in values(var.subscriptions) : subscription.push.arn if subscription.push != null])}."
  }

  validation {
    condition     = alltrue([for subscription in values(var.subscriptions) : can(regex("^https://[^/[:space:]]+", subscription.https.url)) if subscription.https != null])
    error_message = "subscriptions: https.url begins with https://, for nothing is sent in plain text; not so: ${join(", ", [for label, subscription in var.subscriptions : label if subscription.https == null ? false : !can(regex("^https://[^/[:space:]]+", subscription.https.url))])}."
  }

  validation {
    condition = alltrue([
      for subscription in values(var.subscriptions) :
      subscription.https.retries >= 0 && subscription.https.retries <= 100 &&
      subscription.https.minimum_delay_seconds >= 1 && subscription.https.minimum_delay_seconds <= subscription.https.maximum_delay_seconds &&
      subscription.https.maximum_delay_seconds <= 3600 && coalesce(subscription.https.maximum_per_second, 1) >= 1 &&
      contains(["arithmetic", "exponential", "geometric", "linear"], subscription.https.backoff) if subscription.https != null
    ])
    error_message = "subscriptions: https takes retries 0 to 100, minimum_delay_seconds 1 to maximum_delay_seconds, that up to 3600, maximum_per_second from 1, backoff arithmetic, exponential, geometric or linear; given: ${jsonencode([for subscription in values(var.subscriptions) : subscription.https if subscription.https != null])}."
  }

  # No delay is shorter than the minimum, whatever the backoff.
  validation {
    condition     = alltrue([for subscription in values(var.subscriptions) : subscription.https.retries * subscription.https.minimum_delay_seconds <= 3600 if subscription.https != null])
    error_message = "subscriptions: https retries for 3600 seconds at most, retries times minimum_delay_seconds; not so: ${join(", ", [for label, subscription in var.subscriptions : label if try(subscription.https.retries * subscription.https.minimum_delay_seconds > 3600, false)])}."
  }

  validation {
    condition = alltrue([
      for subscription in values(var.subscriptions) : contains(subscription.raw ? [
        "application/atom+xml", "application/json", "application/octet-stream", "application/soap+xml", "application/x-www-form-urlencoded",
        "application/xml", "text/css", "text/csv", "text/html", "text/plain", "text/xml",
      ] : ["application/json", "text/plain"], subscription.https.content_type) if subscription.https != null
    ])
    error_message = "subscriptions: https.content_type is text/plain or application/json, or with raw delivery another of SNS's (text/csv, application/xml …); given: ${join(", ", [for subscription in values(var.subscriptions) : subscription.https.content_type if subscription.https != null])}."
  }

  validation {
    condition     = length([for subscription in values(var.subscriptions) : true if subscription.delivery_stream != null]) <= 5
    error_message = "subscriptions: at most 5 delivery streams; given: ${length([for subscription in values(var.subscriptions) : true if subscription.delivery_stream != null])}."
  }

  validation {
    condition     = length([for subscription in values(var.subscriptions) : true if subscription.delivery_stream != null]) == 0 || length(var.name) <= 47
    error_message = "subscriptions: the role that puts into delivery streams has the topic's name, of at most 47 characters then (IAM takes 64); given: ${var.name} (${length(var.name)})."
  }

  validation {
    condition = alltrue([
      for subscription in values(var.subscriptions) : subscription.filter == null ? true :
      contains(["attributes", "body"], subscription.filter.on) && can(keys(jsondecode(subscription.filter.pattern)))
    ])
    error_message = "subscriptions: a filter's pattern is a JSON object, on attributes or body; not so: ${join(", ", [for label, subscription in var.subscriptions : label if subscription.filter == null ? false : !(contains(["attributes", "body"], subscription.filter.on) && can(keys(jsondecode(subscription.filter.pattern))))])}."
  }

  validation {
    condition     = alltrue([for subscription in values(var.subscriptions) : length(try(keys(jsondecode(subscription.filter.pattern)), [])) <= 5])
    error_message = "subscriptions: a filter has at most 5 keys; given: ${jsonencode({ for label, subscription in var.subscriptions : label => length(try(keys(jsondecode(subscription.filter.pattern)), [])) })}."
  }

  # SNS multiplies the values of all keys; nested ones count more.
  validation {
    condition = alltrue([
      for subscription in values(var.subscriptions) : try([
        for counts in [concat([for accepted in values(jsondecode(subscription.filter.pattern)) : length(accepted)], [1, 1, 1, 1, 1])] :
        counts[0] * counts[1] * counts[2] * counts[3] * counts[4]
      ][0], 1) <= 150
    ])
    error_message = "subscriptions: a filter combines at most 150 values, the product of how many each key has; not so: ${join(", ", [for label, subscription in var.subscriptions : label if subscription.filter != null])}."
  }

  validation {
    condition = alltrue([
      for subscription in values(var.subscriptions) : subscription.replay == null ? true :
      local.is_fifo && can(timeadd(subscription.replay.from, "0s")) && can(timeadd(coalesce(subscription.replay.until, subscription.replay.from), "0s"))
    ])
    error_message = "subscriptions: replay is of a first-in, first-out topic, from and until a time such as 2026-11-01T00:00:00Z; given: ${jsonencode([for subscription in values(var.subscriptions) : subscription.replay if subscription.replay != null])}."
  }
}

variable "tags" {
  description = "Tags of all resources."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "topic" {
  description = "A topic that exists already, of another state, to which the subscriptions are attached (a topic module's output). Null: the module makes a topic called `name`."
  type        = object({ name = string, arn = string, key = optional(object({ arn = string })) })
  default     = null

  validation {
    condition     = var.topic == null || (length(var.publishers) == 0 && length(var.subscribers) == 0 && length(var.delivery_status) == 0 && var.fifo == null && var.display_name == null)
    error_message = "topic: an existing topic has its policy, order, name and logs where it is made; leave out publishers, subscribers, delivery_status, fifo and display_name."
  }
}
