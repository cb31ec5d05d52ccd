variable "accounts" {
  description = "Other AWS accounts that may use the stream, by label: `write`, `read`, and the `consumers` they may subscribe with. Their own policies and the key's must allow it too."
  type = map(object({
    id        = string
    consumers = optional(set(string), [])
    read      = optional(bool, false)
    write     = optional(bool, false)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for account in values(var.accounts) : can(regex("^[0-9]{12}$", account.id))])
    error_message = "accounts: an id is an account's 12 digits; given: ${join(", ", [for account in values(var.accounts) : account.id])}."
  }

  validation {
    condition     = alltrue([for account in values(var.accounts) : account.read || account.write || length(account.consumers) > 0])
    error_message = "accounts: one does something: write, read or consumers; not so: ${join(", ", [for label, account in var.accounts : label if !(account.read || account.write || length(account.consumers) > 0)])}."
  }

  validation {
    condition     = length(setsubtract(flatten([for account in values(var.accounts) : account.consumers]), var.consumers)) == 0
    error_message = "accounts: consumers are some of `consumers` (${join(", ", var.consumers)}); given: ${join(", ", flatten([for account in values(var.accounts) : account.consumers]))}."
  }

  validation {
    condition     = length(var.accounts) == 0 || var.key != null
    error_message = "accounts: another account can't use Kinesis's own key of this one: give `key`, whose policy names ${join(", ", [for account in values(var.accounts) : account.id])}."
  }
}

variable "alarms" {
  description = "Actions of the module's alarms, what their names begin with (`prefix`, null: name-stream), and settings that differ, by label: iterator_age, read_throttles, write_throttles, full (percent of all shards, with `shards`), behind_<consumer>."
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
    condition = length(setsubtract(
      keys(var.alarms.overrides),
      concat(["iterator_age", "read_throttles", "write_throttles"], var.shards == null ? [] : ["full"], formatlist("behind_%s", var.consumers)),
    )) == 0
    error_message = "alarms.overrides: known labels are ${join(", ", concat(["iterator_age", "read_throttles", "write_throttles"], var.shards == null ? [] : ["full"], formatlist("behind_%s", var.consumers)))}; given: ${join(", ", keys(var.alarms.overrides))}."
  }
}

variable "consumers" {
  description = "Names of enhanced fan-out consumers: each is pushed 2 MB/s of every shard for itself, and is paid for by shard and hour."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for consumer in var.consumers : can(regex("^[A-Za-z0-9_.-]{1,128}$", consumer))])
    error_message = "consumers: 1 to 128 letters, digits, dots, hyphens and underscores; given: ${join(", ", var.consumers)}."
  }

  validation {
    condition     = length(var.consumers) <= 50
    error_message = "consumers: Kinesis registers at most 20 with a stream, 50 in an account with on-demand Advantage; given: ${length(var.consumers)}."
  }
}

variable "key" {
  description = "KMS key for the records; who reads and writes needs it too, which the grants allow. Null: Kinesis's own key of this account."
  type        = object({ arn = string })
  default     = null

  validation {
    condition     = var.key == null ? true : can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/", var.key.arn))
    error_message = "key.arn: the ARN of a KMS key, not of an alias, which no IAM policy can name; given: ${try(var.key.arn, "null")}."
  }
}

variable "name" {
  description = "Name of the stream."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]{1,128}$", var.name))
    error_message = "name: 1 to 128 letters, digits, dots, hyphens and underscores; given: ${var.name}."
  }
}

variable "protect" {
  description = "Refuses to delete the stream while consumers are registered with it that this module does not know."
  type        = bool
  default     = true
  nullable    = false
}

variable "retention_hours" {
  description = "Hours a record is kept, 24 to 8760 (365 days); what is beyond 24 is paid for."
  type        = number
  default     = 24
  nullable    = false

  validation {
    condition     = var.retention_hours >= 24 && var.retention_hours <= 8760 && floor(var.retention_hours) == var.retention_hours
    error_message = "retention_hours: a whole number from 24 to 8760 (365 days); given: ${var.retention_hours}."
  }
}

variable "shard_metrics" {
  description = "Metrics that are kept for each shard too, by CloudWatch's names, to see which shard is hot; each is paid for by shard."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition = length(setsubtract(var.shard_metrics, [
      "IncomingBytes", "IncomingRecords", "IteratorAgeMilliseconds", "OutgoingBytes", "OutgoingRecords",
      "ReadProvisionedThroughputExceeded", "WriteProvisionedThroughputExceeded",
    ])) == 0
    # Kinesis answers ALL with the seven names, which every plan would change back.
    error_message = "shard_metrics: IncomingBytes, IncomingRecords, IteratorAgeMilliseconds, OutgoingBytes, OutgoingRecords, ReadProvisionedThroughputExceeded, WriteProvisionedThroughputExceeded, and not ALL; given: ${join(", ", var.shard_metrics)}."
  }
}

variable "shards" {
  description = "Number of shards, 1 to 10000; each takes 1 MB or 1000 records a second. Null: on demand, as many as the traffic needs."
  type        = number
  default     = null

  validation {
    condition     = var.shards == null ? true : var.shards >= 1 && var.shards <= 10000 && floor(var.shards) == var.shards
    error_message = "shards: a whole number from 1 to 10000, or null for on demand; given: ${coalesce(var.shards, 0)}."
  }
}

variable "tags" {
  description = "Tags of all resources."
  type        = map(string)
  default     = {}
  nullable    = false
}
