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

run "long_routes_of_one_function_keep_permissions_apart" {
  command = plan

  variables {
    routes = {
      for path in ["refunds/{refundId}", "refunds/{refundId}/lines"] :
      "GET /customers/{customerId}/subscriptions/{subscriptionId}/invoices/{invoiceId}/payments/{paymentId}/${path}" => {
        auth     = "iam"
        function = { name = "orders-read", alias = "live", invoke_arn = "arn:read" }
      }
    }
  }

  assert {
    condition     = length(distinct([for permission in aws_lambda_permission.route : permission.statement_id])) == 2 && alltrue([for permission in aws_lambda_permission.route : length(permission.statement_id) <= 100])
    error_message = "Lambda refuses the second permission of the same name"
  }
}

run "a_standard_queue_may_have_groups" {
  command = plan

  variables {
    routes = {
      "POST /jobs/{customer}" = {
        auth  = "iam"
        queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:jobs", url = "https://sqs.eu-west-1.amazonaws.com/111122223333/jobs", group_id = "$request.path.customer" }
      }
    }
  }

  assert {
    condition     = aws_apigatewayv2_integration.this["POST /jobs/{customer}"].request_parameters["MessageGroupId"] == "$request.path.customer"
    error_message = "a queue can't share fairly between customers"
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

run "integrations_of_functions_and_the_authoriser" {
  command = plan

  assert {
    condition = alltrue([
      for integration in aws_apigatewayv2_integration.this :
      integration.integration_type == "AWS_PROXY" && integration.payload_format_version == "2.0" && integration.timeout_milliseconds == 30000
      && integration.integration_subtype == null && integration.connection_type == "INTERNET" && integration.credentials_arn == null
    ])
    error_message = "a function is called in another way than before"
  }

  assert {
    condition = (
      aws_apigatewayv2_authorizer.lambda[0].enable_simple_responses && aws_apigatewayv2_authorizer.lambda[0].authorizer_payload_format_version == "2.0"
      && aws_apigatewayv2_authorizer.lambda[0].authorizer_result_ttl_in_seconds == 300
      && aws_apigatewayv2_authorizer.lambda[0].identity_sources == toset(["$request.header.Authorization"])
    )
    error_message = "the deciding function is asked in another way than documented"
  }

  assert {
    condition     = length(aws_iam_role.this) == 0 && length(aws_apigatewayv2_vpc_link.this) == 0 && length(aws_apigatewayv2_domain_name.this) == 0
    error_message = "functions alone need no role, link or domain"
  }

  assert {
    condition     = !aws_apigatewayv2_api.this.disable_execute_api_endpoint && output.domain == null && output.link == null && output.role == null
    error_message = "without a domain AWS's address is the only one"
  }
}

run "calls_services_itself_with_a_role_that_may_do_just_that" {
  command = plan

  variables {
    role = { path = "/team/", permissions_boundary = "arn:aws:iam::111122223333:policy/boundary" }
    routes = {
      "POST /jobs" = {
        auth  = "iam"
        queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:jobs", url = "https://sqs.eu-west-1.amazonaws.com/111122223333/jobs", key = { arn = "arn:aws:kms:eu-west-1:111122223333:key/a" } }
      }
      "POST /ledger/{id}" = {
        auth = "iam"
        queue = {
          arn      = "arn:aws:sqs:eu-west-1:111122223333:ledger.fifo", url = "https://sqs.eu-west-1.amazonaws.com/111122223333/ledger.fifo"
          group_id = "$request.path.id", deduplication_id = "$request.header.idempotency-key"
        }
      }
      "POST /events" = { auth = "iam", bus = { arn = "arn:aws:events:eu-west-1:111122223333:event-bus/shop", source = "shop", detail_type = "$request.body.type" } }
      "POST /runs"   = { auth = "iam", workflow = { arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:run", execution_name = "$context.requestId" } }
      "POST /sums"   = { auth = "iam", timeout_ms = 5000, workflow = { arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:sum", sync = true } }
      "POST /pays"   = { auth = "iam", workflow = { arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:pay", alias_arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:pay:live" } }
      "PUT /pays"    = { auth = "iam", workflow = { arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:pay", alias_arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:pay:live" } }
      "POST /refund" = { auth = "iam", workflow = { arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:refund", alias_arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:refund:blue" } }
      "POST /clicks" = { auth = "iam", stream = { name = "clicks", arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/clicks", partition_key = "$context.requestId" } }
    }
  }

  assert {
    condition = jsonencode({ for key, call in aws_apigatewayv2_integration.this : key => merge({ "-" = call.integration_subtype }, call.request_parameters) }) == jsonencode({
      "POST /jobs" = { "-" = "SQS-SendMessage", QueueUrl = "https://sqs.eu-west-1.amazonaws.com/111122223333/jobs", MessageBody = "$request.body" }
      "POST /ledger/{id}" = {
        "-"                    = "SQS-SendMessage", QueueUrl = "https://sqs.eu-west-1.amazonaws.com/111122223333/ledger.fifo", MessageBody = "$request.body", MessageGroupId = "$request.path.id"
        MessageDeduplicationId = "$request.header.idempotency-key"
      }
      "POST /events" = { "-" = "EventBridge-PutEvents", EventBusName = "arn:aws:events:eu-west-1:111122223333:event-bus/shop", Source = "shop", DetailType = "$request.body.type", Detail = "$request.body" }
      "POST /runs"   = { "-" = "StepFunctions-StartExecution", StateMachineArn = "arn:aws:states:eu-west-1:111122223333:stateMachine:run", Input = "$request.body", Name = "$context.requestId" }
      "POST /pays"   = { "-" = "StepFunctions-StartExecution", StateMachineArn = "arn:aws:states:eu-west-1:111122223333:stateMachine:pay:live", Input = "$request.body" }
      "PUT /pays"    = { "-" = "StepFunctions-StartExecution", StateMachineArn = "arn:aws:states:eu-west-1:111122223333:stateMachine:pay:live", Input = "$request.body" }
      "POST /refund" = { "-" = "StepFunctions-StartExecution", StateMachineArn = "arn:aws:states:eu-west-1:111122223333:stateMachine:refund:blue", Input = "$request.body" }
      "POST /sums"   = { "-" = "StepFunctions-StartSyncExecution", StateMachineArn = "arn:aws:states:eu-west-1:111122223333:stateMachine:sum", Input = "$request.body" }
      "POST /clicks" = { "-" = "Kinesis-PutRecord", StreamName = "clicks", Data = "$request.body", PartitionKey = "$context.requestId" }
    })
    error_message = "a service is called with other parameters than the route says"
  }

  assert {
    condition = alltrue([
      for call in aws_apigatewayv2_integration.this :
      call.credentials_arn == "arn:aws:iam::111122223333:role/team/orders-api" && call.integration_method == null && call.payload_format_version == "1.0"
    ])
    error_message = "a service is called without the role, or as if it were a function"
  }

  assert {
    condition     = aws_apigatewayv2_integration.this["POST /sums"].timeout_milliseconds == 5000
    error_message = "a route's own time-out is lost"
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.direct[0].policy) == {
      Version = "2012-10-17"
      Statement = [
        { Sid = "PutEvents", Effect = "Allow", Action = "events:PutEvents", Resource = "arn:aws:events:eu-west-1:111122223333:event-bus/shop" },
        { Sid = "PutRecord", Effect = "Allow", Action = "kinesis:PutRecord", Resource = "arn:aws:kinesis:eu-west-1:111122223333:stream/clicks" },
        {
          Sid      = "SendMessage", Effect = "Allow", Action = "sqs:SendMessage"
          Resource = ["arn:aws:sqs:eu-west-1:111122223333:ledger.fifo", "arn:aws:sqs:eu-west-1:111122223333:jobs"]
        },
        { Sid = "StartExecution", Effect = "Allow", Action = "states:StartExecution", Resource = "arn:aws:states:eu-west-1:111122223333:stateMachine:run" },
        { Sid = "StartSyncExecution", Effect = "Allow", Action = "states:StartSyncExecution", Resource = "arn:aws:states:eu-west-1:111122223333:stateMachine:sum" },
        {
          Sid       = "StartExecutionBlue", Effect = "Allow", Action = "states:StartExecution", Resource = "arn:aws:states:eu-west-1:111122223333:stateMachine:refund"
          Condition = { StringEquals = { "states:StateMachineQualifier" = "blue" } }
        },
        {
          Sid       = "StartExecutionLive", Effect = "Allow", Action = "states:StartExecution", Resource = "arn:aws:states:eu-west-1:111122223333:stateMachine:pay"
          Condition = { StringEquals = { "states:StateMachineQualifier" = "live" } }
        },
        { Sid = "Keys", Effect = "Allow", Action = ["kms:GenerateDataKey", "kms:Decrypt"], Resource = "arn:aws:kms:eu-west-1:111122223333:key/a" },
      ]
    }
    error_message = "the role may do more or less than the routes need: ${aws_iam_role_policy.direct[0].policy}"
  }

  assert {
    condition = aws_iam_role.this[0].path == "/team/" && aws_iam_role.this[0].permissions_boundary == "arn:aws:iam::111122223333:policy/boundary" && jsondecode(aws_iam_role.this[0].assume_role_policy) == {
      Version = "2012-10-17"
      Statement = [{
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { Service = "apigateway.amazonaws.com" }
        Condition = { StringEqualsIfExists = { "aws:SourceAccount" = "111122223333" } }
      }]
    }
    error_message = "the role lacks its path or boundary, or trusts others"
  }

  assert {
    condition     = length(aws_lambda_permission.route) == 0
    error_message = "a permission for a function that there is not"
  }
}

run "reaches_into_a_network_and_to_public_addresses" {
  command = plan

  variables {
    network = { subnet_ids = ["subnet-a", "subnet-b"], vpc_id = "vpc-1", ports = [80, 443] }
    routes = {
      "ANY /shop/{proxy+}" = {
        auth     = "iam"
        listener = { arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/shop/a/b", server_name = "shop.internal" }
        request  = { path = "/$request.path.proxy", headers = { x-request = "$context.requestId" }, remove_headers = ["x-debug"], query = { from = "api" }, remove_query = ["trace"] }
      }
      "GET /stock" = { auth = "iam", service = { arn = "arn:aws:servicediscovery:eu-west-1:111122223333:service/srv-1" } }
      "$default"   = { auth = "iam", http = { url = "https://old.example.com" } }
    }
  }

  assert {
    condition = { for key, call in aws_apigatewayv2_integration.this : key => join(" ", compact([call.integration_type, call.connection_type, call.connection_id, call.integration_method, call.integration_uri])) } == {
      "ANY /shop/{proxy+}" = "HTTP_PROXY VPC_LINK link01 ANY arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/shop/a/b"
      "GET /stock"         = "HTTP_PROXY VPC_LINK link01 GET arn:aws:servicediscovery:eu-west-1:111122223333:service/srv-1"
      "$default"           = "HTTP_PROXY INTERNET ANY https://old.example.com"
    }
    error_message = "a proxied route goes elsewhere"
  }

  assert {
    condition = aws_apigatewayv2_integration.this["ANY /shop/{proxy+}"].request_parameters == tomap({
      "overwrite:path"             = "/$request.path.proxy"
      "overwrite:header.x-request" = "$context.requestId"
      "overwrite:querystring.from" = "api"
      "remove:header.x-debug"      = "''"
      "remove:querystring.trace"   = "''"
    })
    error_message = "a request is changed in another way than the route says"
  }

  assert {
    condition = (
      aws_apigatewayv2_integration.this["ANY /shop/{proxy+}"].tls_config[0].server_name_to_verify == "shop.internal"
      && length(aws_apigatewayv2_integration.this["GET /stock"].tls_config) == 0
    )
    error_message = "the name of the load balancer's certificate is not checked"
  }

  assert {
    condition = aws_security_group.link[0].vpc_id == "vpc-1" && { for port, rule in aws_vpc_security_group_egress_rule.link : port => "${rule.ip_protocol} ${rule.from_port}-${rule.to_port}" } == {
      "443" = "tcp 443-443"
      "80"  = "tcp 80-80"
    }
    error_message = "the link's own group lets more or less out than `ports`"
  }
}

run "takes_the_groups_of_a_tier" {
  command = plan

  variables {
    network = { subnet_ids = ["subnet-a"], security_group_ids = ["sg-1"], vpc_id = "vpc-1" }
  }

  assert {
    condition     = aws_apigatewayv2_vpc_link.this[0].security_group_ids == toset(["sg-1"]) && length(aws_security_group.link) == 0 && output.link == { id = "link01", security_group_ids = toset(["sg-1"]) }
    error_message = "given groups are not used, or another is made beside them"
  }
}

run "a_domain_of_its_own_closes_aws_address" {
  command = plan

  variables {
    domain = { name = "api.example.com", certificate = { arn = "arn:aws:acm:eu-west-1:111122223333:certificate/c" }, path = "orders/v1" }
  }

  assert {
    condition     = aws_apigatewayv2_domain_name.this[0].domain_name_configuration[0].security_policy == "TLS_1_2" && aws_apigatewayv2_api_mapping.this[0].api_mapping_key == "orders/v1"
    error_message = "the domain takes older TLS than 1.2, or another path"
  }

  assert {
    condition     = aws_apigatewayv2_api.this.disable_execute_api_endpoint && output.api.url == "https://api.example.com/orders/v1" && output.api.endpoint == "https://abc123.execute-api.eu-west-1.amazonaws.com"
    error_message = "AWS's address answers beside the domain, or the outputs name the wrong one"
  }
}

run "a_domain_beside_aws_address" {
  command = plan

  variables {
    domain = { name = "api.example.com", certificate = { arn = "arn:aws:acm:eu-west-1:111122223333:certificate/c" }, execute_api = true }
  }

  assert {
    condition     = !aws_apigatewayv2_api.this.disable_execute_api_endpoint && output.api.url == "https://api.example.com"
    error_message = "AWS's address is closed though it was to stay"
  }
}

run "alarms_can_be_tuned_and_left_out" {
  command = plan

  variables {
    alarms = { overrides = { latency = { enabled = false }, server_errors = { threshold = 1 }, client_errors = { threshold = 0.5 } } }
  }

  assert {
    condition     = { for label, alarm in aws_cloudwatch_metric_alarm.this : label => "${alarm.threshold} in ${alarm.period} s" } == { client_errors = "0.5 in 300 s", server_errors = "1 in 300 s" }
    error_message = "overrides are ignored, or change more than they name"
  }
}
