variable "access_logs" {
  description = <<-EOT
    The bucket that gets a line for every request to this one, and below which `prefix` (null: this bucket's name). It is another bucket,
    without a key, with this one's logging.s3.amazonaws.com among its `senders`. Null: no access logs.
  EOT
  type = object({
    bucket = object({ name = string })
    prefix = optional(string)
  })
  default = null

  validation {
    condition     = try(var.access_logs.bucket.name != var.name, true)
    error_message = "access_logs: goes to another bucket, or every line would make another; given: ${try(var.access_logs.bucket.name, "null")}."
  }
}

variable "cors" {
  description = "Origins (scheme and host, never *) whose pages may use the bucket directly, with which methods and headers. Null: none."
  type = object({
    origins         = set(string)
    methods         = optional(set(string), ["GET", "HEAD"])
    headers         = optional(set(string), [])
    expose          = optional(set(string), ["ETag"])
    max_age_seconds = optional(number, 300)
  })
  default = null

  validation {
    condition     = alltrue([for origin in try(var.cors.origins, []) : can(regex("^https?://[^*/]+$", origin))])
    error_message = "cors.origins: scheme and host such as https://app.example.com; given: ${join(", ", try(var.cors.origins, []))}."
  }

  validation {
    condition     = length(setsubtract(try(var.cors.methods, []), ["DELETE", "GET", "HEAD", "POST", "PUT"])) == 0
    error_message = "cors.methods: DELETE, GET, HEAD, POST, PUT; given: ${join(", ", try(var.cors.methods, []))}."
  }

  validation {
    condition     = try(var.cors.max_age_seconds, 0) >= 0
    error_message = "cors.max_age_seconds: 0 or more; given: ${try(var.cors.max_age_seconds, "null")}."
  }
}

variable "events" {
  description = "Tells the account's default bus of every object that is made, changed or deleted."
  type        = bool
  default     = false
  nullable    = false
}

variable "key" {
  description = "KMS key for the objects; its policy must let the `senders` use it. Null: S3's own encryption."
  type        = object({ arn = string })
  default     = null

  validation {
    condition     = var.key == null ? true : can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/", var.key.arn))
    error_message = "key.arn: the ARN of a KMS key, not of an alias, which no IAM policy can name; given: ${try(var.key.arn, "null")}."
  }
}

variable "lifecycle_rules" {
  description = <<-EOT
    What happens to objects below a `prefix` (and with `tags`), by label: deleted after `expire_days`, moved to a storage class after days
    (`move_days = { GLACIER_IR = 90 }`), and the same for old versions, of which the newest `keep_old_versions` stay. With `versioning` a
    deleted object is an old version, and stays until `expire_old_versions_days`. Uploads that were never
    ended are removed after 7 days, and marks of deletions that hide nothing any more, also with no rule. Null: no lifecycle at all, which
    saves the minute the provider waits for one.
  EOT
  type = map(object({
    prefix                   = optional(string, "")
    tags                     = optional(map(string), {})
    expire_days              = optional(number)
    expire_old_versions_days = optional(number)
    keep_old_versions        = optional(number)
    move_days                = optional(map(number), {})
    move_old_versions_days   = optional(map(number), {})
  }))
  default = {}

  validation {
    condition = alltrue([
      for rule in values(coalesce(var.lifecycle_rules, {})) :
      rule.expire_days != null || rule.expire_old_versions_days != null || length(rule.move_days) + length(rule.move_old_versions_days) > 0
    ])
    error_message = "lifecycle_rules: a rule does something: expire_days, expire_old_versions_days, move_days or move_old_versions_days; not so: ${join(", ", [for label, rule in coalesce(var.lifecycle_rules, {}) : label if rule.expire_days == null && rule.expire_old_versions_days == null && length(rule.move_days) + length(rule.move_old_versions_days) == 0])}."
  }

  validation {
    condition = alltrue(flatten([
      for rule in values(coalesce(var.lifecycle_rules, {})) : [
        for days in concat(
          [for days in values(rule.move_days) : days + 1], values(rule.move_old_versions_days),
          [coalesce(rule.expire_days, 1), coalesce(rule.expire_old_versions_days, 1)]
        ) : days >= 1 && floor(days) == days
      ]
    ]))
    error_message = "lifecycle_rules: days are whole numbers from 1, of move_days from 0; given: ${jsonencode(var.lifecycle_rules)}."
  }

  validation {
    condition = alltrue(flatten([
      for rule in values(coalesce(var.lifecycle_rules, {})) : [
        for class, days in rule.move_days : days >= 30 if contains(["ONEZONE_IA", "STANDARD_IA"], class)
      ]
    ]))
    error_message = "lifecycle_rules: S3 moves objects to ONEZONE_IA and STANDARD_IA after 30 days at the earliest; given: ${jsonencode(var.lifecycle_rules)}."
  }

  validation {
    condition = alltrue(flatten([
      for rule in values(coalesce(var.lifecycle_rules, {})) : [for days in values(rule.move_days) : days < rule.expire_days if rule.expire_days != null]
    ]))
    error_message = "lifecycle_rules: an object is moved before it is deleted; given: ${jsonencode(var.lifecycle_rules)}."
  }

  validation {
    condition = length(setsubtract(
      flatten([for rule in values(coalesce(var.lifecycle_rules, {})) : concat(keys(rule.move_days), keys(rule.move_old_versions_days))]),
      ["DEEP_ARCHIVE", "GLACIER", "GLACIER_IR", "INTELLIGENT_TIERING", "ONEZONE_IA", "STANDARD_IA"],
    )) == 0
    error_message = "lifecycle_rules: storage classes are DEEP_ARCHIVE, GLACIER, GLACIER_IR, INTELLIGENT_TIERING, ONEZONE_IA, STANDARD_IA; given: ${join(", ", flatten([for rule in values(coalesce(var.lifecycle_rules, {})) : concat(keys(rule.move_days), keys(rule.move_old_versions_days))]))}."
  }

  validation {
    condition = alltrue([
      for rule in values(coalesce(var.lifecycle_rules, {})) :
      rule.keep_old_versions == null ? true : rule.expire_old_versions_days != null && rule.keep_old_versions >= 1 && rule.keep_old_versions <= 100
    ])
    error_message = "lifecycle_rules: keep_old_versions is 1 to 100, beside expire_old_versions_days; given: ${jsonencode(var.lifecycle_rules)}."
  }

  validation {
    condition     = length(coalesce(var.lifecycle_rules, {})) <= 998 && length(setintersection(keys(coalesce(var.lifecycle_rules, {})), ["abandoned-uploads", "orphaned-delete-markers"])) == 0
    error_message = "lifecycle_rules: at most 998 (S3 takes 1000, two are the module's: abandoned-uploads, orphaned-delete-markers); given: ${length(coalesce(var.lifecycle_rules, {}))}."
  }
}

variable "name" {
  description = "Name of the bucket, unique in all of AWS."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.name))
    error_message = "name: 3 to 63 lower-case letters, digits and hyphens, beginning and ending with a letter or digit (dots break TLS); given: ${var.name}."
  }
}

