variable "alarms" {
  description = "Actions of the stack's alarms."
  type = object({
    actions = optional(set(string), [])
  })
  default  = {}
  nullable = false
}

variable "handlers" {
  description = "The functions' artefacts, by handler: ec2_control/start, ec2_control/stop, ec2_control/protect."
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
    condition     = length(setsubtract(["ec2_control/protect", "ec2_control/start", "ec2_control/stop"], keys(var.handlers))) == 0
    error_message = "handlers: missing ${join(", ", sort(setsubtract(["ec2_control/protect", "ec2_control/start", "ec2_control/stop"], keys(var.handlers))))}; package the handlers first."
  }
}

variable "log_retention_days" {
  description = "How long the functions' logs are kept."
  type        = number
  default     = 30
  nullable    = false
}

variable "mark_tag_key" {
  description = "Key of the tag with which a scheduled stop marks what it stopped; its value is the time. An instance that carries it is left alone by protect and started by the next scheduled start."
  type        = string
  default     = "eventyard:stopped-by-schedule"
  nullable    = false

  validation {
    condition     = can(regex("^[0-9A-Za-z _.:/=+@-]{1,128}$", var.mark_tag_key)) && !startswith(lower(var.mark_tag_key), "aws:")
    error_message = "mark_tag_key: 1 to 128 letters, digits, spaces and _ . : / = + @ -, not beginning with aws:; given: \"${var.mark_tag_key}\"."
  }

  validation {
    condition     = !contains([var.protect_tag.key, var.schedule_tag.key], var.mark_tag_key)
    error_message = "mark_tag_key: another key than those of protect_tag and schedule_tag; given: \"${var.mark_tag_key}\"."
  }
}

variable "prefix" {
  description = "Begins the name of everything the stack makes."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9A-Za-z][0-9A-Za-z-]{0,39}$", var.prefix))
    error_message = "prefix: 1 to 40 letters, digits and hyphens; given: \"${var.prefix}\" (${length(var.prefix)})."
  }
}

variable "protect" {
  description = "Protects what holds data. This stack holds none: its state is the instances' own tags."
  type        = bool
  default     = true
  nullable    = false
}

variable "protect_tag" {
  description = "Tag of the instances that are started again when anything but the schedule stops them."
  type        = object({ key = string, value = string })
  default     = { key = "eventyard:protect", value = "true" }
  nullable    = false

  validation {
    condition     = can(regex("^[0-9A-Za-z _.:/=+@-]{1,128}$", var.protect_tag.key)) && can(regex("^[0-9A-Za-z _.:/=+@-]{1,256}$", var.protect_tag.value))
    error_message = "protect_tag: a key of 1 to 128 and a value of 1 to 256 letters, digits, spaces and _ . : / = + @ -; given: \"${var.protect_tag.key}\" = \"${var.protect_tag.value}\"."
  }
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

variable "schedule_tag" {
  description = "Tag of the instances that the schedules stop and start."
  type        = object({ key = string, value = string })
  default     = { key = "eventyard:schedule", value = "office-hours" }
  nullable    = false

  validation {
    condition     = can(regex("^[0-9A-Za-z _.:/=+@-]{1,128}$", var.schedule_tag.key)) && can(regex("^[0-9A-Za-z _.:/=+@-]{1,256}$", var.schedule_tag.value))
    error_message = "schedule_tag: a key of 1 to 128 and a value of 1 to 256 letters, digits, spaces and _ . : / = + @ -; given: \"${var.schedule_tag.key}\" = \"${var.schedule_tag.value}\"."
  }
}

variable "schedules" {
  description = "When the instances are stopped and started, by name: rate(…), cron(…) or at(…), in `time_zone` unless a schedule has its own."
  type = map(object({
    action                  = string
    expression              = string
    time_zone               = optional(string)
    enabled                 = optional(bool, true)
    flexible_window_minutes = optional(number)
  }))
  default = {
    start = { action = "start", expression = "cron(0 7 ? * MON-FRI *)" }
    stop  = { action = "stop", expression = "cron(0 19 ? * MON-FRI *)" }
  }
  nullable = false

  validation {
    condition     = alltrue([for s in values(var.schedules) : contains(["start", "stop"], s.action)])
    error_message = "schedules: an action is start or stop; given: ${join(", ", [for name, s in var.schedules : "${name}: ${s.action}"])}."
  }
}

variable "tags" {
  description = "Tags of everything the stack makes that takes tags."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "time_zone" {
  description = "Time zone of the schedules, which keeps them right when the clocks change."
  type        = string
  default     = "Europe/London"
  nullable    = false
}

variable "volume_keys" {
  description = "Customer keys of the instances' volumes, by label: without a grant on its key, EC2 takes an instance with an encrypted volume back down as soon as it is started."
  type        = map(object({ arn = string }))
  default     = {}
  nullable    = false
}
