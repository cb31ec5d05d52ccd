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

run "each_operation_has_the_authoriser_it_names_and_a_permission_for_itself_alone" {
  command = plan

  assert {
    condition = jsonencode({ for path, item in jsondecode(aws_api_gateway_rest_api.this.body).paths : path => { for verb, operation in item : verb => operation.security } }) == jsonencode({
      "/health"         = { get = [] }
      "/hooks/{proxy+}" = { x-amazon-apigateway-any-method = [{ partner = [] }] }
      "/jobs"           = { post = [{ iam = [] }] }
      "/orders"         = { get = [{ people = ["orders/read"] }], post = [{ people = ["orders/write"] }, { metered = [] }] }
      "/orders/{id}"    = { get = [{ iam = [] }] }
    })
    error_message = "security differs from what the operations name, or the document's own is lost"
  }

  assert {
    condition = jsonencode(jsondecode(aws_api_gateway_rest_api.this.body).components.securitySchemes) == jsonencode({
      iam     = { in = "header", name = "Authorization", type = "apiKey", x-amazon-apigateway-authtype = "awsSigv4" }
      metered = { in = "header", name = "X-API-Key", type = "apiKey" }
      partner = {
        in                           = "header"
        name                         = "Unused"
        type                         = "apiKey"
        x-amazon-apigateway-authtype = "custom"
        x-amazon-apigateway-authorizer = {
          authorizerResultTtlInSeconds = 60
          authorizerUri                = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:111122223333:function:orders-check:live/invocations"
          identitySource               = "method.request.header.x-partner-key"
          type                         = "request"
        }
      }
      people = {
        in                             = "header"
        name                           = "Authorization"
        type                           = "apiKey"
        x-amazon-apigateway-authtype   = "cognito_user_pools"
        x-amazon-apigateway-authorizer = { providerARNs = ["arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_abc"], type = "cognito_user_pools" }
      }
    })
    error_message = "an authoriser is missing, or one stayed that API Gateway would leave out: ${jsonencode(jsondecode(aws_api_gateway_rest_api.this.body).components.securitySchemes)}"
  }

  assert {
    condition = { for key, permission in aws_lambda_permission.operation : key => "${permission.function_name} ${permission.source_arn}" } == {
      "ANY /hooks/{proxy+}" = "orders-create arn:aws:execute-api:eu-west-1:111122223333:abc123/*/*/hooks/*"
      "GET /orders"         = "orders-list arn:aws:execute-api:eu-west-1:111122223333:abc123/*/GET/orders"
      "GET /orders/{id}"    = "orders-list arn:aws:execute-api:eu-west-1:111122223333:abc123/*/GET/orders/*"
      "POST /orders"        = "orders-create arn:aws:execute-api:eu-west-1:111122223333:abc123/*/POST/orders"
    }
    error_message = "a permission is wider than its operation, or missing"
  }

  assert {
    condition = alltrue([
      for permission in concat(values(aws_lambda_permission.operation), values(aws_lambda_permission.authorizer)) :
      permission.source_account == "111122223333" && permission.qualifier == "live" && permission.principal == "apigateway.amazonaws.com"
    ])
    error_message = "permissions name the account and the alias"
  }

  assert {
    condition     = { for name, permission in aws_lambda_permission.authorizer : name => permission.source_arn } == { partner = "arn:aws:execute-api:eu-west-1:111122223333:abc123/authorizers/*" }
    error_message = "the authoriser's permission is wider than the API's authorisers"
  }
}