variable "object_lock" {
  description = <<-EOT
    Keeps every version from being deleted or overwritten for `days` or `years` after it was written: GOVERNANCE lets those past who may
    s3:BypassGovernanceRetention, COMPLIANCE nobody. It can't be taken off again. Null: no lock.
  EOT
  type = object({
    mode  = optional(string, "GOVERNANCE")
    days  = optional(number)
    years = optional(number)
  })
  default = null

  validation {
    condition     = contains(["COMPLIANCE", "GOVERNANCE"], try(var.object_lock.mode, "GOVERNANCE"))
    error_message = "object_lock.mode: COMPLIANCE or GOVERNANCE; given: ${try(var.object_lock.mode, "null")}."
  }

  validation {
    condition = var.object_lock == null ? true : (
      (var.object_lock.days == null) != (var.object_lock.years == null) &&
      coalesce(var.object_lock.days, 1) >= 1 && coalesce(var.object_lock.days, 1) <= 36500 &&
      coalesce(var.object_lock.years, 1) >= 1 && coalesce(var.object_lock.years, 1) <= 100
    )
    error_message = "object_lock: days, 1 to 36500, or years, 1 to 100; given: ${jsonencode(var.object_lock)}."
  }

  validation {
    condition     = var.object_lock == null || var.versioning
    error_message = "object_lock: locks versions, so it needs versioning; given: versioning = ${var.versioning}."
  }
}

