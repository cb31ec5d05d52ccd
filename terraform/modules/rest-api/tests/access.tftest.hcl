# From where the API is reached, planned with the real provider and nothing else: dummy credentials, no call to AWS.

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

run "pages_of_one_origin" {
  command = plan

  variables {
    cors = { origin = "https://shop.example.com", headers = ["content-type"], methods = ["GET", "POST"], credentials = true }
  }

  assert {
    condition = jsondecode(aws_api_gateway_rest_api.this.body)["x-amazon-apigateway-gateway-responses"] == {
      for type in ["DEFAULT_4XX", "DEFAULT_5XX"] : type => {
        responseParameters = {
          "gatewayresponse.header.Access-Control-Allow-Origin"      = "'https://shop.example.com'"
          "gatewayresponse.header.Access-Control-Allow-Credentials" = "'true'"
          "gatewayresponse.header.Vary"                             = "'Origin'"
        }
      }
    }
    error_message = "a page can't read errors, or anybody's can"
  }

  assert {
    condition = jsondecode(aws_api_gateway_rest_api.this.body).paths["/orders"].options["x-amazon-apigateway-integration"].responses.default.responseParameters == {
      "method.response.header.Access-Control-Allow-Origin"      = "'https://shop.example.com'"
      "method.response.header.Access-Control-Allow-Credentials" = "'true'"
      "method.response.header.Access-Control-Allow-Headers"     = "'content-type'"
      "method.response.header.Access-Control-Allow-Methods"     = "'GET,POST'"
      "method.response.header.Access-Control-Max-Age"           = "'300'"
      "method.response.header.Vary"                             = "'Origin'"
    }
    error_message = "a preflight is answered otherwise than `cors` says"
  }

  assert {
    condition     = !contains(keys(jsondecode(aws_api_gateway_rest_api.this.body).paths["/hooks/{proxy+}"]), "options")
    error_message = "a path that takes any method has its preflight taken away"
  }
}

run "preflights_where_bodies_are_binary" {
  command = plan

  variables {
    cors       = { origin = "https://shop.example.com" }
    definition = "x-amazon-apigateway-binary-media-types: ['*/*']\n${file("tests/orders.yaml")}"
  }

  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body).paths["/orders"].options["x-amazon-apigateway-integration"].contentHandling == "CONVERT_TO_TEXT"
    error_message = "the preflight's template is taken for binary, and answered 500"
  }
}

run "reached_from_named_addresses_and_by_an_organization" {
  command = plan

  variables {
    endpoint = { source_ips = ["203.0.113.0/24"], organization = "o-a1b2c3d4e5" }
  }

  assert {
    condition = jsondecode(aws_api_gateway_rest_api_policy.this[0].policy) == {
      Version = "2012-10-17"
      Statement = [
        {
          Sid       = "Callers"
          Effect    = "Allow"
          Principal = "*"
          Action    = "execute-api:Invoke"
          Resource = [
            "arn:aws:execute-api:eu-west-1:111122223333:abc123/*/POST/orders", "arn:aws:execute-api:eu-west-1:111122223333:abc123/*/GET/orders",
            "arn:aws:execute-api:eu-west-1:111122223333:abc123/*/GET/health", "arn:aws:execute-api:eu-west-1:111122223333:abc123/*/*/hooks/*",
          ]
          Condition = { IpAddress = { "aws:SourceIp" = "203.0.113.0/24" } }
        },
        {
          Sid       = "Organization"
          Effect    = "Allow"
          Principal = "*"
          Action    = "execute-api:Invoke"
          Resource  = ["arn:aws:execute-api:eu-west-1:111122223333:abc123/*/POST/jobs", "arn:aws:execute-api:eu-west-1:111122223333:abc123/*/GET/orders/*"]
          Condition = {
            StringEquals    = { "aws:PrincipalOrgID" = "o-a1b2c3d4e5" }
            StringNotEquals = { "aws:PrincipalAccount" = "111122223333" }
          }
        },
        {
          Sid       = "NoOtherAddress"
          Effect    = "Deny"
          Principal = "*"
          Action    = "execute-api:Invoke"
          Resource  = "arn:aws:execute-api:eu-west-1:111122223333:abc123/*"
          Condition = { NotIpAddress = { "aws:SourceIp" = "203.0.113.0/24" } }
        },
      ]
    }
    error_message = "the policy lets in others, or a signature of this account without a grant: ${aws_api_gateway_rest_api_policy.this[0].policy}"
  }

  assert {
    condition = [for statement in jsondecode(aws_api_gateway_rest_api.this.body)["x-amazon-apigateway-policy"].Statement : statement.Sid] == ["Callers", "Organization", "NoOtherAddress"] && (
      jsondecode(aws_api_gateway_rest_api.this.body)["x-amazon-apigateway-policy"].Statement[2] == {
        Sid       = "NoOtherAddress"
        Effect    = "Deny"
        Principal = "*"
        Action    = "execute-api:Invoke"
        Resource  = ["execute-api:/*"]
        Condition = { NotIpAddress = { "aws:SourceIp" = ["203.0.113.0/24"] } }
      }
    )
    error_message = "the document has another policy than the API"
  }
}

