variable "alarms" {
  description = "Actions of the module's alarms, what their names begin with (`prefix`, null: name-schedule), and settings that differ, by label: dead_letters, dropped, undeliverable."
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
  description = "What is called when, by schedule name: `rate(…)`, `cron(…)` or `at(…)` in a time zone, from `start_date` to `end_date` (RFC 3339). Each target is of exactly one kind, `api` being any action of an AWS service; `input` is the JSON it gets."
  type = map(object({
    expression              = string
    time_zone               = optional(string, "UTC")
    description             = optional(string)
    enabled                 = optional(bool, true)
    start_date              = optional(string)
    end_date                = optional(string)
    flexible_window_minutes = optional(number)
    input                   = optional(string)

    target = object({
      bus             = optional(object({ arn = string, source = string, detail_type = string }))
      delivery_stream = optional(object({ arn = string }))
      function        = optional(object({ alias_arn = string }))
      topic           = optional(object({ arn = string, key = optional(object({ arn = string })) }))
      workflow        = optional(object({ arn = string, alias_arn = optional(string), key = optional(object({ arn = string })) }))
      api = optional(object({
        service = string
        action  = string
        grants = map(object({
          actions    = set(string)
          resources  = set(string)
          conditions = optional(map(map(list(string))), {})
        }))
      }))
      queue = optional(object({
        arn              = string
        key              = optional(object({ arn = string }))
        message_group_id = optional(string)
      }))
      stream = optional(object({
        arn           = string
        key           = optional(object({ arn = string }))
        partition_key = string
      }))
      task = optional(object({
        cluster_arn    = string
        definition_arn = string
        role_arns      = set(string)
        count          = optional(number, 1)
        launch_type    = optional(string, "FARGATE")
        network = optional(object({
          subnet_ids         = set(string)
          security_group_ids = optional(set(string), [])
          public_ip          = optional(bool, false)
        }))
      }))
    })

    dead_letter_queue = optional(object({ arn = string, key = optional(object({ arn = string })) }))
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
    error_message = "schedules: AWS's cron has six fields (minutes hours day-of-month month day-of-week year) with a space between; given: ${join("; ", [for name, s in var.schedules : "${name}: ${s.expression} (${length(split(" ", s.expression))})" if startswith(s.expression, "cron(") && !can(regex("^cron\\([^ ]+( [^ ]+){5}\\)$", s.expression))])}."
  }

  validation {
    condition = alltrue(flatten([
      for s in values(var.schedules) : [
        for i, field in local.cron_fields : can(regex(field.pattern, split(" ", trimsuffix(trimprefix(s.expression, "cron("), ")"))[i]))
      ] if can(regex("^cron\\([^ ]+( [^ ]+){5}\\)$", s.expression))
    ]))
    error_message = "schedules: a field of a cron has another value than it can have: ${join("; ", flatten([
      for name, s in var.schedules : [
        for i, field in local.cron_fields : "${name}: ${field.name} is ${split(" ", trimsuffix(trimprefix(s.expression, "cron("), ")"))[i]}, and can be ${field.says}"
        if !can(regex(field.pattern, split(" ", trimsuffix(trimprefix(s.expression, "cron("), ")"))[i]))
      ] if can(regex("^cron\\([^ ]+( [^ ]+){5}\\)$", s.expression))
    ]))}."
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
      for s in values(var.schedules) : (s.start_date == null && s.end_date == null) || (
        !startswith(s.expression, "at(") && can(timecmp(coalesce(s.start_date, "1970-01-01T00:00:00Z"), coalesce(s.end_date, "2200-01-01T00:00:00Z"))) &&
        try(timecmp(coalesce(s.start_date, "1970-01-01T00:00:00Z"), coalesce(s.end_date, "2200-01-01T00:00:00Z")), 0) < 0
      )
    ])
    error_message = "schedules: start_date and end_date are RFC 3339 times (2030-01-01T01:00:00Z), the first before the second, and of no single time (at); given: ${join("; ", [for name, s in var.schedules : "${name}: ${coalesce(s.start_date, "none")} to ${coalesce(s.end_date, "none")}" if s.start_date != null || s.end_date != null])}."
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
    condition     = alltrue([for s in values(var.schedules) : length([for kind in local.kinds : kind if s.target[kind] != null]) == 1])
    error_message = "schedules: a target is exactly one of ${join(", ", local.kinds)}; given: ${join("; ", [for name, s in var.schedules : "${name}: ${coalesce(join(" and ", [for kind in local.kinds : kind if s.target[kind] != null]), "none")}"])}."
  }

  validation {
    condition = alltrue([
      for s in values(var.schedules) : s.target.workflow == null ? true : can(regex(":stateMachine:[^:]+$", s.target.workflow.arn)) &&
      (s.target.workflow.alias_arn == null ? true : startswith(s.target.workflow.alias_arn, "${s.target.workflow.arn}:"))
    ])
    error_message = "schedules: a workflow's arn is its state machine's, and its alias_arn that with the alias at the end; given: ${join("; ", [for name, s in var.schedules : "${name}: ${s.target.workflow.arn}, ${coalesce(s.target.workflow.alias_arn, "none")}" if s.target.workflow != null])}."
  }

  validation {
    condition     = alltrue([for s in values(var.schedules) : s.target.queue == null ? true : !endswith(s.target.queue.arn, ".fifo") || s.target.queue.message_group_id != null])
    error_message = "schedules: a queue in order (.fifo) needs a message_group_id; given: ${join(", ", [for name, s in var.schedules : "${name}: ${coalesce(s.target.queue.message_group_id, "none")}" if s.target.queue != null])}."
  }

  validation {
    condition = alltrue([
      for s in values(var.schedules) : s.target.api == null ? true :
      can(regex("^[a-z][0-9a-z-]*$", s.target.api.service)) && can(regex("^[a-z][0-9A-Za-z]*$", s.target.api.action)) &&
      !can(regex("^(get|describe|list)", s.target.api.action)) && length(s.target.api.grants) > 0
    ])
    error_message = "schedules: an api is a service of the SDK and one of its actions that changes something (sqs and sendMessage; not get, describe or list), with the grants it needs; given: ${join(", ", [for name, s in var.schedules : "${name}: ${s.target.api.service}:${s.target.api.action} with ${length(s.target.api.grants)}" if s.target.api != null])}."
  }

  validation {
    condition = alltrue(flatten([
      for s in values(var.schedules) : [
        for grant in try(values(s.target.api.grants), []) : !contains(grant.actions, "*") && (!contains(grant.resources, "*") || length(grant.conditions) > 0)
      ]
    ]))
    error_message = "schedules: a grant names its actions, and its resources unless it has a condition; given: ${join("; ", flatten([for name, s in var.schedules : [for label, grant in try(s.target.api.grants, {}) : "${name}/${label}: ${join(", ", grant.actions)} on ${join(", ", grant.resources)}"]]))}."
  }

  validation {
    condition = alltrue([
      for s in values(var.schedules) : s.target.task == null ? true :
      contains(["EC2", "EXTERNAL", "FARGATE"], s.target.task.launch_type) && s.target.task.count >= 1 && s.target.task.count <= 10 && (s.target.task.launch_type != "FARGATE" || s.target.task.network != null)
    ])
    error_message = "schedules: a task's launch_type is EC2, EXTERNAL or FARGATE, its count 1 to 10, and with FARGATE it needs a network; given: ${join(", ", [for name, s in var.schedules : "${name}: ${s.target.task.launch_type}, ${s.target.task.count}, ${s.target.task.network == null ? "no network" : "network"}" if s.target.task != null])}."
  }

  validation {
    condition     = alltrue([for s in values(var.schedules) : s.dead_letter_queue == null ? true : !endswith(s.dead_letter_queue.arn, ".fifo")])
    error_message = "schedules: a dead_letter_queue is a standard queue, not one in order (.fifo); given: ${join(", ", [for s in values(var.schedules) : s.dead_letter_queue.arn if s.dead_letter_queue != null])}."
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
