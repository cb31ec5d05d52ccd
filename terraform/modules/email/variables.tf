variable "alarms" {
  description = "Where alarms report, and what differs from their defaults, by label (`bounces`, `complaints`)."
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
    condition     = length(setsubtract(keys(var.alarms.overrides), ["bounces", "complaints"])) == 0
    error_message = "alarms.overrides: the labels are bounces and complaints, not ${join(", ", setsubtract(keys(var.alarms.overrides), ["bounces", "complaints"]))}"
  }
}

variable "events" {
  description = "What SES tells the feedback topic of."
  type        = set(string)
  default     = ["BOUNCE", "COMPLAINT"]
  nullable    = false

  validation {
    condition = contains(tolist(var.events), "BOUNCE") && contains(tolist(var.events), "COMPLAINT") && length(setsubtract(var.events, [
      "BOUNCE", "COMPLAINT", "DELIVERY", "DELIVERY_DELAY", "REJECT", "RENDERING_FAILURE", "SEND", "SUBSCRIPTION",
    ])) == 0
    error_message = "events: BOUNCE and COMPLAINT, and any of DELIVERY, DELIVERY_DELAY, REJECT, RENDERING_FAILURE, SEND, SUBSCRIPTION; not ${jsonencode(var.events)}"
  }
}

variable "identity" {
  description = "What SES verifies: an address (`cuddles@example.com`) or a whole domain (`example.com`)."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^([A-Za-z0-9._%+-]{1,64}@)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$", var.identity))
    error_message = "identity: an address or a domain, such as cuddles@example.com or example.com, not ${var.identity}"
  }
}

variable "key" {
  description = "KMS key of the feedback topic; its policy must let ses.amazonaws.com use it. Null: none, for SES can't publish under SNS's own."
  type        = object({ arn = string })
  default     = null
}

variable "name" {
  description = "Name of the configuration set; the feedback topic and the alarms are named after it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "name: 1 to 64 letters, digits, hyphens and underscores, not ${var.name}"
  }
}

variable "sender" {
  description = "Address mails come from. Null: the identity itself, or no-reply@ its domain."
  type        = string
  default     = null

  validation {
    condition     = var.sender == null ? true : var.sender == var.identity || endswith(coalesce(var.sender, "-"), "@${var.identity}")
    error_message = "sender: ${var.identity} or an address in it, not ${coalesce(var.sender, "null")}"
  }
}

variable "tags" {
  description = "Tags of everything that takes tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
