variable "actions" {
  description = "What the composite alarm calls when anything goes off and when all is well again: ARNs, such as a topic's."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.actions) <= 5
    error_message = "actions: at most 5; given: ${length(var.actions)}."
  }
}

variable "alarms" {
  description = "Alarm ARNs by service and alarm: `{ jobs = module.jobs.alarms, api = module.api.alarms }`. A service is a row of the dashboard."
  type        = map(map(string))
  default     = {}
  nullable    = false

  validation {
    condition     = length(flatten([for alarms in values(var.alarms) : keys(alarms)])) <= 100
    error_message = "alarms: a composite alarm watches at most 100; given: ${length(flatten([for alarms in values(var.alarms) : keys(alarms)]))}. Make a dashboard for each part, and one more of their `alarms`."
  }

  validation {
    condition = alltrue(flatten([
      for alarms in values(var.alarms) : [
        for arn in values(alarms) : startswith(arn, "arn:${data.aws_partition.current.partition}:cloudwatch:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:alarm:")
      ]
    ]))
    error_message = "alarms: ARNs of alarms in ${data.aws_region.current.id} and account ${data.aws_caller_identity.current.account_id}, for a composite alarm watches no others; given: ${join(", ", flatten([for alarms in values(var.alarms) : values(alarms)]))}."
  }

  validation {
    condition     = alltrue([for label in keys(var.alarms) : can(regex("^[0-9A-Za-z_.-]{1,64}$", label))])
    error_message = "alarms: a service's label has 1 to 64 letters, digits, dots, hyphens and underscores; given: ${join(", ", keys(var.alarms))}."
  }
}

variable "name" {
  description = "Name of the dashboard and of the composite alarm."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9A-Za-z_-]{1,255}$", var.name))
    error_message = "name: 1 to 255 letters, digits, hyphens and underscores; given: ${var.name} (${length(var.name)})."
  }
}

variable "suppressor" {
  description = "Alarm that silences the composite alarm's actions while it is itself in alarm (maintenance, or what all else depends on): they wait `wait_seconds` for it to go off, and `extension_seconds` more once it is well. Null: none."
  type = object({
    arn               = string
    wait_seconds      = optional(number, 60)
    extension_seconds = optional(number, 60)
  })
  default = null

  validation {
    condition     = var.suppressor == null ? true : can(regex("^arn:[^:]+:cloudwatch:[^:]+:[0-9]{12}:alarm:.+$", var.suppressor.arn))
    error_message = "suppressor.arn: an alarm's ARN; given: ${try(var.suppressor.arn, "null")}."
  }

  validation {
    condition = var.suppressor == null ? true : alltrue([
      for seconds in [var.suppressor.wait_seconds, var.suppressor.extension_seconds] : seconds >= 0 && floor(seconds) == seconds
    ])
    error_message = "suppressor: wait_seconds and extension_seconds are whole numbers from 0; given: ${try(var.suppressor.wait_seconds, "null")} and ${try(var.suppressor.extension_seconds, "null")}."
  }

  validation {
    condition     = var.suppressor == null || length(flatten([for alarms in values(var.alarms) : keys(alarms)])) > 0
    error_message = "suppressor: there is a composite alarm to silence only with `alarms`; given: none."
  }
}