run "private" {
  command = plan

  variables {
    endpoint   = { type = "PRIVATE", vpc_endpoint_ids = ["vpce-1", "vpce-2"] }
    definition = "servers: [{ url: https://api.example.com/v1, description: Inside }]\n${file("tests/orders.yaml")}"
  }

  assert {
    condition = jsondecode(aws_api_gateway_rest_api.this.body).servers == [{
      url                                        = "https://api.example.com/v1"
      description                                = "Inside"
      x-amazon-apigateway-endpoint-configuration = { disableExecuteApiEndpoint = false, vpcEndpointIds = ["vpce-1", "vpce-2"] }
    }]
    error_message = "a new document takes the endpoints away until they are put back, or the document's servers are lost"
  }

  assert {
    condition     = aws_api_gateway_rest_api.this.endpoint_configuration[0].types == tolist(["PRIVATE"]) && aws_api_gateway_rest_api.this.endpoint_configuration[0].vpc_endpoint_ids == toset(["vpce-1", "vpce-2"])
    error_message = "the API is not private, or not for these endpoints"
  }

  assert {
    condition = { for statement in jsondecode(aws_api_gateway_rest_api_policy.this[0].policy).Statement : statement.Sid => statement.Condition } == {
      Callers         = { StringEquals = { "aws:SourceVpce" = ["vpce-1", "vpce-2"] } }
      NoOtherEndpoint = { StringNotEquals = { "aws:SourceVpce" = ["vpce-1", "vpce-2"] } }
    }
    error_message = "another endpoint gets in"
  }
}

run "a_domain_of_its_own_closes_aws_address" {
  command = plan

  variables {
    endpoint = { compression_bytes = 1024, domain = { name = "api.example.com", certificate = { arn = "arn:aws:acm:eu-west-1:111122223333:certificate/c" }, stage = "prod", path = "v1" } }
  }

  assert {
    condition = (
      aws_api_gateway_domain_name.this[0].security_policy == "TLS_1_2" && aws_api_gateway_domain_name.this[0].regional_certificate_arn == "arn:aws:acm:eu-west-1:111122223333:certificate/c"
      && aws_api_gateway_base_path_mapping.this[0].base_path == "v1" && aws_api_gateway_rest_api.this.disable_execute_api_endpoint && output.stages["prod"].url == "https://api.example.com/v1"
      && jsondecode(aws_api_gateway_rest_api.this.body).servers == [{ url = "/", x-amazon-apigateway-endpoint-configuration = { disableExecuteApiEndpoint = true } }]
      && !contains(keys(jsondecode(aws_api_gateway_rest_api.this.body)), "x-amazon-apigateway-endpoint-configuration")
      && aws_api_gateway_rest_api.this.minimum_compression_size == "1024"
    )
    error_message = "the domain takes older TLS, AWS's address answers beside it, or bodies are not compressed"
  }
}
