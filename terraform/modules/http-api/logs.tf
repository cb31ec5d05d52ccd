locals {
  # Under /aws/vendedlogs/ one statement of the account's log policy serves every API; elsewhere each adds its own
  # and the policy's size limit ends it.
  log_group_name = "/aws/vendedlogs/http-api/${var.name}"
  log_group_arn  = "arn:${local._partition}:logs:${local._region}:${local._account}:log-group:${local.log_group_name}"

  # No caller's address and no query string: neither is needed to find a fault, and both can be personal.
  access_log_format = {
    request_id        = "$context.requestId"
    time              = "$context.requestTime"
    method            = "$context.httpMethod"
    route             = "$context.routeKey"
    status            = "$context.status"
    protocol          = "$context.protocol"
    response_bytes    = "$context.responseLength"
    latency_ms        = "$context.responseLatency"
    integration_ms    = "$context.integrationLatency"
    integration_error = "$context.integrationErrorMessage"
    authorizer_error  = "$context.authorizer.error"
    error             = "$context.error.message"
  }
}

resource "aws_cloudwatch_log_group" "access" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts with its own key unless `key` names another
  #checkov:skip=CKV_AWS_338:how long access logs are kept is the caller's to say, `log_retention_days`
  name              = local.log_group_name
  retention_in_days = var.log_retention_days
  kms_key_id        = one(var.key[*].arn)
  tags              = var.tags
}
