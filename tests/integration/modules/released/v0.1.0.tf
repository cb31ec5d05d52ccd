# released: v0.1.0 7ab7f99fbecfa8539dc79a59c1efa93094b43241
# Every module of that release, as its READMEs use it.

module "key" {
  source   = "../../modules/key"
  name     = "${var.prefix}-messages"
  services = ["events.amazonaws.com", "sns.amazonaws.com"]
}

module "queue" {
  source           = "../../modules/queue"
  name             = "${var.prefix}-jobs"
  consumer_timeout = 30
  key              = module.key.key
  senders          = { events = module.event_bus.sender, news = module.topic.sender }
}

module "queue_fifo" {
  source = "../../modules/queue"
  name   = "${var.prefix}-ledger"
  fifo   = { content_based_deduplication = true }
}

module "topic" {
  source = "../../modules/topic"
  name   = "${var.prefix}-news"
  key    = module.key.key

  subscriptions = {
    jobs = { queue = module.queue.queue, raw = true, filter = { pattern = jsonencode({ kind = ["job"] }), on = "attributes" } }
    work = { function = module.function.function }
  }
}

module "bucket" {
  source          = "../../modules/bucket"
  name            = "${var.prefix}-uploads"
  events          = true
  cors            = { origins = ["https://app.example.com"], methods = ["PUT"], headers = ["content-type"] }
  lifecycle_rules = null
  protect         = var.protect
}

module "table" {
  source       = "../../modules/table"
  name         = "${var.prefix}-orders"
  stream       = "NEW_AND_OLD_IMAGES"
  time_to_live = "expires_at"
  protect      = var.protect

  keys = {
    partition = { name = "customer", type = "S" }
    sort      = { name = "id", type = "S" }
  }

  indexes = {
    by-time   = { sort = { name = "created_at", type = "S" } }
    by-status = { partition = { name = "status", type = "S" }, include = ["total"] }
  }
}

module "function" {
  source       = "../../modules/function"
  name         = "${var.prefix}-work"
  code         = var.handlers["library/echo"]
  asynchronous = { maximum_attempts = 1, maximum_age_seconds = 3600 }
  role         = var.role
  grants       = { send = module.queue_fifo.grants.send, table = module.table.grants.write }

  sources = {
    jobs   = { queue = module.queue.queue, batch_size = 100, window_seconds = 5, maximum_concurrency = 10 }
    orders = { table = module.table.table }
  }
}

module "event_bus" {
  source       = "../../modules/event-bus"
  name         = "${var.prefix}-shop"
  archive_days = 30
  publishers   = { partner = { account = "444455556666", sources = ["partner.shop"] } }
  role         = var.role

  rules = {
    ordered = {
      pattern = jsonencode({ source = ["shop"], detail-type = ["Ordered"] })
      targets = {
        jobs  = { queue = module.queue.queue, input_path = "$.detail" }
        start = { workflow = module.workflow.workflow }
        work  = { function = module.function.function }
      }
    }
  }
}

module "schedule" {
  source = "../../modules/schedule"
  name   = "${var.prefix}-clock"
  role   = var.role

  schedules = {
    nightly = { expression = "cron(30 2 * * ? *)", time_zone = "Europe/London", target = { function = module.function.function } }
    poll    = { expression = "rate(5 minutes)", flexible_window_minutes = 2, target = { queue = merge(module.queue_fifo.queue, { message_group_id = "poll" }) } }
  }
}

module "workflow" {
  source = "../../modules/workflow"
  name   = "${var.prefix}-greeting"
  role   = var.role

  definition = jsonencode({
    StartAt = "Greet"
    States  = { Greet = { Type = "Pass", Result = "hello", End = true } }
  })
}

module "http_api" {
  source   = "../../modules/http-api"
  name     = "${var.prefix}-orders"
  jwt      = module.identity.jwt
  throttle = { rate = 100, burst = 200 }
  cors     = { origins = ["https://shop.example.com"], headers = ["authorization"], methods = ["GET", "POST"] }

  routes = {
    "GET /health"  = { auth = "none", function = module.function.function }
    "POST /import" = { auth = "iam", function = module.function.function }
    "POST /orders" = { auth = "jwt", scopes = ["orders/write"], function = module.function.function, throttle = { rate = 5, burst = 10 } }
  }
}

module "identity" {
  source           = "../../modules/identity"
  name             = "${var.prefix}-people"
  mfa              = "OPTIONAL"
  domain           = { name = "${var.prefix}-people" }
  protect          = var.protect
  resource_servers = { orders = { name = "Orders", scopes = { write = "Place orders" } } }
  groups           = { managers = { description = "May refund", precedence = 10 } }
  triggers         = { pre_sign_up = module.function.function }

  clients = {
    page = {
      auth_flows = ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"]
      oauth      = { callback_urls = ["https://shop.example.com/"], scopes = ["openid", "email", "orders/write"] }
    }
    nightly = { auth_flows = [], secret = true, oauth = { flows = ["client_credentials"], scopes = ["orders/write"] } }
  }
}

module "site" {
  source  = "../../modules/site"
  name    = "${var.prefix}-site"
  protect = var.protect
}

module "email" {
  source   = "../../modules/email"
  name     = "${var.prefix}-mail"
  identity = "orders@example.com"
}
