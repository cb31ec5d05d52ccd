output "alarms" {
  description = "Alarm ARNs by label."
  value       = { for label, alarm in aws_cloudwatch_metric_alarm.this : label => alarm.arn }
}

output "api" {
  description = "The API: `url` is where callers reach it, without a slash at the end."
  value = {
    id   = aws_apigatewayv2_api.this.id
    arn  = "arn:${local._partition}:apigateway:${local._region}::/apis/${aws_apigatewayv2_api.this.id}"
    name = var.name
    url  = local.api_url
  }
  depends_on = [aws_apigatewayv2_stage.default, aws_lambda_permission.route, aws_lambda_permission.authorizer]
}

output "grants" {
  description = "Permissions to hand to others: `invoke` calls the routes whose auth is `iam`."
  value = {
    invoke = {
      actions    = ["execute-api:Invoke"]
      resources  = ["${local.execution_arn}/*"]
      conditions = {}
    }
  }
}

output "log_group" {
  description = "Where access logs go, one JSON object a request."
  value       = { name = local.log_group_name, arn = local.log_group_arn }
  depends_on  = [aws_cloudwatch_log_group.access]
}
