output "alarms" {
  description = "Alarm ARNs by label."
  value       = { for label, alarm in aws_cloudwatch_metric_alarm.this : label => alarm.arn }
}

output "api" {
  description = "The API: `url` is where callers reach it, without a slash at the end; `endpoint` is AWS's own address of it."
  value = {
    id       = aws_apigatewayv2_api.this.id
    arn      = "arn:${local._partition}:apigateway:${local._region}::/apis/${aws_apigatewayv2_api.this.id}"
    name     = var.name
    url      = var.domain == null ? local.endpoint : join("/", compact(["https://${var.domain.name}", var.domain.path]))
    endpoint = local.endpoint
  }
  depends_on = [
    aws_apigatewayv2_api_mapping.this, aws_apigatewayv2_stage.default, aws_iam_role_policy.direct,
    aws_lambda_permission.authorizer, aws_lambda_permission.route,
  ]
}

output "domain" {
  description = "For the alias record of the API's own domain name: where it points to, and that target's zone; null without `domain`."
  value = var.domain == null ? null : {
    name    = var.domain.name
    target  = aws_apigatewayv2_domain_name.this[0].domain_name_configuration[0].target_domain_name
    zone_id = aws_apigatewayv2_domain_name.this[0].domain_name_configuration[0].hosted_zone_id
  }
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

output "link" {
  description = "The VPC link, and the security groups a load balancer or service lets in; null without `network`."
  value       = var.network == null ? null : { id = aws_apigatewayv2_vpc_link.this[0].id, security_group_ids = local.link_security_group_ids }
}

output "log_group" {
  description = "Where access logs go, one JSON object a request."
  value       = { name = local.log_group_name, arn = local.log_group_arn }
  depends_on  = [aws_cloudwatch_log_group.access]
}

output "role" {
  description = "The role with which API Gateway calls queues, buses, workflows and streams; null without such routes."
  value       = length(local.direct) == 0 ? null : { name = local.role_name, arn = local.role_arn }
  depends_on  = [aws_iam_role.this]
}
