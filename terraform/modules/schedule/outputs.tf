output "alarms" {
  description = "ARNs of the alarms, by label."
  value       = { for label, alarm in aws_cloudwatch_metric_alarm.this : label => alarm.arn }
}

output "dead_letter_queue" {
  description = "Queue that holds the calls no retry delivered."
  value = {
    name = local.dead_letters_name
    arn  = local.dead_letters_arn
    url  = aws_sqs_queue.dead_letters.url
  }
}

output "group" {
  description = "The schedule group."
  value       = { name = var.name, arn = local.group_arn }
  depends_on  = [aws_scheduler_schedule_group.this]
}

output "role" {
  description = "Role the scheduler takes; a one-off schedule made elsewhere in the group can use it."
  value       = { name = aws_iam_role.this.name, arn = "arn:${local._partition}:iam::${local._account}:role${var.role.path}${var.name}-scheduler" }
  depends_on  = [aws_iam_role_policy.this]
}

output "schedules" {
  description = "The schedules, by name."
  value = {
    for name in keys(var.schedules) : name => {
      name = name
      arn  = "${replace(local.group_arn, ":schedule-group/", ":schedule/")}/${name}"
    }
  }
  depends_on = [aws_scheduler_schedule.this]
}