run "long_paths_and_names_keep_permissions_apart" {
  command = plan

  variables {
    name = "orders-of-a-shop-whose-name-is-as-long-as-a-name-may-be-here"
    definition = replace(replace(file("tests/orders.yaml"), "/orders:", "/customers/{customerId}/subscriptions/{subscriptionId}/orders:"),
    "/orders/{id}:", "/customers/{customerId}/subscriptions/{subscriptionId}/orders/{id}:")
    authorizers = {
      people = { cognito = { arn = "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_abc" } }
      partner = {
        function = { name = "orders-check", alias = "live", invoke_arn = "arn:check" }
      }
      partner-whose-name-is-as-long-as-names-of-authorisers-may-be-1 = {
        function = { name = "orders-check", alias = "live", invoke_arn = "arn:check" }
      }
      partner-whose-name-is-as-long-as-names-of-authorisers-may-be-2 = {
        function = { name = "orders-check", alias = "live", invoke_arn = "arn:check" }
      }
    }
  }

  assert {
    condition     = length(distinct([for permission in aws_lambda_permission.operation : permission.statement_id])) == 4 && alltrue([for permission in aws_lambda_permission.operation : length(permission.statement_id) <= 100])
    error_message = "Lambda refuses the second permission of the same name"
  }

  assert {
    condition     = length(distinct([for permission in aws_lambda_permission.authorizer : permission.statement_id])) == 3 && aws_lambda_permission.authorizer["partner"].statement_id == "${var.name}-authorizer-partner"
    error_message = "an authoriser's permission has a name that Lambda refuses, or another than before"
  }
}

run "stages_may_have_hyphens" {
  command = plan

  variables {
    stages = { pre-prod = {} }
  }

  assert {
    condition     = aws_api_gateway_stage.this["pre-prod"].stage_name == "pre-prod" && keys(output.alarms) == ["latency_pre-prod", "server_errors_pre-prod"]
    error_message = "a stage has another name than it was given"
  }
}

run "the_document_is_completed" {
  command = plan

  assert {
    condition = (
      jsondecode(aws_api_gateway_rest_api.this.body)["x-amazon-apigateway-request-validator"] == "all"
      && jsondecode(aws_api_gateway_rest_api.this.body)["x-amazon-apigateway-request-validators"].all == { validateRequestBody = true, validateRequestParameters = true }
    )
    error_message = "requests are not validated unless asked for"
  }

  assert {
    condition     = !contains(keys(jsondecode(aws_api_gateway_rest_api.this.body)), "security") && !contains(keys(jsondecode(aws_api_gateway_rest_api.this.body)), "x-amazon-apigateway-policy")
    error_message = "security of the whole document is left in, or a policy nobody asked for"
  }

  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body).info == { title = "orders", version = "1.0", description = "What customers order" } && aws_api_gateway_rest_api.this.description == "What customers order"
    error_message = "the title is not the API's name, by which its metrics are found"
  }

  assert {
    condition = (
      jsondecode(aws_api_gateway_rest_api.this.body).paths["/jobs"].post["x-amazon-apigateway-integration"].uri == "arn:aws:apigateway:eu-west-1:sqs:path/111122223333/jobs"
      && jsondecode(aws_api_gateway_rest_api.this.body).paths["/jobs"].post["x-amazon-apigateway-integration"].credentials == "arn:aws:iam::111122223333:role/orders-api"
      && jsondecode(aws_api_gateway_rest_api.this.body).paths["/orders"].post["x-amazon-apigateway-integration"].uri == var.functions.create.invoke_arn
    )
    error_message = "a placeholder is filled with another value, or not"
  }

  assert {
    condition = (
      jsondecode(aws_api_gateway_rest_api.this.body).components.schemas.Order.required == ["item"]
      && jsondecode(aws_api_gateway_rest_api.this.body).paths["/orders"].get.responses == { "200" = { description = "Answer" } }
      && keys(jsondecode(aws_api_gateway_rest_api.this.body).paths["/jobs"].post.responses) == ["202"]
    )
    error_message = "the models are lost, or an operation describes no answer"
  }

  assert {
    condition     = aws_api_gateway_rest_api.this.fail_on_warnings && aws_api_gateway_rest_api.this.endpoint_configuration[0].types == tolist(["REGIONAL"]) && !aws_api_gateway_rest_api.this.disable_execute_api_endpoint
    error_message = "what API Gateway leaves out is not an error, or the endpoint is another"
  }

  assert {
    condition = (
      length(aws_api_gateway_rest_api_policy.this) == 0 && length(aws_api_gateway_domain_name.this) == 0 && length(aws_wafv2_web_acl_association.this) == 0
      && output.domain == null && output.role == { name = "orders-api", arn = "arn:aws:iam::111122223333:role/orders-api" }
    )
    error_message = "policy, domain and web ACL are made only when they are named"
  }

  assert {
    condition = jsondecode(aws_iam_role.this[0].assume_role_policy) == {
      Version = "2012-10-17"
      Statement = [{
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { Service = "apigateway.amazonaws.com" }
        Condition = { StringEqualsIfExists = { "aws:SourceAccount" = "111122223333" } }
      }]
      } && jsondecode(aws_iam_role_policy.grants[0].policy) == {
      Version   = "2012-10-17"
      Statement = [{ Sid = "Jobs", Effect = "Allow", Action = "sqs:SendMessage", Resource = "arn:aws:sqs:eu-west-1:111122223333:jobs" }]
    }
    error_message = "the role trusts others, or may do more than its grants"
  }
}

