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
}

variable "lifecycle_rules" {
  description = <<-EOT
    What happens to objects below a `prefix`, by label: deleted after `expire_days`, old versions after `expire_old_versions_days`, moved to
    a storage class after days (`move_days = { GLACIER_IR = 90 }`). Uploads that were never ended are removed after 7 days, also with no rule.
    Null: no lifecycle at all, which saves the minute the provider waits for one.
  EOT
  type = map(object({
    prefix                   = optional(string, "")
    expire_days              = optional(number)
    expire_old_versions_days = optional(number)
    move_days                = optional(map(number), {})
  }))
  default = {}

  validation {
    condition = alltrue([
      for rule in values(coalesce(var.lifecycle_rules, {})) : rule.expire_days != null || rule.expire_old_versions_days != null || length(rule.move_days) > 0
    ])
    error_message = "lifecycle_rules: a rule does something: expire_days, expire_old_versions_days or move_days; not so: ${join(", ", [for label, rule in coalesce(var.lifecycle_rules, {}) : label if rule.expire_days == null && rule.expire_old_versions_days == null && length(rule.move_days) == 0])}."
  }

  validation {
    condition = alltrue(flatten([
      for rule in values(coalesce(var.lifecycle_rules, {})) : [
        for days in concat(values(rule.move_days), [coalesce(rule.expire_days, 1), coalesce(rule.expire_old_versions_days, 1)]) : days >= 1 && floor(days) == days
      ]
    ]))
    error_message = "lifecycle_rules: days are whole numbers from 1; given: ${jsonencode(var.lifecycle_rules)}."
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
    condition = length(setsubtract(
      flatten([for rule in values(coalesce(var.lifecycle_rules, {})) : keys(rule.move_days)]),
      ["DEEP_ARCHIVE", "GLACIER", "GLACIER_IR", "INTELLIGENT_TIERING", "ONEZONE_IA", "STANDARD_IA"],
    )) == 0
    error_message = "lifecycle_rules: storage classes are DEEP_ARCHIVE, GLACIER, GLACIER_IR, INTELLIGENT_TIERING, ONEZONE_IA, STANDARD_IA; given: ${join(", ", flatten([for rule in values(coalesce(var.lifecycle_rules, {})) : keys(rule.move_days)]))}."
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

variable "protect" {
  description = "Refuses to delete the bucket while it holds anything."
  type        = bool
  default     = true
  nullable    = false
}

variable "senders" {
  description = "Services that may write, by label, each from one source (`sender` outputs of other modules), below a `prefix`."
  type = map(object({
    service    = string
    source_arn = string
    prefix     = optional(string, "")
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for sender in values(var.senders) : can(regex("^[a-z0-9.-]+\\.amazonaws\\.com(\\.cn)?$", sender.service))])
    error_message = "senders: service is a service principal such as delivery.logs.amazonaws.com; given: ${join(", ", [for sender in values(var.senders) : sender.service])}."
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

variable "versioning" {
  description = "Keeps what is overwritten or deleted as an old version."
  type        = bool
  default     = true
  nullable    = false
}
