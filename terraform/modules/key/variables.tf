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
