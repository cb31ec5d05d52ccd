# AWS's six fields of a cron, in their order, as its validation reads and names them.
locals {
  _month   = "(?i:0?[1-9]|1[0-2]|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)"
  _weekday = "(?i:[1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)"

  _cron_values = {
    minutes      = "[0-5]?[0-9]"
    hours        = "(?:[01]?[0-9]|2[0-3])"
    day_of_month = "(?:0?[1-9]|[12][0-9]|3[01])"
    month        = local._month
    day_of_week  = local._weekday
    year         = "(?:19[7-9][0-9]|2[01][0-9]{2})"
  }

  # A value, a range or all, every so many of them; several with commas.
  _cron_lists = {
    for name, value in local._cron_values :
    name => "(?:\\*|${value}(?:-${value})?)(?:/[1-9][0-9]*)?(?:,(?:\\*|${value}(?:-${value})?)(?:/[1-9][0-9]*)?)*"
  }

  cron_fields = [
    { name = "minutes", says = "0 to 59 with , - * /", pattern = "^(?:${local._cron_lists.minutes})$" },
    { name = "hours", says = "0 to 23 with , - * /", pattern = "^(?:${local._cron_lists.hours})$" },
    { name = "day-of-month", says = "1 to 31 with , - * ? / L W", pattern = "^(?:\\?|L|${local._cron_values.day_of_month}W|${local._cron_lists.day_of_month})$" },
    { name = "month", says = "1 to 12 or JAN to DEC with , - * /", pattern = "^(?:${local._cron_lists.month})$" },
    { name = "day-of-week", says = "1 (Sunday) to 7 or SUN to SAT with , - * ? / L #", pattern = "^(?:\\?|L|${local._weekday}L|${local._weekday}#[1-5]|${local._cron_lists.day_of_week})$" },
    { name = "year", says = "1970 to 2199 with , - * /", pattern = "^(?:${local._cron_lists.year})$" },
  ]
}
