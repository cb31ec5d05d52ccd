# One document, two stages: a pool, a function and IAM decide, bodies are validated, keys metered, a queue called directly.
module "rest_api_people" {
  source  = "../../modules/identity"
  name    = "${var.prefix}-rest-api"
  clients = { test = { auth_flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] } }
  protect = var.protect
}

module "rest_api_echo" {
  source = "../../modules/function"
  name   = "${var.prefix}-rest-api-echo"
  code   = var.handlers["library/api_echo"]
  role   = var.role

  timeout_seconds = 20
}

module "rest_api_authorizer" {
  source = "../../modules/function"
  name   = "${var.prefix}-rest-api-authorizer"
  code   = var.handlers["library/api_authorizer"]
  role   = var.role
}

module "rest_api_jobs" {
  source = "../../modules/queue"
  name   = "${var.prefix}-rest-api"
}

module "rest_api" {
  source            = "../../modules/rest-api"
  name              = "${var.prefix}-rest-api"
  role              = var.role
  cors              = { origin = "https://shop.example.com", credentials = true }
  endpoint          = { compression_bytes = 1024 }
  functions         = { echo = module.rest_api_echo.function }
  grants            = { jobs = module.rest_api_jobs.grants.send }
  substitutions     = { queue = module.rest_api_jobs.queue.name }
  public_operations = ["GET /health", "GET /metered"]
  alarms            = { overrides = { client_errors_prod = { threshold = 0.5 }, latency_dev = { enabled = false } } }

  authorizers = {
    people  = { cognito = module.rest_api_people.pool }
    partner = { function = module.rest_api_authorizer.function, identity_sources = ["method.request.header.x-partner-key"], cache_seconds = 60 }
  }

  stages = {
    dev = { log_level = "OFF", variables = { table = "dev" } }
    prod = {
      description = "What customers use"
      cache       = { size = 0.5 }
      methods = {
        "GET /orders/{id}" = { cache_seconds = 60 }
        "POST /orders"     = { throttle = { rate = 5, burst = 10 } }
      }
      plans = {
        partner = { keys = ["one", "two"], quota = { limit = 3, period = "DAY" }, throttle = { rate = 20, burst = 20 } }
      }
    }
  }

  definition = <<-EOT
    openapi: 3.0.3
    info: { title: Orders, version: "1.0", description: What customers order }
    components:
      schemas:
        Order:
          type: object
          required: [item, count]
          properties: { item: { type: string }, count: { type: integer, minimum: 1 } }
    paths:
      /orders:
        post:
          security: [{ people: [] }]
          requestBody: { required: true, content: { application/json: { schema: { $ref: "#/components/schemas/Order" } } } }
          x-amazon-apigateway-integration: { type: aws_proxy, httpMethod: POST, uri: "$${echo}" }
      /orders/{id}:
        get:
          security: [{ partner: [] }]
          parameters: [{ name: id, in: path, required: true, schema: { type: string } }, { name: lang, in: query, required: true, schema: { type: string } }]
          x-amazon-apigateway-integration: { type: aws_proxy, httpMethod: POST, uri: "$${echo}" }
      /signed:
        get:
          security: [{ iam: [] }]
          x-amazon-apigateway-integration: { type: aws_proxy, httpMethod: POST, uri: "$${echo}" }
      /metered:
        get:
          security: [{ api_key: [] }]
          x-amazon-apigateway-integration: { type: aws_proxy, httpMethod: POST, uri: "$${echo}" }
      /jobs:
        post:
          security: [{ partner: [] }]
          x-amazon-apigateway-integration:
            type: aws
            httpMethod: POST
            uri: "arn:$${partition}:apigateway:$${region}:sqs:path/$${account}/$${queue}"
            credentials: "$${role}"
            passthroughBehavior: never
            requestParameters: { integration.request.header.Content-Type: "'application/x-www-form-urlencoded'" }
            requestTemplates: { application/json: "Action=SendMessage&MessageBody=$util.urlEncode($input.body)" }
            responses: { default: { statusCode: "202", responseTemplates: { application/json: '{"taken": true}' } } }
          responses: { "202": { description: Taken } }
      /health:
        get:
          security: []
          x-amazon-apigateway-integration:
            type: mock
            requestTemplates: { application/json: '{"statusCode": 200}' }
            responses: { default: { statusCode: "200", responseTemplates: { application/json: '{"well": true}' } } }
          responses: { "200": { description: Well } }
  EOT
}

# Reached from named addresses, by a name of its own, behind a web ACL.
module "rest_api_inside" {
  source            = "../../modules/rest-api"
  name              = "${var.prefix}-rest-api-inside"
  functions         = { echo = module.rest_api_echo.function }
  public_operations = ["GET /open"]
  role              = var.role

  endpoint = {
    source_ips = ["203.0.113.0/24", "198.51.100.0/24"]
    domain     = { name = "rest.example.com", certificate = { arn = local.rest_api_certificate }, stage = "prod", path = "v1" }
  }

  stages = {
    prod = {
      log_level = "OFF"
      # needs waf
      web_acl = { arn = aws_wafv2_web_acl.rest_api.arn }
      # end
    }
  }

  definition = <<-EOT
    openapi: 3.0.3
    info: { title: Inside, version: "1.0" }
    paths:
      /open:
        get:
          security: []
          x-amazon-apigateway-integration: { type: aws_proxy, httpMethod: POST, uri: "$${echo}" }
  EOT
}

# needs waf
resource "aws_wafv2_web_acl" "rest_api" {
  name  = "${var.prefix}-rest-api"
  scope = "REGIONAL"

  default_action {
    allow {}
  }

  visibility_config {
    cloudwatch_metrics_enabled = false
    metric_name                = "rest-api"
    sampled_requests_enabled   = false
  }
}
# end

locals {
  rest_api_certificate = "arn:aws:acm:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:certificate/11111111-2222-3333-4444-555555555555"
}

output "rest_api" {
  value = {
    url       = module.rest_api.stages["prod"].endpoint
    dev       = module.rest_api.stages["dev"].endpoint
    id        = module.rest_api.api.id
    keys      = module.rest_api.keys
    queue_url = module.rest_api_jobs.queue.url
    pool_id   = module.rest_api_people.pool.id
    client_id = module.rest_api_people.clients["test"].id
  }
}