variable "tags" {
  description = "Tags of the composite alarm; a dashboard takes none."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "widgets" {
  description = <<-EOT
    Widgets by row and label; a row named as a service of `alarms` lies under that service's alarms. Each is exactly one of `text` (Markdown),
    `metrics` (by id, each a `namespace` and `metric`, or an `expression` over other ids) and `logs` (a Logs Insights `query` over `groups`).
    A row's widgets share its width, four in a line at most, and its height. A gauge goes from 0 to 100.
  EOT
  type = map(map(object({
    title = optional(string)
    text  = optional(string)
    metrics = optional(map(object({
      namespace  = optional(string)
      metric     = optional(string)
      dimensions = optional(map(string), {})
      statistic  = optional(string, "Average")
      expression = optional(string)
      label      = optional(string)
      visible    = optional(bool, true)
    })))
    logs           = optional(object({ groups = set(string), query = string }))
    view           = optional(string)
    stacked        = optional(bool, false)
    period_seconds = optional(number, 300)
    height         = optional(number)
  })))
  default  = {}
  nullable = false

  validation {
    condition     = length(flatten([for alarms in values(var.alarms) : keys(alarms)])) + length(var.widgets) > 0
    error_message = "widgets: a dashboard shows something: alarms or widgets; given: neither."
  }

  validation {
    condition     = length(flatten([for row in values(var.widgets) : keys(row)])) + length(var.alarms) < 500
    error_message = "widgets: a dashboard holds at most 500 widgets, rows of alarms among them; given: ${length(flatten([for row in values(var.widgets) : keys(row)])) + length(var.alarms) + 1}."
  }

  validation {
    condition     = alltrue([for label in keys(var.widgets) : can(regex("^[0-9A-Za-z_.-]{1,64}$", label)) && length(var.widgets[label]) > 0])
    error_message = "widgets: a row's label has 1 to 64 letters, digits, dots, hyphens and underscores, and the row a widget; given: ${join(", ", [for label, row in var.widgets : "${label} (${length(row)})"])}."
  }

  validation {
    condition = alltrue(flatten([
      for row in values(var.widgets) : [for w in values(row) : length([for kind in [w.text == null, w.metrics == null, w.logs == null] : kind if !kind]) == 1]
    ]))
    error_message = "widgets: exactly one of text, metrics, logs; not so: ${join(", ", flatten([for label, row in var.widgets : [for key, w in row : "${label}/${key}" if length([for kind in [w.text == null, w.metrics == null, w.logs == null] : kind if !kind]) != 1]]))}."
  }

  validation {
    condition = alltrue(flatten([
      for row in values(var.widgets) : [for w in values(row) : [
        for id, m in coalesce(w.metrics, {}) : can(regex("^[a-z][0-9A-Za-z_]{0,254}$", id)) && (m.expression == null ? m.namespace != null && m.metric != null : m.namespace == null && m.metric == null)
      ]]
    ]))
    error_message = "widgets: a metric's id begins with a lower-case letter, then letters, digits and underscores; it is a namespace and metric, or an expression; given: ${jsonencode({ for label, row in var.widgets : label => { for key, w in row : key => keys(coalesce(w.metrics, {})) } })}."
  }

  validation {
    condition = alltrue(flatten([
      for row in values(var.widgets) : [for w in values(row) : [
        for m in values(coalesce(w.metrics, {})) : can(regex("^(Average|IQM|Maximum|Minimum|SampleCount|Sum|(p|tc|tm|ts|wm)[0-9]{1,2}(\\.[0-9]+)?|p100|(PR|TC|TM|TS|WM)\\([0-9.:%]+\\))$", m.statistic))
      ]]
    ]))
    error_message = "widgets: a statistic is Average, Maximum, Minimum, SampleCount, Sum, a percentile such as p99, or a trimmed one such as tm95; given: ${join(", ", distinct(flatten([for row in values(var.widgets) : [for w in values(row) : [for m in values(coalesce(w.metrics, {})) : m.statistic]]])))}."
  }

  validation {
    condition = alltrue(flatten([for row in values(var.widgets) : [for w in values(row) : length(coalesce(w.metrics, {})) <= 500]])) && length(flatten([
      for row in values(var.widgets) : [for w in values(row) : keys(coalesce(w.metrics, {}))]
    ])) <= 2500
    error_message = "widgets: at most 500 metrics in one and 2500 in all; given: ${length(flatten([for row in values(var.widgets) : [for w in values(row) : keys(coalesce(w.metrics, {}))]]))} in all."
  }

  validation {
    condition     = alltrue(flatten([for row in values(var.widgets) : [for w in values(row) : w.logs == null ? true : length(w.logs.groups) >= 1 && length(w.logs.groups) <= 50]]))
    error_message = "widgets: logs are of 1 to 50 log groups; given: ${join(", ", flatten([for label, row in var.widgets : [for key, w in row : "${label}/${key} (${length(try(w.logs.groups, []))})" if w.logs != null]]))}."
  }

  validation {
    condition = alltrue(flatten([for row in values(var.widgets) : [
      for w in values(row) : w.view == null ? true : contains(
        w.metrics != null ? ["bar", "gauge", "pie", "singleValue", "table", "timeSeries"] : w.logs != null ? ["bar", "pie", "table", "timeSeries"] : [], w.view
      )
    ]]))
    error_message = "widgets: view is bar, gauge, pie, singleValue, table or timeSeries for metrics, bar, pie, table or timeSeries for logs, none for text; given: ${join(", ", flatten([for label, row in var.widgets : [for key, w in row : "${label}/${key}: ${coalesce(w.view, "none")}"]]))}."
  }

  validation {
    condition = alltrue(flatten([for row in values(var.widgets) : [
      for w in values(row) : contains([1, 5, 10, 30], w.period_seconds) || (w.period_seconds >= 60 && w.period_seconds <= 86400 && w.period_seconds % 60 == 0)
    ]]))
    error_message = "widgets: period_seconds is 1, 5, 10, 30 or a multiple of 60 up to 86400; given: ${join(", ", distinct(flatten([for row in values(var.widgets) : [for w in values(row) : tostring(w.period_seconds)]])))}."
  }

  validation {
    condition     = alltrue(flatten([for row in values(var.widgets) : [for w in values(row) : coalesce(w.height, 6) >= 1 && coalesce(w.height, 6) <= 1000]]))
    error_message = "widgets: height is 1 to 1000 of the grid's units; given: ${join(", ", flatten([for label, row in var.widgets : [for key, w in row : "${label}/${key}: ${coalesce(w.height, 6)}"]]))}."
  }
}
