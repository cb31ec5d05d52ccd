# Planned with the real provider and nothing else: dummy credentials, no call to AWS.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

override_data {
  target = data.aws_caller_identity.current
  values = { account_id = "111122223333" }
}

override_resource {
  target          = aws_apigatewayv2_api.this
  override_during = plan
  values          = { id = "abc123" }
}

override_resource {
  target          = aws_apigatewayv2_authorizer.jwt
  override_during = plan
  values          = { id = "jwt001" }
}

override_resource {
  target          = aws_apigatewayv2_authorizer.lambda
  override_during = plan
  values          = { id = "fn0001" }
}

variables {
  name = "orders"
  jwt  = { issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc", audience = ["page"] }
  authorizer = {
    function = {
      name       = "orders-check"
      alias      = "live"
      invoke_arn = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:111122223333:function:orders-check:live/invocations"
    }
  }
  cors = { origins = ["https://d111.cloudfront.net"] }
  routes = {
    "POST /orders" = {
      auth   = "jwt"
      scopes = ["orders/write"]
      function = {
        name            = "orders-create"
        alias           = "live"
        timeout_seconds = 10
        invoke_arn      = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:111122223333:function:orders-create:live/invocations"
      }
      throttle = { rate = 5, burst = 10 }
    }
    "GET /orders/{id}" = {
      auth = "iam"
      function = {
        name       = "orders-read"
        alias      = "live"
        invoke_arn = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:111122223333:function:orders-read:live/invocations"
      }
    }
    "ANY /hooks" = {
      auth = "lambda"
      function = {
        name       = "orders-hooks"
        alias      = "live"
        invoke_arn = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:111122223333:function:orders-hooks:live/invocations"
      }
    }
  }
}

run "each_route_has_the_auth_it_names_and_a_permission_for_itself_alone" {
  command = plan

  assert {
    condition = { for key, route in aws_apigatewayv2_route.this : key => "${route.authorization_type} ${coalesce(route.authorizer_id, "-")}" } == {
      "ANY /hooks"       = "CUSTOM fn0001"
      "GET /orders/{id}" = "AWS_IAM -"
      "POST /orders"     = "JWT jwt001"
    }
    error_message = "authorisation differs from what the routes name"
  }

  assert {
    condition     = aws_apigatewayv2_route.this["POST /orders"].authorization_scopes == toset(["orders/write"])
    error_message = "scopes are lost"
  }

  assert {
    condition = { for key, permission in aws_lambda_permission.route : key => permission.source_arn } == {
      "ANY /hooks"       = "arn:aws:execute-api:eu-west-1:111122223333:abc123/*/*/hooks"
      "GET /orders/{id}" = "arn:aws:execute-api:eu-west-1:111122223333:abc123/*/GET/orders/{id}"
      "POST /orders"     = "arn:aws:execute-api:eu-west-1:111122223333:abc123/*/POST/orders"
    }
    error_message = "a permission is wider than its route"
  }

  assert {
    condition = alltrue([
      for permission in aws_lambda_permission.route : permission.source_account == "111122223333" && permission.qualifier == "live"
    ])
    error_message = "permissions name the account and the alias"
  }

  assert {
    condition     = aws_lambda_permission.authorizer[0].source_arn == "arn:aws:execute-api:eu-west-1:111122223333:abc123/authorizers/fn0001"
    error_message = "the authoriser's permission is wider than the authoriser"
  }
}

run "stage_logs_and_throttles" {
  command = plan

  assert {
    condition     = aws_apigatewayv2_stage.default.access_log_settings[0].destination_arn == "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/vendedlogs/http-api/orders"
    error_message = "access logs go elsewhere"
  }

  assert {
    condition     = jsondecode(aws_apigatewayv2_stage.default.access_log_settings[0].format).request_id == "$context.requestId"
    error_message = "access logs are not JSON"
  }

  assert {
    condition     = aws_cloudwatch_log_group.access.retention_in_days == 30
    error_message = "access logs are kept for ever"
  }

  assert {
    condition     = aws_apigatewayv2_stage.default.default_route_settings[0].throttling_rate_limit == 50
    error_message = "no throttle unless asked for"
  }

  assert {
    condition     = [for settings in aws_apigatewayv2_stage.default.route_settings : settings.route_key] == ["POST /orders"]
    error_message = "a route's own throttle is lost"
  }

  assert {
    condition     = output.api.url == "https://abc123.execute-api.eu-west-1.amazonaws.com"
    error_message = "url is not AWS's address"
  }

  assert {
    condition     = keys(output.alarms) == ["latency", "server_errors"]
    error_message = "alarms are not on by themselves"
  }
}

run "alarms_can_be_tuned_and_left_out" {
  command = plan

  variables {
    alarms = { overrides = { latency = { enabled = false }, server_errors = { threshold = 1 } } }
  }

  assert {
    condition     = { for label, alarm in aws_cloudwatch_metric_alarm.this : label => "${alarm.threshold} in ${alarm.period} s" } == { server_errors = "1 in 300 s" }
    error_message = "overrides are ignored, or change more than they name"
  }
}

run "refuses_any_origin" {
  command = plan
  variables {
    cors = { origins = ["*"] }
  }
  expect_failures = [var.cors]
}

run "refuses_a_route_without_a_known_auth" {
  command = plan
  variables {
    routes = { "GET /x" = { auth = "public", function = { name = "f", alias = "live", invoke_arn = "arn:f" } } }
  }
  expect_failures = [var.routes]
}

run "refuses_a_route_key_without_a_method" {
  command = plan
  variables {
    routes = { "/x" = { auth = "none", function = { name = "f", alias = "live", invoke_arn = "arn:f" } } }
  }
  expect_failures = [var.routes]
}

run "refuses_jwt_routes_without_an_issuer" {
  command = plan
  variables {
    jwt = null
  }
  expect_failures = [var.routes]
}

run "refuses_scopes_without_a_token" {
  command = plan
  variables {
    routes = { "GET /x" = { auth = "none", scopes = ["a"], function = { name = "f", alias = "live", invoke_arn = "arn:f" } } }
  }
  expect_failures = [var.routes]
}

run "refuses_a_function_slower_than_the_api" {
  command = plan
  variables {
    routes = { "GET /x" = { auth = "none", function = { name = "f", alias = "live", invoke_arn = "arn:f", timeout_seconds = 31 } } }
  }
  expect_failures = [var.routes]
}
