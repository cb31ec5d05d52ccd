output "alarms" {
  description = "Alarm ARNs by label."
  value       = { for label, alarm in aws_cloudwatch_metric_alarm.this : label => alarm.arn }
}

output "api" {
  description = "The API, and its ARN for permissions to call it."
  value       = { id = aws_api_gateway_rest_api.this.id, name = var.name, arn = aws_api_gateway_rest_api.this.arn, execution_arn = local.execution_arn }
}

output "domain" {
  description = "For the alias record of the API's own domain name: where it points to, and that target's zone; null without `endpoint.domain`."
  value = var.endpoint.domain == null ? null : {
    name    = var.endpoint.domain.name
    target  = var.endpoint.type == "EDGE" ? aws_api_gateway_domain_name.this[0].cloudfront_domain_name : aws_api_gateway_domain_name.this[0].regional_domain_name
    zone_id = var.endpoint.type == "EDGE" ? aws_api_gateway_domain_name.this[0].cloudfront_zone_id : aws_api_gateway_domain_name.this[0].regional_zone_id
  }
}

output "grants" {
  description = "Permissions to hand to others: `invoke` calls the operations whose security is `iam`."
  value = {
    invoke = {
      actions    = ["execute-api:Invoke"]
      resources  = ["${local.execution_arn}/*"]
      conditions = {}
    }
  }
}

output "keys" {
  description = "Ids of the API keys by `stage/plan/key`. What a key is, its owner is told by `aws apigateway get-api-key --include-value`, not by an output."
  value       = { for id, key in aws_api_gateway_api_key.this : id => { id = key.id, name = key.name } }
}

output "log_group" {
  description = "Where access logs go, one JSON object a request."
  value       = { name = local.log_group_name, arn = local.log_group_arn }
  depends_on  = [aws_cloudwatch_log_group.access]
}

output "release" {
  description = "What the definition is called now: what `release` of a stage that serves it is."
  value       = local.release
}

output "role" {
  description = "The role with which API Gateway calls services itself; null without `grants`."
  value       = length(var.grants) == 0 ? null : { name = local.role_name, arn = local.role_arn }
  depends_on  = [aws_iam_role.this]
}

output "stages" {
  description = "By stage: its address, without a slash at the end (the domain's where it has one), AWS's own, its ARN, and the deployment it serves."
  value = {
    for name, stage in aws_api_gateway_stage.this : name => {
      arn        = stage.arn
      deployment = local.deployments[name]
      endpoint   = stage.invoke_url
      url        = try(var.endpoint.domain.stage, null) == name ? join("/", compact(["https://${var.endpoint.domain.name}", var.endpoint.domain.path])) : stage.invoke_url
    }
  }
  depends_on = [
    aws_api_gateway_base_path_mapping.this, aws_api_gateway_method_settings.method, aws_api_gateway_method_settings.stage,
    aws_api_gateway_usage_plan_key.this,
  ]
}
