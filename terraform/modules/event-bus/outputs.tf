output "alarms" {
  description = "ARNs of the alarms, by label."
  value       = { for label, alarm in aws_cloudwatch_metric_alarm.this : label => alarm.arn }
}

output "bus" {
  description = "The bus: the module's own, or the one it was given."
  value       = { name = local.bus_name, arn = local.bus_arn }
  depends_on  = [aws_cloudwatch_event_bus.this]
}

output "dead_letter_queue" {
  description = "Queue that holds the events no retry delivered; null when no target needs it."
  value = local._has_dead_letters ? {
    name = local.dead_letters_name
    arn  = local.dead_letters_arn
    url  = aws_sqs_queue.dead_letters[0].url
  } : null
}

output "grants" {
  description = "Ready permissions: put, to put events on the bus."
  value = {
    put = {
      actions    = toset(["events:PutEvents"])
      resources  = toset([local.bus_arn])
      conditions = {}
    }
  }
}

output "rules" {
  description = "The rules, by label."
  value       = local.rules
  depends_on  = [aws_cloudwatch_event_target.this]
}

output "sender" {
  description = "The module's rules as a sender, for the policy of a queue or topic they write to. Follows from the name alone, so a rule's target can take it."
  value       = { service = "events.amazonaws.com", source_arn = local.rules_pattern }
}
