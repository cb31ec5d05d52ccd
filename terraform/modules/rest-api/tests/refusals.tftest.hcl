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
  target          = aws_api_gateway_rest_api.this
  override_during = plan
  values          = { id = "abc123", arn = "arn:aws:apigateway:eu-west-1::/restapis/abc123" }
}

override_resource {
  target          = aws_api_gateway_deployment.this
  override_during = plan
  values          = { id = "now" }
}

override_resource {
  target          = aws_api_gateway_deployment.release
  override_during = plan
  values          = { id = "kept" }
}

variables {
  name              = "orders"
  definition        = file("tests/orders.yaml")
  substitutions     = { queue = "jobs" }
  public_operations = ["GET /health"]
  stages            = { prod = {} }
  functions = {
    create = {
      name            = "orders-create"
      alias           = "live"
      timeout_seconds = 29
      invoke_arn      = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:111122223333:function:orders-create:live/invocations"
    }
    list = {
      name       = "orders-list"
      alias      = "live"
      invoke_arn = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:111122223333:function:orders-list:live/invocations"
    }
  }
  authorizers = {
    people = { cognito = { arn = "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_abc" } }
    partner = {
      identity_sources = ["method.request.header.x-partner-key"]
      cache_seconds    = 60
      function = {
        name       = "orders-check"
        alias      = "live"
        invoke_arn = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:111122223333:function:orders-check:live/invocations"
      }
    }
  }
  grants = {
    jobs = { actions = ["sqs:SendMessage"], resources = ["arn:aws:sqs:eu-west-1:111122223333:jobs"] }
  }
}

run "refuses_a_release_that_was_never_taken" {
  command         = plan
  expect_failures = [terraform_data.release]
  variables {
    stages = { prod = { release = "0123456789ab" } }
  }
}

run "refuses_an_operation_that_does_not_say_who_may_call_it" {
  command         = plan
  expect_failures = [aws_api_gateway_rest_api.this]
  variables {
    public_operations = []
  }
}

run "refuses_an_operation_with_an_unknown_authoriser" {
  command         = plan
  expect_failures = [aws_api_gateway_rest_api.this]
  variables {
    definition = replace(file("tests/orders.yaml"), "partner: []", "bearer: []")
  }
}

run "refuses_a_key_as_the_only_proof" {
  command         = plan
  expect_failures = [aws_api_gateway_rest_api.this]
  variables {
    definition = replace(file("tests/orders.yaml"), "partner: []", "metered: []")
  }
}

run "refuses_two_authorisers" {
  command         = plan
  expect_failures = [aws_api_gateway_rest_api.this]
  variables {
    definition = replace(file("tests/orders.yaml"), "partner: []", "partner: [], iam: []")
  }
}

run "refuses_to_call_public_what_is_not" {
  command         = plan
  expect_failures = [aws_api_gateway_rest_api.this]
  variables {
    public_operations = ["GET /health", "GET /orders"]
  }
}

run "refuses_an_extension_that_opens_what_security_closes" {
  command         = plan
  expect_failures = [aws_api_gateway_rest_api.this]
  variables {
    definition = replace(file("tests/orders.yaml"), "security: [{ partner: [] }]", "security: [{ partner: [] }]\n      x-amazon-apigateway-auth: { type: NONE }")
  }
}

run "refuses_placeholders_nobody_fills_and_functions_nobody_calls" {
  command         = plan
  expect_failures = [aws_api_gateway_rest_api.this]
  variables {
    definition = replace(file("tests/orders.yaml"), "$${create}", "$${make}")
  }
}

run "refuses_a_document_that_can_not_be_filled" {
  command         = plan
  expect_failures = [aws_api_gateway_rest_api.this]
  variables {
    definition = replace(file("tests/orders.yaml"), "What customers order", "\"What %%{ customers order\"")
  }
}

run "refuses_a_function_named_by_its_arn" {
  command         = plan
  expect_failures = [aws_api_gateway_rest_api.this]
  variables {
    definition = replace(file("tests/orders.yaml"), "arn:$${partition}:apigateway:$${region}:sqs:path/$${account}/$${queue}\"\n        credentials: \"$${role}\"", "arn:aws:apigateway:eu-west-1:lambda:path/$${queue}/$${role}\"")
  }
}

run "refuses_methods_that_are_not_in_the_document" {
  command         = plan
  expect_failures = [aws_api_gateway_rest_api.this]
  variables {
    stages = { prod = { methods = { "GET /nowhere" = {} } } }
  }
}

run "refuses_an_organization_where_not_everybody_signs" {
  command         = plan
  expect_failures = [aws_api_gateway_rest_api.this]
  variables {
    endpoint = { organization = "o-a1b2c3d4e5" }
  }
}

run "refuses_another_version_of_openapi" {
  command         = plan
  expect_failures = [var.definition]
  variables {
    definition = replace(file("tests/orders.yaml"), "3.0.3", "3.1.0")
  }
}

run "refuses_what_a_stage_can_not_have" {
  command         = plan
  expect_failures = [var.stages]
  variables {
    stages = {
      "no.dot" = {
        variables = { "a-b" = "c d" }
        canary    = { percent = 101 }
        release   = "v1"
        cache     = { size = 1 }
        log_level = "DEBUG"
        throttle  = { rate = 0, burst = 0 }
        methods   = { "POST /orders" = { cache_seconds = 3601 } }
        plans     = { "a b" = { quota = { limit = 0, period = "YEAR" } } }
      }
    }
  }
}

run "refuses_stages_whose_alarms_would_be_the_same" {
  command         = plan
  expect_failures = [var.stages]
  variables {
    stages = { pre-prod = {}, pre_prod = {} }
  }
}

run "refuses_an_empty_variable" {
  command         = plan
  expect_failures = [var.stages]
  variables {
    stages = { prod = { variables = { table = "" } } }
  }
}

run "refuses_a_canary_of_a_stage_that_keeps_nothing" {
  command         = plan
  expect_failures = [var.stages]
  variables {
    stages = { prod = { canary = { percent = 10 } } }
  }
}

run "refuses_a_private_api_without_endpoints" {
  command         = plan
  expect_failures = [var.endpoint]
  variables {
    endpoint = { type = "PRIVATE" }
  }
}

run "refuses_everybodys_address" {
  command         = plan
  expect_failures = [var.endpoint]
  variables {
    endpoint = { source_ips = ["0.0.0.0/0"] }
  }
}

run "refuses_other_limits" {
  command         = plan
  expect_failures = [var.alarms, var.authorizers, var.cors, var.endpoint, var.grants, var.log_retention_days, var.name, var.role, var.substitutions]
  variables {
    alarms             = { overrides = { latency = {} } }
    authorizers        = { iam = { cache_seconds = 3601 }, both = { cognito = { arn = "a" }, function = { name = "f", alias = "live", invoke_arn = "a" }, identity_sources = ["header"] } }
    cors               = { origin = "*", max_age_seconds = 86401, methods = ["*"] }
    endpoint           = { type = "ANYWHERE", organization = "1", compression_bytes = -1, domain = { name = "a b", certificate = { arn = "c" }, stage = "dev", path = "a/b" } }
    grants             = { all = { actions = ["*"], resources = ["*"] } }
    log_retention_days = 31
    name               = "or ders"
    role               = { path = "team" }
    substitutions      = { region = "eu-west-1" }
  }
}

run "refuses_functions_slower_than_the_api_or_named_as_something_else" {
  command         = plan
  expect_failures = [var.functions]
  variables {
    functions = { role = { name = "f", alias = "live", invoke_arn = "a", timeout_seconds = 30 } }
  }
}
