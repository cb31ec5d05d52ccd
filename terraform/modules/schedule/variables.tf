variable "alarms" {
  description = "Actions of the module's alarms, and settings that differ, by label: dead_letters, dropped, undeliverable."
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
    condition     = alltrue([for label in keys(var.alarms.overrides) : contains(["dead_letters", "dropped", "undeliverable"], label)])
    error_message = "alarms.overrides: known labels are dead_letters, dropped, undeliverable; given: ${join(", ", keys(var.alarms.overrides))}."
  }
}

variable "key" {
  description = "KMS key for the schedules and the dead-letter queue. Null: the services' own encryption."
  type        = object({ arn = string })
  default     = null
}

variable "name" {
  description = "Name of the schedule group; begins the names of all the module makes."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9A-Za-z_-]{1,54}$", var.name))
    error_message = "name: 1 to 54 letters, digits, hyphens and underscores (AWS allows a role 64, of which the module adds 10); given: \"${var.name}\" (${length(var.name)})."
  }
}

variable "role" {
  description = "Path and permissions boundary of the role the scheduler takes."
  type = object({
    path                 = optional(string, "/")
    permissions_boundary = optional(string)
  })
  default  = {}
  nullable = false
}

variable "schedules" {
  description = "What is called when, by schedule name: `rate(…)`, `cron(…)` or `at(…)` in a time zone. Each target is exactly one of function, queue or workflow; `input` is the JSON it gets."
  type = map(object({
    expression              = string
    time_zone               = optional(string, "UTC")
    description             = optional(string)
    enabled                 = optional(bool, true)
    flexible_window_minutes = optional(number)
    input                   = optional(string)
    target = object({
      function = optional(object({ alias_arn = string }))
      queue = optional(object({
        arn              = string
        key              = optional(object({ arn = string }))
        message_group_id = optional(string)
      }))
      workflow = optional(object({ arn = string }))
    })
    retry = optional(object({
      maximum_age_seconds = optional(number, 3600)
      maximum_attempts    = optional(number, 20)
    }), {})
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.schedules) : can(regex("^[0-9A-Za-z_.-]{1,64}$", name))])
    error_message = "schedules: a name has 1 to 64 letters, digits, dots, hyphens and underscores; given: ${join(", ", keys(var.schedules))}."
  }

  validation {
    condition     = alltrue([for s in values(var.schedules) : can(regex("^(rate|cron|at)\\(.*\\)$", s.expression))])
    error_message = "schedules: an expression is rate(…), cron(…) or at(…); not so: ${join("; ", [for name, s in var.schedules : "${name}: ${s.expression}" if !can(regex("^(rate|cron|at)\\(.*\\)$", s.expression))])}."
  }

  validation {
    condition = alltrue([
      for s in values(var.schedules) : !startswith(s.expression, "rate(") ||
      can(regex("^rate\\((1 (minute|hour|day)|([2-9]|[1-9][0-9]+) (minutes|hours|days))\\)$", s.expression))
    ])
    error_message = "schedules: a rate is a whole number above 0 and a unit, singular with 1 and plural otherwise (rate(1 minute), rate(5 minutes)); not so: ${join("; ", [for name, s in var.schedules : "${name}: ${s.expression}" if startswith(s.expression, "rate(") && !can(regex("^rate\\((1 (minute|hour|day)|([2-9]|[1-9][0-9]+) (minutes|hours|days))\\)$", s.expression))])}."
  }

  validation {
    condition = alltrue([
      for s in values(var.schedules) : !startswith(s.expression, "cron(") || can(regex("^cron\\([^ ]+( [^ ]+){5}\\)$", s.expression))
    ])
    error_message = "schedules: AWS's cron has six fields (minutes hours day-of-month month day-of-week year); not so: ${join("; ", [for name, s in var.schedules : "${name}: ${s.expression}" if startswith(s.expression, "cron(") && !can(regex("^cron\\([^ ]+( [^ ]+){5}\\)$", s.expression))])}."
  }

  validation {
    condition = alltrue([
      for s in values(var.schedules) : can(regex("^cron\\([^ ]+( [^ ]+){5}\\)$", s.expression)) ?
      length([for i in [2, 4] : i if try(split(" ", s.expression)[i], "") == "?"]) == 1 : true
    ])
    error_message = "schedules: exactly one of a cron's day-of-month (third) and day-of-week (fifth) is ?; not so: ${join("; ", [for name, s in var.schedules : "${name}: ${s.expression}" if can(regex("^cron\\([^ ]+( [^ ]+){5}\\)$", s.expression)) && length([for i in [2, 4] : i if try(split(" ", s.expression)[i], "") == "?"]) != 1])}."
  }

  validation {
    condition = alltrue([
      for s in values(var.schedules) : !startswith(s.expression, "at(") || (
        can(regex("^at\\([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\)$", s.expression)) &&
        can(timeadd("${trimsuffix(trimprefix(s.expression, "at("), ")")}Z", "0s"))
      )
    ])
    error_message = "schedules: a single time is at(yyyy-mm-ddThh:mm:ss), a date that exists, without an offset (time_zone says it); not so: ${join("; ", [for name, s in var.schedules : "${name}: ${s.expression}" if startswith(s.expression, "at(") && !(can(regex("^at\\([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\)$", s.expression)) && can(timeadd("${trimsuffix(trimprefix(s.expression, "at("), ")")}Z", "0s")))])}."
  }

  validation {
    condition     = alltrue([for s in values(var.schedules) : can(regex("^(UTC|[A-Z][A-Za-z_]+(/[A-Z][0-9A-Za-z_+-]*)+)$", s.time_zone))])
    error_message = "schedules: a time zone is UTC or an IANA name such as Europe/London; given: ${join(", ", [for name, s in var.schedules : "${name}: ${s.time_zone}"])}."
  }

  validation {
    condition = alltrue([
      for s in values(var.schedules) : s.flexible_window_minutes == null ? true :
      s.flexible_window_minutes >= 1 && s.flexible_window_minutes <= 1440 && floor(s.flexible_window_minutes) == s.flexible_window_minutes
    ])
    error_message = "schedules: flexible_window_minutes is 1 to 1440; given: ${join(", ", [for name, s in var.schedules : "${name}: ${s.flexible_window_minutes}" if s.flexible_window_minutes != null])}."
  }

  validation {
    condition     = alltrue([for s in values(var.schedules) : s.input == null ? true : can(jsondecode(s.input))])
    error_message = "schedules: input is JSON; not so: ${join(", ", [for name, s in var.schedules : name if s.input == null ? false : !can(jsondecode(s.input))])}."
  }

  validation {
    condition = alltrue([
      for s in values(var.schedules) : length([for target in [s.target.function, s.target.queue, s.target.workflow] : true if target != null]) == 1
    ])
    error_message = "schedules: a target names exactly one of function, queue, workflow; not so: ${join(", ", [for name, s in var.schedules : name if length([for target in [s.target.function, s.target.queue, s.target.workflow] : true if target != null]) != 1])}."
  }

  validation {
    condition     = alltrue([for s in values(var.schedules) : s.retry.maximum_age_seconds >= 60 && s.retry.maximum_age_seconds <= 86400])
    error_message = "schedules: retry.maximum_age_seconds is 60 to 86400; given: ${join(", ", [for name, s in var.schedules : "${name}: ${s.retry.maximum_age_seconds}"])}."
  }

  validation {
    condition     = alltrue([for s in values(var.schedules) : s.retry.maximum_attempts >= 0 && s.retry.maximum_attempts <= 185])
    error_message = "schedules: retry.maximum_attempts is 0 to 185; given: ${join(", ", [for name, s in var.schedules : "${name}: ${s.retry.maximum_attempts}"])}."
  }
}

variable "tags" {
  description = "Tags of everything the module makes that takes tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
