output "alarms" {
  description = "ARN of the composite alarm, as `composite`, so that a dashboard over others takes it like any module's; empty without alarms."
  value       = { for alarm in aws_cloudwatch_composite_alarm.this : "composite" => local.composite_arn }
}

output "dashboard" {
  description = "Name, ARN and address of the dashboard."
  value       = { name = var.name, arn = local.arn, url = local.url }
  depends_on  = [aws_cloudwatch_dashboard.this]
}
