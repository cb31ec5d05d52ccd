module "people" {
  source  = "lgallard/cognito-user-pool/aws"
  version = "5.1.2"

  user_pool_name           = "shop-people"
  ignore_schema_changes    = true
  auto_verified_attributes = ["email"]
  username_attributes      = ["email"]

  password_policy = {
    minimum_length    = 12
    require_lowercase = true
    require_numbers   = true
    require_symbols   = true
    require_uppercase = true
  }

  clients = [{
    name                          = "page"
    generate_secret               = false
    explicit_auth_flows           = ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"]
    prevent_user_existence_errors = "ENABLED"
  }]
}

module "orders" {
  source  = "terraform-aws-modules/lambda/aws"
  version = "8.8.1"

  function_name                     = "shop-orders"
  handler                           = "app.handler"
  runtime                           = "python3.13"
  architectures                     = ["arm64"]
  timeout                           = 30
  create_package                    = false
  local_existing_package            = "build/orders.zip"
  publish                           = true
  tracing_mode                      = "Active"
  attach_tracing_policy             = true
  cloudwatch_logs_retention_in_days = 30

  allowed_triggers = {
    api = {
      service    = "apigateway"
      source_arn = "${module.api.api_execution_arn}/*/POST/orders"
    }
  }
}

module "api" {
  source  = "terraform-aws-modules/apigateway-v2/aws"
  version = "6.1.0"

  name               = "shop"
  protocol_type      = "HTTP"
  create_domain_name = false

  stage_default_route_settings = {
    throttling_burst_limit = 200
    throttling_rate_limit  = 100
  }

  stage_access_log_settings = {
    create_log_group            = true
    log_group_retention_in_days = 30
  }

  authorizers = {
    people = {
      authorizer_type  = "JWT"
      identity_sources = ["$request.header.Authorization"]
      name             = "people"

      jwt_configuration = {
        audience = module.people.client_ids
        issuer   = "https://${module.people.endpoint}"
      }
    }
  }

  routes = {
    "POST /orders" = {
      authorization_type = "JWT"
      authorizer_key     = "people"

      integration = {
        uri                    = module.orders.lambda_function_arn
        payload_format_version = "2.0"
      }
    }
  }
}
