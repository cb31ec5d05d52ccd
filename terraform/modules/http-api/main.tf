data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  _account   = data.aws_caller_identity.current.account_id
  _partition = data.aws_partition.current.partition
  _region    = data.aws_region.current.id

  endpoint      = "https://${aws_apigatewayv2_api.this.id}.execute-api.${local._region}.${data.aws_partition.current.dns_suffix}"
  execution_arn = "arn:${local._partition}:execute-api:${local._region}:${local._account}:${aws_apigatewayv2_api.this.id}"

  # "POST /x" → "POST/x"; "ANY /x" → "*/x"; "$default" stays: the way API Gateway spells a route in an ARN.
  route_paths = {
    for key, _ in var.routes : key => replace(replace(key, " ", ""), "/^ANY/", "*")
  }
  authorization_types = { jwt = "JWT", lambda = "CUSTOM", iam = "AWS_IAM", none = "NONE" }
  authorizer_ids = {
    jwt    = one(aws_apigatewayv2_authorizer.jwt[*].id)
    lambda = one(aws_apigatewayv2_authorizer.lambda[*].id)
  }
}

resource "aws_apigatewayv2_api" "this" {
  name                         = var.name
  description                  = var.description
  protocol_type                = "HTTP"
  disable_execute_api_endpoint = var.domain == null ? false : !var.domain.execute_api
  tags                         = var.tags

  dynamic "cors_configuration" {
    for_each = var.cors[*]
    content {
      allow_credentials = cors_configuration.value.credentials
      allow_headers     = cors_configuration.value.headers
      allow_methods     = cors_configuration.value.methods
      allow_origins     = cors_configuration.value.origins
      expose_headers    = cors_configuration.value.exposed_headers
      max_age           = cors_configuration.value.max_age_seconds
    }
  }
}

resource "aws_apigatewayv2_route" "this" {
  #checkov:skip=CKV_AWS_309:a route that anybody may call says so, auth `none`; there is no default
  for_each = var.routes

  api_id               = aws_apigatewayv2_api.this.id
  route_key            = each.key
  authorization_type   = local.authorization_types[each.value.auth]
  authorizer_id        = lookup(local.authorizer_ids, each.value.auth, null)
  authorization_scopes = each.value.scopes
  target               = "integrations/${aws_apigatewayv2_integration.this[each.key].id}"
}

# The stage waits for the routes: it is deployed with them, and refuses throttles of a route it does not know.
resource "aws_apigatewayv2_stage" "default" {
  #checkov:skip=CKV2_AWS_51:client certificates are of REST APIs; an HTTP API has no use for one
  api_id      = aws_apigatewayv2_api.this.id
  name        = "$default"
  description = "Deployed whenever a route changes"
  auto_deploy = true
  tags        = var.tags

  access_log_settings {
    destination_arn = local.log_group_arn
    format          = jsonencode(local.access_log_format)
  }

  default_route_settings {
    detailed_metrics_enabled = true
    throttling_burst_limit   = var.throttle.burst
    throttling_rate_limit    = var.throttle.rate
  }

  dynamic "route_settings" {
    for_each = { for key, route in var.routes : key => route.throttle if route.throttle != null }
    content {
      route_key                = route_settings.key
      detailed_metrics_enabled = true
      throttling_burst_limit   = route_settings.value.burst
      throttling_rate_limit    = route_settings.value.rate
    }
  }

  depends_on = [aws_apigatewayv2_route.this, aws_cloudwatch_log_group.access]
}
