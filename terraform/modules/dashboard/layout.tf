# The grid has 24 columns. From top to bottom: the composite alarm, then a row for each service with its alarms and under them its
# widgets, then, by the same alphabet, the rows that are of no service.

locals {
  _columns  = 24
  _rows     = sort(distinct(concat(keys(var.alarms), keys(var.widgets))))
  _headline = length(local._children) == 0 ? 0 : 2

  # Four alarms stand side by side, under a title.
  _alarm_heights = { for row in local._rows : row => length(lookup(var.alarms, row, {})) == 0 ? 0 : 2 + ceil(length(var.alarms[row]) / 4) }
  _in_line       = { for row in local._rows : row => max(1, min(4, length(lookup(var.widgets, row, {})))) }
  _lines         = { for row in local._rows : row => ceil(length(lookup(var.widgets, row, {})) / local._in_line[row]) }
  _line_heights = {
    for row in local._rows : row => max(1, [for widget in values(lookup(var.widgets, row, {})) : coalesce(widget.height, widget.text == null ? 6 : 3)]...)
  }
  _heights = [for row in local._rows : local._alarm_heights[row] + local._lines[row] * local._line_heights[row]]
  _tops    = { for index, row in local._rows : row => sum(concat([local._headline], slice(local._heights, 0, index))) }

  _headlines = [for name in length(local._children) == 0 ? [] : [var.name] : {
    type       = "alarm"
    x          = 0
    y          = 0
    width      = local._columns
    height     = local._headline
    properties = { title = name, alarms = [local.composite_arn] }
  }]

  _alarm_rows = [for row in local._rows : {
    type       = "alarm"
    x          = 0
    y          = local._tops[row]
    width      = local._columns
    height     = local._alarm_heights[row]
    properties = { title = row, alarms = [for label in sort(keys(var.alarms[row])) : var.alarms[row][label]] }
  } if local._alarm_heights[row] > 0]

  _widgets = flatten([for row in keys(var.widgets) : [for index, label in sort(keys(var.widgets[row])) : {
    type       = local._kinds["${row}/${label}"]
    x          = index % local._in_line[row] * local._columns / local._in_line[row]
    y          = local._tops[row] + local._alarm_heights[row] + floor(index / local._in_line[row]) * local._line_heights[row]
    width      = local._columns / local._in_line[row]
    height     = local._line_heights[row]
    properties = local._properties["${row}/${label}"]
  }]])

  _flat  = merge([for row, widgets in var.widgets : { for label, widget in widgets : "${row}/${label}" => merge(widget, { label = label }) }]...)
  _kinds = { for id, widget in local._flat : id => widget.text != null ? "text" : widget.logs != null ? "log" : "metric" }

  _metrics = merge(flatten([for id, widget in local._flat : [for key, metric in coalesce(widget.metrics, {}) : {
    "${id}/${key}" = concat(
      metric.expression == null ? concat([metric.namespace, metric.metric], flatten([for name, value in metric.dimensions : [name, value]])) : [],
      [{
        for setting, value in {
          id         = key
          expression = metric.expression
          label      = metric.label
          stat       = metric.expression == null ? metric.statistic : null
          visible    = metric.visible
        } : setting => value if value != null
      }],
    )
  }]])...)

  # CloudWatch takes no gauge without the ends of its scale (yAxis).
  _properties = { for id, widget in local._flat : id => {
    for property, value in {
      title    = widget.text == null ? coalesce(widget.title, widget.label) : null
      markdown = widget.text == null ? null : join("\n", concat(widget.title == null ? [] : ["## ${widget.title}"], [widget.text]))
      region   = widget.text == null ? local._region : null
      view     = widget.text == null ? coalesce(widget.view, widget.logs == null ? "timeSeries" : "table") : null
      stacked  = widget.metrics == null ? null : widget.stacked
      period   = widget.metrics == null ? null : widget.period_seconds
      yAxis    = coalesce(widget.view, "-") == "gauge" ? { left = { min = 0, max = 100 } } : null
      metrics  = widget.metrics == null ? null : [for key in sort(keys(widget.metrics)) : local._metrics["${id}/${key}"]]
      query    = widget.logs == null ? null : join(" | ", concat([for group in sort(widget.logs.groups) : "SOURCE '${group}'"], [widget.logs.query]))
    } : property => value if value != null
  } }

  body = jsonencode({
    periodOverride = "inherit"
    widgets        = concat(local._headlines, local._alarm_rows, local._widgets)
  })
}
