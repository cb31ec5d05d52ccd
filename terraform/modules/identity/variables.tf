variable "alarms" {
  description = "Actions of the module's alarms, what their names begin with (`prefix`, null: name), and settings that differ, by label: failed_sign_ins_<client> and throttled_<client> for each client that people sign in with."
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
    condition = length(setsubtract(keys(var.alarms.overrides), flatten([
      for label, client in var.clients : ["failed_sign_ins_${label}", "throttled_${label}"] if !contains(try(client.oauth.flows, []), "client_credentials")
    ]))) == 0
    error_message = "alarms.overrides: labels are failed_sign_ins_<client> and throttled_<client>, of clients that people sign in with: ${join(", ", [for label, client in var.clients : label if !contains(try(client.oauth.flows, []), "client_credentials")])}; not ${join(", ", keys(var.alarms.overrides))}"
  }
}

variable "email" {
  description = "Verified SES identity that Cognito's mails are sent with: module `email`'s output `identity`. Null: Cognito's own sender, 50 mails a day."
  type        = object({ arn = string, address = string, configuration_set = optional(string) })
  default     = null

  validation {
    condition     = var.email == null ? true : can(regex("^arn:[^:]+:ses:[^:]+:[0-9]{12}:identity/.+$", var.email.arn))
    error_message = "email.arn: the ARN of an SES identity, not ${try(var.email.arn, "null")}"
  }

  validation {
    condition     = var.email == null ? true : can(regex("^([^<>]+<)?[^@<>\\s]+@[^@<>\\s]+>?$", var.email.address))
    error_message = "email.address: an address, or a name and an address (`Shop <orders@example.com>`), not ${try(var.email.address, "null")}"
  }
}

variable "groups" {
  description = "Groups by name; the lowest precedence wins where one must. `role` is what a group's people get from an identity pool, when it is not one of this module's."
  type = map(object({
    description = optional(string)
    precedence  = optional(number)
    role        = optional(object({ arn = string }))
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.groups) : can(regex("^[^\\s]{1,128}$", name))])
    error_message = "groups: names are 1 to 128 characters without spaces, not ${join(", ", keys(var.groups))}"
  }

  validation {
    condition     = alltrue([for group in values(var.groups) : coalesce(group.precedence, 0) >= 0 && coalesce(group.precedence, 0) <= 2147483647 && floor(coalesce(group.precedence, 0)) == coalesce(group.precedence, 0)])
    error_message = "groups: precedence is a whole number, 0 to 2147483647, not ${jsonencode({ for name, group in var.groups : name => group.precedence })}"
  }

  validation {
    condition     = alltrue([for group in values(var.groups) : group.role == null || group.precedence != null]) && length(distinct([for group in values(var.groups) : group.precedence if group.role != null])) == length([for group in values(var.groups) : group if group.role != null])
    error_message = "groups: with a role a group has a precedence of its own, by which one is chosen for who is in two; not ${jsonencode({ for name, group in var.groups : name => group.precedence if group.role != null })}"
  }
}

variable "key" {
  description = "KMS key with which Cognito encrypts the codes it hands to `custom_email_sender` and `custom_sms_sender`. Null: there are none."
  type        = object({ arn = string })
  default     = null

  validation {
    condition     = (var.key != null) == (length(setintersection(keys(var.triggers), ["custom_email_sender", "custom_sms_sender"])) > 0)
    error_message = "key: the triggers custom_email_sender and custom_sms_sender need one, and nothing else does; given: ${join(", ", keys(var.triggers))}"
  }
}

variable "mfa" {
  description = "Second factor: `OFF`, `OPTIONAL` or `ON` (everyone)."
  type        = string
  default     = "OPTIONAL"
  nullable    = false

  validation {
    condition     = contains(["OFF", "ON", "OPTIONAL"], var.mfa)
    error_message = "mfa: OFF, OPTIONAL or ON, not ${var.mfa}"
  }
}

