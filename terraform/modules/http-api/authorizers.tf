resource "aws_apigatewayv2_authorizer" "jwt" {
  count = var.jwt == null ? 0 : 1

  api_id           = aws_apigatewayv2_api.this.id
  name             = "jwt"
  authorizer_type  = "JWT"
  identity_sources = ["$request.header.Authorization"]

  jwt_configuration {
    audience = var.jwt.audience
    issuer   = var.jwt.issuer
  }

  # Also says the order when it goes: AWS deletes none that a route still asks.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_apigatewayv2_authorizer" "lambda" {
  count = var.authorizer == null ? 0 : 1

  api_id                            = aws_apigatewayv2_api.this.id
  name                              = "lambda"
  authorizer_type                   = "REQUEST"
  authorizer_uri                    = var.authorizer.function.invoke_arn
  authorizer_payload_format_version = "2.0"
  authorizer_result_ttl_in_seconds  = var.authorizer.cache_seconds
  enable_simple_responses           = true
  identity_sources                  = var.authorizer.identity_sources

  # Also says the order when it goes: AWS deletes none that a route still asks.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lambda_permission" "authorizer" {
  count = var.authorizer == null ? 0 : 1

  statement_id   = "${var.name}-authorizer"
  action         = "lambda:InvokeFunction"
  function_name  = var.authorizer.function.name
  qualifier      = var.authorizer.function.alias
  principal      = "apigateway.amazonaws.com"
  source_account = local._account
  source_arn     = "${local.execution_arn}/authorizers/${aws_apigatewayv2_authorizer.lambda[0].id}"
}
