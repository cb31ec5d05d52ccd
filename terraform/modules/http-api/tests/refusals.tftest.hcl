# What is refused, planned with the real provider and nothing else: dummy credentials, no call to AWS.

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
  target          = aws_apigatewayv2_vpc_link.this
  override_during = plan
  values          = { id = "link01" }
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

run "refuses_a_route_that_nothing_answers" {
  command = plan
  variables {
    routes = { "GET /x" = { auth = "none" } }
  }
  expect_failures = [var.routes]
}

run "refuses_a_route_that_two_answer" {
  command = plan
  variables {
    routes = {
      "GET /x" = { auth = "none", http = { url = "https://old.example.com" }, function = { name = "f", alias = "live", invoke_arn = "arn:f" } }
    }
  }
  expect_failures = [var.routes]
}

run "refuses_a_listener_without_a_network" {
  command = plan
  variables {
    routes = { "GET /x" = { auth = "none", listener = { arn = "arn:listener" } } }
  }
  expect_failures = [var.routes]
}

run "refuses_plain_text_and_a_short_time_out" {
  command = plan
  variables {
    routes = { "GET /x" = { auth = "none", timeout_ms = 49, http = { url = "http://old.example.com" } } }
  }
  expect_failures = [var.routes]
}

run "refuses_a_fifo_queue_without_a_group" {
  command = plan
  variables {
    routes = { "POST /x" = { auth = "none", queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:q.fifo", url = "https://q" } } }
  }
  expect_failures = [var.routes]
}

run "refuses_deduplication_by_a_queue_that_has_none" {
  command = plan
  variables {
    routes = { "POST /x" = { auth = "none", queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:q", url = "https://q", deduplication_id = "$context.requestId" } } }
  }
  expect_failures = [var.routes]
}

run "refuses_to_change_what_a_queue_is_sent_and_reserved_headers" {
  command = plan
  variables {
    routes = {
      "POST /x" = { auth = "none", request = { headers = { a = "b" } }, queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:q", url = "https://q" } }
      "POST /y" = { auth = "none", request = { headers = { Authorization = "b" } }, http = { url = "https://old.example.com" } }
    }
  }
  expect_failures = [var.routes]
}

run "refuses_a_throttle_of_nothing" {
  command = plan
  variables {
    routes = { "GET /x" = { auth = "none", throttle = { rate = 0, burst = 1 }, http = { url = "https://old.example.com" } } }
  }
  expect_failures = [var.routes]
}

run "refuses_other_limits" {
  command = plan
  variables {
    alarms             = { overrides = { errors = {} } }
    domain             = { name = "https://api.example.com", certificate = { arn = "c" } }
    log_retention_days = 31
    network            = { subnet_ids = ["subnet-a"] }
    role               = { path = "team" }
    throttle           = { rate = 0, burst = 1 }
    authorizer = {
      function         = { name = "f", alias = "live", invoke_arn = "arn:f" }
      cache_seconds    = 3601
      identity_sources = ["method.request.header.Authorization"]
    }
  }
  expect_failures = [var.alarms, var.authorizer, var.domain, var.log_retention_days, var.network, var.role, var.throttle]
}

run "refuses_a_role_whose_name_is_too_long" {
  command = plan
  variables {
    name   = "orders-orders-orders-orders-orders-orders-orders-orders-orders"
    routes = { "POST /x" = { auth = "none", queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:q", url = "https://q" } } }
  }
  expect_failures = [var.routes]
}