variable "mfa_methods" {
  description = "What is offered as second factor: `totp` (an authenticator app), `sms`, `email` (needs `email`). `sms` comes along with a telephone number to verify: Cognito offers it in every pool that sends text messages."
  type        = set(string)
  default     = ["totp"]
  nullable    = false

  validation {
    condition     = length(setsubtract(var.mfa_methods, ["email", "sms", "totp"])) == 0 && (var.mfa == "OFF" || length(var.mfa_methods) > 0)
    error_message = "mfa_methods: email, sms and totp, one at least unless mfa is OFF; not ${jsonencode(var.mfa_methods)}"
  }

  validation {
    condition     = !contains(var.mfa_methods, "email") || var.email != null
    error_message = "mfa_methods: codes by mail need `email`; Cognito's own sender takes none"
  }

  # Who signs in with a code to one place can't be let back in by a code to the same place.
  validation {
    condition = var.mfa == "OFF" || alltrue([
      for method in setintersection(var.mfa_methods, ["email", "sms"]) :
      join(",", coalesce(var.password.recovery, [for name in var.sign_up.verify : "verified_${name}"])) != (method == "sms" ? "verified_phone_number" : "verified_email")
    ])
    error_message = "mfa_methods: a second factor can't be the only way back as well; factors ${join(", ", var.mfa_methods)}, way back ${join(", ", coalesce(var.password.recovery, [for name in var.sign_up.verify : "verified_${name}"]))} (`password.recovery`)"
  }
}

variable "name" {
  description = "Name of the user pool."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,60}$", var.name))
    error_message = "name: 1 to 60 letters, digits, hyphens and underscores, not ${var.name}"
  }
}

