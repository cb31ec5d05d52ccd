locals {
  log_group_name = "/aws/api-gateway/${var.name}"
  log_group_arn  = "arn:${local._partition}:logs:${local._region}:${local._account}:log-group:${local.log_group_name}"

  # No caller's address and no query string: neither is needed to find a fault, and both can be personal.
  access_log_format = {
    request_id        = "$context.requestId"
    time              = "$context.requestTime"
    stage             = "$context.stage"
    method            = "$context.httpMethod"
    path              = "$context.resourcePath"
    status            = "$context.status"
    protocol          = "$context.protocol"
    response_bytes    = "$context.responseLength"
    latency_ms        = "$context.responseLatency"
    integration_ms    = "$context.integration.latency"
    integration_error = "$context.integration.error"
    authorizer_error  = "$context.authorizer.error"
    error             = "$context.error.message"
    key_id            = "$context.identity.apiKeyId"
    trace_id          = "$context.xrayTraceId"
  }

  # Named by API Gateway, which would make them without an end; a canary's are apart.
  _execution_groups = merge([
    for name, stage in var.stages : merge(
      { (name) = name },
      { for suffix in ["Canary"] : "${name}/${suffix}" => "${name}/${suffix}" if stage.canary != null },
    ) if stage.log_level != "OFF"
  ]...)
}

resource "aws_cloudwatch_log_group" "access" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts with its own key unless `key` names another
  #checkov:skip=CKV_AWS_338:how long logs are kept is the caller's to say, `log_retention_days`
  name              = local.log_group_name
  retention_in_days = var.log_retention_days
  kms_key_id        = one(var.key[*].arn)
  tags              = var.tags
}

resource "aws_cloudwatch_log_group" "execution" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts with its own key unless `key` names another
  #checkov:skip=CKV_AWS_338:how long logs are kept is the caller's to say, `log_retention_days`
  for_each = local._execution_groups

  name              = "API-Gateway-Execution-Logs_${aws_api_gateway_rest_api.this.id}/${each.value}"
  retention_in_days = var.log_retention_days
  kms_key_id        = one(var.key[*].arn)
  tags              = var.tags
}