run "a_stage_is_safe_by_default" {
  command = plan

  assert {
    condition = (
      aws_api_gateway_stage.this["prod"].xray_tracing_enabled && !aws_api_gateway_stage.this["prod"].cache_cluster_enabled && aws_api_gateway_stage.this["prod"].deployment_id == "now"
      && aws_api_gateway_stage.this["prod"].access_log_settings[0].destination_arn == "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/api-gateway/orders"
      && jsondecode(aws_api_gateway_stage.this["prod"].access_log_settings[0].format).request_id == "$context.requestId"
    )
    error_message = "no tracing, no access log in JSON, or a cache nobody asked for"
  }

  assert {
    condition = (
      aws_api_gateway_method_settings.stage["prod"].method_path == "*/*"
      && aws_api_gateway_method_settings.stage["prod"].settings[0].logging_level == "ERROR" && !aws_api_gateway_method_settings.stage["prod"].settings[0].data_trace_enabled
      && aws_api_gateway_method_settings.stage["prod"].settings[0].metrics_enabled && !aws_api_gateway_method_settings.stage["prod"].settings[0].caching_enabled
      && aws_api_gateway_method_settings.stage["prod"].settings[0].throttling_rate_limit == 50 && aws_api_gateway_method_settings.stage["prod"].settings[0].throttling_burst_limit == 100
    )
    error_message = "payloads are logged, answers cached, or there is no throttle"
  }

  assert {
    condition     = { for key, group in aws_cloudwatch_log_group.execution : group.name => group.retention_in_days } == { "API-Gateway-Execution-Logs_abc123/prod" = 30 } && aws_cloudwatch_log_group.access.retention_in_days == 30
    error_message = "a log is kept for ever, or made by API Gateway"
  }

  assert {
    condition     = keys(output.alarms) == ["latency_prod", "server_errors_prod"] && aws_cloudwatch_metric_alarm.this["server_errors_prod"].dimensions == tomap({ ApiName = "orders", Stage = "prod" })
    error_message = "alarms are not on by themselves"
  }
}

