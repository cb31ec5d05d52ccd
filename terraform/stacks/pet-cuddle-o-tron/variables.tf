variable "alarms" {
  description = "Actions of the stack's alarms."
  type        = object({ actions = optional(set(string), []) })
  default     = {}
  nullable    = false
}

variable "domain" {
  description = "Domain of the page, and its certificate in us-east-1. Null: CloudFront's own."
  type        = object({ name = string, certificate = object({ arn = string }) })
  default     = null
}

variable "handlers" {
  description = "The functions' artefacts, by handler: pet_cuddle_o_tron/cancel, create, list, send_email, send_sms, status."
  type = map(object({
    filename = optional(string)
    s3 = optional(object({
      bucket  = string
      key     = string
      version = optional(string)
    }))
    hash         = string
    handler      = string
    runtime      = string
    architecture = optional(string, "arm64")
  }))
  nullable = false

  validation {
    condition = length(setsubtract(
      [for name in ["cancel", "create", "list", "send_email", "send_sms", "status"] : "pet_cuddle_o_tron/${name}"], keys(var.handlers)
    )) == 0
    error_message = "handlers: missing ${join(", ", sort(setsubtract([for name in ["cancel", "create", "list", "send_email", "send_sms", "status"] : "pet_cuddle_o_tron/${name}"], keys(var.handlers))))}; package the handlers first."
  }
}

variable "log_retention_days" {
  description = "How long the logs of the functions, the workflow and the API are kept."
  type        = number
  default     = 30
  nullable    = false
}

variable "prefix" {
  description = "Begins the name of everything the stack makes."
  type        = string
  nullable    = false

  # The page's bucket takes lower case alone, and "-site-" and the account's number behind it within 63.
  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{0,39}$", var.prefix))
    error_message = "prefix: 1 to 40 lower-case letters, digits and hyphens; given: \"${var.prefix}\" (${length(var.prefix)})."
  }
}

variable "protect" {
  description = "Keeps people's accounts, reminders and the page from being destroyed."
  type        = bool
  default     = true
  nullable    = false
}

variable "role" {
  description = "Path and permissions boundary of the stack's roles."
  type = object({
    path                 = optional(string, "/")
    permissions_boundary = optional(string)
  })
  default  = {}
  nullable = false
}

variable "sender" {
  description = "Address the reminders come from. SES sends it a mail with a link that must be opened before the first reminder."
  type        = string
  default     = "cuddles@example.com"
  nullable    = false

  validation {
    condition     = can(regex("^[^@\\s]+@[^@\\s]+$", var.sender))
    error_message = "sender: an address, such as cuddles@example.com; given: \"${var.sender}\"."
  }
}

variable "tags" {
  description = "Tags of everything the stack makes that takes tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
