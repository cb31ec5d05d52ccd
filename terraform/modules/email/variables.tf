variable "alarms" {
  description = "Actions of the module's alarms, what their names begin with (`prefix`, null: name), and settings that differ, by label (`bounces`, `complaints`)."
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
    condition     = length(setsubtract(keys(var.alarms.overrides), ["bounces", "complaints"])) == 0
    error_message = "alarms.overrides: the labels are bounces and complaints, not ${join(", ", setsubtract(keys(var.alarms.overrides), ["bounces", "complaints"]))}"
  }

  validation {
    condition     = alltrue([for override in values(var.alarms.overrides) : coalesce(override.threshold, 0.01) > 0 && coalesce(override.threshold, 0.01) <= 1])
    error_message = "alarms.overrides: a threshold is a share of all mails, above 0 up to 1 (0.04 is 4 %), not ${join(", ", [for label, override in var.alarms.overrides : "${coalesce(override.threshold, 0)} (${label})"])}"
  }
}

variable "destinations" {
  description = "Where else SES tells of events, by label, beside the feedback topic: `bus`, the account's default event bus, or a `delivery_stream`, to which the module makes a role; `events` are those of `events` below."
  type = map(object({
    bus             = optional(object({ arn = string }))
    delivery_stream = optional(object({ arn = string }))
    events          = optional(set(string), ["BOUNCE", "COMPLAINT", "DELIVERY", "REJECT", "SEND"])
  }))
  default  = {}
  nullable = false

  validation {
    condition     = length(var.destinations) <= 9
    error_message = "destinations: SES takes 10 for a configuration set, the feedback topic among them; given: ${length(var.destinations)} and the topic"
  }

  validation {
    condition     = alltrue([for label in keys(var.destinations) : can(regex("^[A-Za-z0-9_-]{1,64}$", label)) && label != "feedback"])
    error_message = "destinations: labels are 1 to 64 letters, digits, hyphens and underscores, and not feedback, which is the topic's; given: ${join(", ", keys(var.destinations))}"
  }

  validation {
    condition     = length(var.name) <= 52 || alltrue([for destination in values(var.destinations) : destination.delivery_stream == null])
    error_message = "destinations: with a delivery stream `name` has at most 52 characters (a role's 64, of which the module adds 12), not ${length(var.name)}"
  }

  validation {
    condition     = alltrue([for destination in values(var.destinations) : (destination.bus == null) != (destination.delivery_stream == null)])
    error_message = "destinations: each is exactly one of bus, delivery_stream; not so: ${join(", ", [for label, destination in var.destinations : label if(destination.bus == null) == (destination.delivery_stream == null)])}"
  }

  validation {
    condition     = alltrue([for destination in values(var.destinations) : destination.bus == null ? true : endswith(destination.bus.arn, ":event-bus/default")])
    error_message = "destinations: SES sends to the account's default bus alone (a rule there passes events on), not ${join(", ", [for destination in values(var.destinations) : destination.bus.arn if destination.bus != null])}"
  }

  validation {
    condition = alltrue([for destination in values(var.destinations) : length(destination.events) > 0 && length(setsubtract(destination.events, [
      "BOUNCE", "CLICK", "COMPLAINT", "DELIVERY", "DELIVERY_DELAY", "OPEN", "REJECT", "RENDERING_FAILURE", "SEND", "SUBSCRIPTION",
    ])) == 0])
    error_message = "destinations: events are BOUNCE, CLICK, COMPLAINT, DELIVERY, DELIVERY_DELAY, OPEN, REJECT, RENDERING_FAILURE, SEND, SUBSCRIPTION; not ${jsonencode({ for label, destination in var.destinations : label => destination.events })}"
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

variable "mail_from" {
  description = "Subdomain of the identity that bounces go to (the envelope's sender), so that SPF speaks for the identity's own domain: `bounce` for bounce.example.com. While its records are missing SES uses its own (`USE_DEFAULT_VALUE`) or sends nothing (`REJECT_MESSAGE`). Null: amazonses.com."
  type        = object({ subdomain = string, when_missing = optional(string, "USE_DEFAULT_VALUE") })
  default     = null

  validation {
    condition     = var.mail_from == null ? true : can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.mail_from.subdomain))
    error_message = "mail_from.subdomain: one label of a domain name, such as bounce, not ${try(var.mail_from.subdomain, "null")}"
  }

  validation {
    condition     = var.mail_from == null ? true : contains(["REJECT_MESSAGE", "USE_DEFAULT_VALUE"], var.mail_from.when_missing)
    error_message = "mail_from.when_missing: REJECT_MESSAGE or USE_DEFAULT_VALUE, not ${try(var.mail_from.when_missing, "null")}"
  }

  validation {
    condition     = var.mail_from == null || !strcontains(var.identity, "@")
    error_message = "mail_from: needs a whole domain as `identity`, not the address ${var.identity}"
  }
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

variable "role" {
  description = "Path and permissions boundary of the role that writes to delivery streams."
  type        = object({ path = optional(string, "/"), permissions_boundary = optional(string) })
  default     = {}
  nullable    = false
}

variable "sender" {
  description = "Address mails come from. Null: the identity itself, or no-reply@ its domain."
  type        = string
  default     = null

  validation {
    condition = var.sender == null ? true : strcontains(var.identity, "@") ? var.sender == var.identity : (
      can(regex("^[^@\\s]+@[^@\\s]+$", var.sender)) && endswith(replace(coalesce(var.sender, "-"), "@", "."), ".${var.identity}")
    )
    error_message = "sender: ${strcontains(var.identity, "@") ? var.identity : "an address in ${var.identity} or below it"}, not ${coalesce(var.sender, "null")}"
  }
}

variable "senders" {
  description = "Other accounts that may send as this identity, by label, and from which of its addresses (the `sender` alone unless named; `*` within one matches)."
  type        = map(object({ account = string, addresses = optional(set(string)) }))
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for sender in values(var.senders) : can(regex("^[0-9]{12}$", sender.account))])
    error_message = "senders: an account is its 12 digits, not ${join(", ", [for sender in values(var.senders) : sender.account])}"
  }

  validation {
    condition     = alltrue([for label in keys(var.senders) : can(regex("^[A-Za-z0-9_-]{1,64}$", label))]) && length(var.senders) <= 20
    error_message = "senders: at most 20, by labels of 1 to 64 letters, digits, hyphens and underscores; given: ${length(var.senders)}, ${join(", ", keys(var.senders))}"
  }

  validation {
    condition = alltrue(flatten([
      for sender in values(var.senders) : [
        for address in coalesce(sender.addresses, []) : strcontains(var.identity, "@") ? address == var.identity : (
          can(regex("^[^@\\s]+@[^@\\s]+$", address)) && endswith(replace(address, "@", "."), ".${var.identity}")
        )
      ]
    ]))
    error_message = "senders: addresses are ${strcontains(var.identity, "@") ? var.identity : "in ${var.identity} or below it"}, not ${join(", ", flatten([for sender in values(var.senders) : coalesce(sender.addresses, [])]))}"
  }
}

variable "suppression" {
  description = "Why an address is not written to again: it bounced (`BOUNCE`), its owner complained (`COMPLAINT`). The list is the account's."
  type        = set(string)
  default     = ["BOUNCE", "COMPLAINT"]
  nullable    = false

  validation {
    condition     = length(setsubtract(var.suppression, ["BOUNCE", "COMPLAINT"])) == 0
    error_message = "suppression: BOUNCE, COMPLAINT or both, not ${jsonencode(var.suppression)}"
  }
}

variable "tags" {
  description = "Tags of everything that takes tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
