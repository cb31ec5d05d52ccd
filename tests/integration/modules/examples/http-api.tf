# Every kind of auth, functions and direct calls, a domain beside AWS's address.
module "http_api_people" {
  source  = "../../modules/identity"
  name    = "${var.prefix}-http-api"
  clients = { test = { auth_flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] } }
  protect = var.protect
}

module "http_api_echo" {
  source = "../../modules/function"
  name   = "${var.prefix}-http-api-echo"
  code   = var.handlers["library/echo"]
  role   = var.role
}

module "http_api_authorizer" {
  source = "../../modules/function"
  name   = "${var.prefix}-http-api-authorizer"
  code   = var.handlers["library/api_authorizer"]
  role   = var.role
}

module "http_api_jobs" {
  source = "../../modules/queue"
  name   = "${var.prefix}-http-api"
  fifo   = { content_based_deduplication = true }
}

resource "aws_cloudwatch_event_bus" "http_api" {
  name = "${var.prefix}-http-api"
}

module "http_api_sum" {
  source     = "../../modules/workflow"
  name       = "${var.prefix}-http-api-sum"
  type       = "EXPRESS"
  role       = var.role
  release    = {}
  definition = jsonencode({ StartAt = "Given", States = { Given = { Type = "Pass", End = true } } })
}

module "http_api" {
  source     = "../../modules/http-api"
  name       = "${var.prefix}-http-api"
  jwt        = module.http_api_people.jwt
  authorizer = { function = module.http_api_authorizer.function, identity_sources = ["$request.header.x-partner-key"], cache_seconds = 60 }
  cors       = { origins = ["https://shop.example.com"], credentials = true }
  role       = var.role
  domain     = { name = "api.example.com", certificate = { arn = local.http_api_certificate }, path = "v1", execute_api = true }
  alarms     = { overrides = { client_errors = { threshold = 0.5 } } }

  routes = {
    "GET /open"            = { auth = "none", function = module.http_api_echo.function }
    "GET /people/{id}"     = { auth = "jwt", function = module.http_api_echo.function, throttle = { rate = 5, burst = 10 } }
    "GET /own"             = { auth = "jwt", scopes = ["aws.cognito.signin.user.admin"], function = module.http_api_echo.function }
    "GET /orders"          = { auth = "jwt", scopes = ["orders/read"], function = module.http_api_echo.function }
    "ANY /partners/{any+}" = { auth = "lambda", function = module.http_api_echo.function }
    "POST /jobs/{group}"   = { auth = "lambda", queue = merge(module.http_api_jobs.queue, { group_id = "$request.path.group" }) }
    "POST /events" = {
      auth = "lambda"
      bus  = { arn = aws_cloudwatch_event_bus.http_api.arn, source = "shop", detail_type = "$request.body.type" }
    }
    "POST /sums" = { auth = "iam", timeout_ms = 10000, workflow = merge(module.http_api_sum.workflow, { sync = true, input = "$request.body" }) }
    "$default" = {
      auth    = "iam"
      http    = { url = "https://old.example.com" }
      request = { path = "/api$request.path", headers = { x-request = "$context.requestId" }, remove_headers = ["x-debug"] }
    }
  }
}

locals {
  http_api_certificate = "arn:aws:acm:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:certificate/11111111-2222-3333-4444-555555555555"
}

output "http_api" {
  value = {
    url       = module.http_api.api.endpoint
    id        = module.http_api.api.id
    queue_url = module.http_api_jobs.queue.url
    pool_id   = module.http_api_people.pool.id
    client_id = module.http_api_people.clients["test"].id
    domain    = module.http_api.domain
  }
}
