variable "administrators" {
  description = "ARNs of roles and users that may change or delete the key, and neither encrypt nor decrypt with it. The account's own IAM policies count beside them."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.administrators : can(regex("^arn:[^:]+:iam::[0-9]{12}:(role|user)/[^*]+$", arn))])
    error_message = "administrators: ARNs of roles or users, without wildcards; given: ${join(", ", var.administrators)}."
  }
}

variable "description" {
  description = "What the key is for, at most 8192 characters. Null: its name."
  type        = string
  default     = null

  validation {
    condition     = length(coalesce(var.description, "-")) <= 8192
    error_message = "description: at most 8192 characters; given: ${length(coalesce(var.description, "-"))}."
  }
}

variable "name" {
  description = "Name of the key: its alias is alias/<name>."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9/_-]{1,250}$", var.name)) && !startswith(var.name, "aws/")
    error_message = "name: 1 to 250 letters, digits, slashes, hyphens and underscores, not beginning with aws/; given: ${var.name}."
  }
}

variable "protect" {
  description = "Waits 30 days, not 7, before a key that is to be deleted is gone: until then it can be brought back."
  type        = bool
  default     = true
  nullable    = false
}

variable "rotation_days" {
  description = "Days after which KMS makes new key material, 90 to 2560; what was encrypted before stays readable."
  type        = number
  default     = 365
  nullable    = false

  validation {
    condition     = var.rotation_days >= 90 && var.rotation_days <= 2560 && floor(var.rotation_days) == var.rotation_days
    error_message = "rotation_days: a whole number from 90 to 2560; given: ${var.rotation_days}."
  }
}

variable "services" {
  description = "Service principals that may use the key for this account's resources, such as events.amazonaws.com, or logs.<region>.amazonaws.com for log groups."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for service in var.services : can(regex("^[a-z0-9.-]+\\.amazonaws\\.com(\\.cn)?$", service))])
    error_message = "services: service principals such as events.amazonaws.com; given: ${join(", ", var.services)}."
  }
}

variable "tags" {
  description = "Tags of all resources."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "users" {
  description = <<-EOT
    Who else may encrypt and decrypt, by label: the `arn` of one role or user, an `account`, or an `organisation` (o-…), whose own IAM policies
    must allow it too. `via` holds it to services (sqs, s3 …), through which alone the key is used then. `lends` lets it hand the key to
    AWS resources, as a service that attaches disks must.
  EOT
  type = map(object({
    arn          = optional(string)
    account      = optional(string)
    organisation = optional(string)
    via          = optional(set(string), [])
    lends        = optional(bool, false)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for user in values(var.users) : length([for who in [user.arn, user.account, user.organisation] : who if who != null]) == 1])
    error_message = "users: each is exactly one of arn, account, organisation; given: ${jsonencode(var.users)}."
  }

  validation {
    condition     = alltrue([for user in values(var.users) : can(regex("^arn:[^:]+:iam::[0-9]{12}:(role|user)/[^*]+$", user.arn)) if user.arn != null])
    error_message = "users: an arn is a role's or a user's, without wildcards; given: ${join(", ", compact([for user in values(var.users) : user.arn]))}."
  }

  validation {
    condition     = alltrue([for user in values(var.users) : can(regex("^[0-9]{12}$", coalesce(user.account, "123456789012")))])
    error_message = "users: an account is its 12 digits; given: ${join(", ", compact([for user in values(var.users) : user.account]))}."
  }

  validation {
    condition     = alltrue([for user in values(var.users) : can(regex("^o-[a-z0-9]{10,32}$", coalesce(user.organisation, "o-a1b2c3d4e5")))])
    error_message = "users: an organisation is o- and 10 to 32 letters and digits; given: ${join(", ", compact([for user in values(var.users) : user.organisation]))}."
  }

  validation {
    condition     = alltrue(flatten([for user in values(var.users) : [for service in user.via : can(regex("^[a-z0-9-]+$", service))]]))
    error_message = "users: via names services as sqs or dynamodb, without region and domain; given: ${join(", ", flatten([for user in values(var.users) : tolist(user.via)]))}."
  }
}