variable "password" {
  description = "What a password must have; `history_size` recent ones are refused. `recovery` says how one gets back in, the first way first: `verified_email`, `verified_phone_number`, or `admin_only` alone (null: by what sign-up verifies, mail first)."
  type = object({
    minimum_length = optional(number, 12)
    lowercase      = optional(bool, true)
    numbers        = optional(bool, true)
    symbols        = optional(bool, true)
    uppercase      = optional(bool, true)
    history_size   = optional(number, 0)
    temporary_days = optional(number, 3)
    recovery       = optional(list(string))
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.password.minimum_length >= 6 && var.password.minimum_length <= 99
    error_message = "password.minimum_length: 6 to 99, not ${var.password.minimum_length}"
  }

  validation {
    condition     = var.password.history_size >= 0 && var.password.history_size <= 24
    error_message = "password.history_size: 0 to 24, not ${var.password.history_size}"
  }

  validation {
    condition     = var.password.temporary_days >= 1 && var.password.temporary_days <= 365
    error_message = "password.temporary_days: 1 to 365, not ${var.password.temporary_days}"
  }

  validation {
    condition = var.password.recovery == null ? true : length(var.password.recovery) >= 1 && length(var.password.recovery) <= 2 && length(distinct(var.password.recovery)) == length(var.password.recovery) && (
      length(setsubtract(var.password.recovery, ["verified_email", "verified_phone_number"])) == 0 || join(",", var.password.recovery) == "admin_only"
    )
    error_message = "password.recovery: verified_email, verified_phone_number, both in order, or admin_only alone; not ${jsonencode(var.password.recovery)}"
  }
}

variable "protect" {
  description = "Deletion protection: the pool holds people's accounts, which can't be brought back."
  type        = bool
  default     = true
  nullable    = false
}

variable "role" {
  description = "Path and permissions boundary of the roles: for text messages, and of the identity pool."
  type        = object({ path = optional(string, "/"), permissions_boundary = optional(string) })
  default     = {}
  nullable    = false

  validation {
    condition     = can(regex("^/([!-~]+/)?$", var.role.path))
    error_message = "role.path: begins and ends with a slash, not ${var.role.path}"
  }
}

variable "sign_in" {
  description = "What people sign in with: `email`, `phone_number` or both. Fixed once the pool exists."
  type        = set(string)
  default     = ["email"]
  nullable    = false

  validation {
    condition     = length(var.sign_in) > 0 && length(setsubtract(var.sign_in, ["email", "phone_number"])) == 0
    error_message = "sign_in: email, phone_number or both, not ${jsonencode(var.sign_in)}"
  }
}

variable "sign_up" {
  description = "Who may sign up (`open`: people themselves, else only an administrator adds them), what must be confirmed by a code before it counts (`verify`; a phone number brings a role that lets Cognito send text messages), and the attributes the pool requires or adds, by name; `minimum` and `maximum` are lengths of strings and values of numbers. Attributes are fixed once the pool exists."
  type = object({
    open   = optional(bool, true)
    verify = optional(set(string), ["email"])
    attributes = optional(map(object({
      type     = optional(string, "String")
      required = optional(bool, false)
      mutable  = optional(bool, true)
      minimum  = optional(number)
      maximum  = optional(number)
    })), { email = { required = true } })
  })
  default  = {}
  nullable = false

  validation {
    condition     = length(setsubtract(var.sign_up.verify, ["email", "phone_number"])) == 0
    error_message = "sign_up.verify: email, phone_number or both, not ${jsonencode(var.sign_up.verify)}"
  }

  validation {
    condition     = alltrue([for attribute in var.sign_up.attributes : contains(["Boolean", "DateTime", "Number", "String"], attribute.type)])
    error_message = "sign_up.attributes: type is Boolean, DateTime, Number or String, not ${join(", ", [for name, attribute in var.sign_up.attributes : "${attribute.type} (${name})" if !contains(["Boolean", "DateTime", "Number", "String"], attribute.type)])}"
  }

  validation {
    condition     = alltrue([for name in keys(var.sign_up.attributes) : can(regex("^[A-Za-z0-9_-]{1,20}$", name))])
    error_message = "sign_up.attributes: names are 1 to 20 letters, digits, hyphens and underscores, not ${join(", ", [for name in keys(var.sign_up.attributes) : name if !can(regex("^[A-Za-z0-9_-]{1,20}$", name))])}"
  }

  validation {
    condition     = length(var.sign_up.attributes) <= 50
    error_message = "sign_up.attributes: at most 50, not ${length(var.sign_up.attributes)}"
  }

  validation {
    condition = alltrue([for name, attribute in var.sign_up.attributes : !attribute.required || contains([
      "address", "birthdate", "email", "family_name", "gender", "given_name", "locale", "middle_name", "name", "nickname", "phone_number",
      "picture", "preferred_username", "profile", "updated_at", "website", "zoneinfo",
    ], name)])
    error_message = "sign_up.attributes: Cognito requires its own alone (email, name, phone_number, …), no custom ones; not ${join(", ", [for name, attribute in var.sign_up.attributes : name if attribute.required])}"
  }

  validation {
    condition = alltrue([
      for attribute in values(var.sign_up.attributes) : coalesce(attribute.minimum, 0) <= coalesce(attribute.maximum, attribute.type == "String" ? 2048 : 2147483647) && (
        attribute.type != "String" || (coalesce(attribute.minimum, 0) >= 0 && coalesce(attribute.maximum, 2048) <= 2048)
      )
    ])
    error_message = "sign_up.attributes: minimum is not above maximum, and a string has 0 to 2048 characters; not ${jsonencode({ for name, attribute in var.sign_up.attributes : name => [attribute.minimum, attribute.maximum] })}"
  }
}

variable "tags" {
  description = "Tags of everything that takes tags."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "threat_protection" {
  description = "Cognito's protection against taken-over accounts: `OFF`, `AUDIT` (watch) or `ENFORCED` (block). The last two need the dearer Plus tier."
  type        = string
  default     = "OFF"
  nullable    = false

  validation {
    condition     = contains(["AUDIT", "ENFORCED", "OFF"], var.threat_protection)
    error_message = "threat_protection: OFF, AUDIT or ENFORCED, not ${var.threat_protection}"
  }
}

variable "triggers" {
  description = "Functions Cognito calls on the way, by moment (`pre_sign_up`, `post_confirmation`, `pre_token_generation`, …). `pre_token_generation` changes both tokens (Cognito's V2_0), `_v1` the id token alone, `_v3` a machine's too. `custom_email_sender` and `custom_sms_sender` send in Cognito's place, and need `key`."
  type        = map(object({ name = string, alias = string, alias_arn = string }))
  default     = {}
  nullable    = false

  validation {
    condition = length(setsubtract(keys(var.triggers), [
      "create_auth_challenge", "custom_email_sender", "custom_message", "custom_sms_sender", "define_auth_challenge", "post_authentication",
      "post_confirmation", "pre_authentication", "pre_sign_up", "pre_token_generation", "pre_token_generation_v1", "pre_token_generation_v3",
      "user_migration", "verify_auth_challenge_response",
    ])) == 0
    error_message = "triggers: create_auth_challenge, custom_email_sender, custom_message, custom_sms_sender, define_auth_challenge, post_authentication, post_confirmation, pre_authentication, pre_sign_up, pre_token_generation (or _v1, _v3), user_migration or verify_auth_challenge_response, not ${join(", ", keys(var.triggers))}"
  }

  validation {
    condition     = length(setintersection(keys(var.triggers), ["pre_token_generation", "pre_token_generation_v1", "pre_token_generation_v3"])) <= 1
    error_message = "triggers: one of pre_token_generation, pre_token_generation_v1 and pre_token_generation_v3, not ${join(", ", [for name in keys(var.triggers) : name if startswith(name, "pre_token")])}"
  }
}