variable "prefixes" {
  description = "Prefixes that have grants of their own (output `prefix_grants`), by label: { uploads = \"uploads/\" }."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for prefix in values(var.prefixes) : can(regex("^[^/*?$][^*?$]*$", prefix)) && length(prefix) <= 1024])
    error_message = "prefixes: 1 to 1024 characters, not beginning with a slash, without *, ? and $, which mean something else in policies; given: ${join(", ", values(var.prefixes))}."
  }
}

variable "protect" {
  description = "Refuses to delete the bucket while it holds anything."
  type        = bool
  default     = true
  nullable    = false
}

variable "senders" {
  description = <<-EOT
    Services that may write, by label, each from one source (`sender` outputs of other modules), below a `prefix`. `account` says whose the
    source is where its ARN doesn't, as another account's bucket's.
  EOT
  type = map(object({
    service    = string
    source_arn = string
    account    = optional(string)
    prefix     = optional(string, "")
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for sender in values(var.senders) : can(regex("^[a-z0-9.-]+\\.amazonaws\\.com(\\.cn)?$", sender.service))])
    error_message = "senders: service is a service principal such as delivery.logs.amazonaws.com; given: ${join(", ", [for sender in values(var.senders) : sender.service])}."
  }

  validation {
    condition     = alltrue([for sender in values(var.senders) : can(regex("^arn:[^:*]+:[^:*]+:[^:*]*:([0-9]{12}:.+|:.*[^*].*)$", sender.source_arn))])
    error_message = "senders: source_arn names its service, region, account (or resource, which alone may hold wildcards); given: ${join(", ", [for sender in values(var.senders) : sender.source_arn])}."
  }

  validation {
    condition     = alltrue([for sender in values(var.senders) : can(regex("^[0-9]{12}$", coalesce(sender.account, "123456789012")))])
    error_message = "senders: an account is its 12 digits; given: ${join(", ", compact([for sender in values(var.senders) : sender.account]))}."
  }

  validation {
    condition     = var.object_lock == null || !contains([for sender in values(var.senders) : sender.service], "logging.s3.amazonaws.com")
    error_message = "senders: S3 writes no access logs into a bucket with a lock; leave out `object_lock`, or give these logs a bucket of their own: ${join(", ", [for label, sender in var.senders : label if sender.service == "logging.s3.amazonaws.com"])}."
  }

  validation {
    condition = var.key == null || length(setintersection(
      [for sender in values(var.senders) : sender.service], ["logdelivery.elasticloadbalancing.amazonaws.com", "logging.s3.amazonaws.com"]
    )) == 0
    error_message = "senders: S3's access logs and load balancers' can't be written under a customer key; leave out `key`, or give these logs a bucket of their own: ${join(", ", [for label, sender in var.senders : label if contains(["logdelivery.elasticloadbalancing.amazonaws.com", "logging.s3.amazonaws.com"], sender.service)])}."
  }
}

variable "tags" {
  description = "Tags of all resources."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "versioning" {
  description = "Keeps what is overwritten or deleted as an old version."
  type        = bool
  default     = true
  nullable    = false
}