run "throttles_cache_plans_and_a_web_acl" {
  command = plan

  variables {
    alarms = { overrides = { latency_prod = { enabled = false }, client_errors_prod = {} } }
    stages = {
      prod = {
        variables = { table = "orders" }
        cache     = { size = 6.1 }
        web_acl   = { arn = "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/a/b" }
        methods = {
          "GET /orders/{id}" = { cache_seconds = 60 }
          "POST /orders"     = { throttle = { rate = 5, burst = 10 } }
        }
        plans = {
          partner = { keys = ["acme"], quota = { limit = 1000 }, throttle = { rate = 10, burst = 20 }, methods = { "GET /orders" = { rate = 1, burst = 2 } } }
        }
      }
    }
  }

  assert {
    condition = jsonencode({ for key, method in aws_api_gateway_method_settings.method : method.method_path => [
      method.settings[0].caching_enabled, method.settings[0].cache_ttl_in_seconds, method.settings[0].cache_data_encrypted, method.settings[0].throttling_rate_limit
      ] }) == jsonencode({
      "~1orders/POST"      = [false, 0, true, 5]
      "~1orders~1{id}/GET" = [true, 60, true, 50]
    })
    error_message = "a method's settings are lost, or its cache is not encrypted"
  }

  assert {
    condition     = aws_api_gateway_stage.this["prod"].cache_cluster_size == "6.1" && aws_api_gateway_stage.this["prod"].variables == tomap({ table = "orders" })
    error_message = "the cache has another size, or variables are lost"
  }

  assert {
    condition = (
      one(aws_api_gateway_usage_plan.this["prod/partner"].quota_settings).limit == 1000 && one(aws_api_gateway_usage_plan.this["prod/partner"].quota_settings).period == "MONTH"
      && one(aws_api_gateway_usage_plan.this["prod/partner"].throttle_settings).rate_limit == 10
      && one(one(aws_api_gateway_usage_plan.this["prod/partner"].api_stages).throttle).path == "/orders/GET"
      && aws_api_gateway_api_key.this["prod/partner/acme"].name == "orders-prod-partner-acme"
    )
    error_message = "a plan limits in another way than it says"
  }

  assert {
    condition     = keys(output.keys) == ["prod/partner/acme"] && keys(output.keys["prod/partner/acme"]) == ["id", "name"]
    error_message = "a key's value is told"
  }

  assert {
    condition     = aws_wafv2_web_acl_association.this["prod"].web_acl_arn == var.stages["prod"].web_acl.arn && keys(output.alarms) == ["client_errors_prod", "server_errors_prod"]
    error_message = "the web ACL is not put before the stage, or alarms can't be tuned"
  }
}

run "a_release_is_kept_and_a_canary_gets_what_is_new" {
  command = plan

  variables {
    stages = {
      dev  = {}
      prod = { release = substr(sha256(file("tests/orders.yaml")), 0, 12), canary = { percent = 10, variables = { table = "new" } } }
    }
  }

  assert {
    condition     = output.release == substr(sha256(file("tests/orders.yaml")), 0, 12) && keys(aws_api_gateway_deployment.release) == [output.release]
    error_message = "a release is called otherwise than the definition's hash"
  }

  assert {
    condition = (
      aws_api_gateway_stage.this["dev"].deployment_id == "now" && aws_api_gateway_stage.this["prod"].deployment_id == "kept"
      && aws_api_gateway_stage.this["prod"].canary_settings[0].deployment_id == "now" && aws_api_gateway_stage.this["prod"].canary_settings[0].percent_traffic == 10
      && aws_api_gateway_stage.this["prod"].canary_settings[0].stage_variable_overrides == tomap({ table = "new" })
    )
    error_message = "a stage or its canary serves the wrong deployment"
  }

  assert {
    condition     = contains(keys(aws_cloudwatch_log_group.execution), "prod/Canary")
    error_message = "the canary's log is made by API Gateway, and kept for ever"
  }
}

run "the_same_definition_is_the_same_deployment" {
  command = plan

  assert {
    condition     = aws_api_gateway_deployment.this.triggers == tomap({ document = sha256(aws_api_gateway_rest_api.this.body) })
    error_message = "a deployment depends on something else than the completed document"
  }
}

run "a_document_may_be_imported_with_warnings" {
  command = plan

  variables {
    definition = "x-fail-on-warnings: false\n${file("tests/orders.yaml")}"
  }

  assert {
    condition     = !aws_api_gateway_rest_api.this.fail_on_warnings && !contains(keys(jsondecode(aws_api_gateway_rest_api.this.body)), "x-fail-on-warnings")
    error_message = "a document can't say that its warnings are known"
  }
}
