data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  _account    = data.aws_caller_identity.current.account_id
  _dns_suffix = data.aws_partition.current.dns_suffix
  _region     = data.aws_region.current.id

  consumer_timeout = 30

  # SQS's addresses follow from the names, so the definition is known at the first plan and waits for no queue.
  queue_urls = {
    for channel in ["email", "sms"] :
    channel => "https://sqs.${local._region}.${local._dns_suffix}/${local._account}/${var.prefix}-${channel}"
  }
}

module "people" {
  source  = "../../modules/identity"
  name    = "${var.prefix}-people"
  sign_in = ["email"]
  mfa     = "OFF" # the page asks for no second factor, so nobody may lock themselves out with one
  sign_up = { verify = ["email", "phone_number"] }
  clients = { page = {} }
  role    = var.role
  protect = var.protect
  tags    = var.tags
}

module "site" {
  source      = "../../modules/site"
  name        = "${var.prefix}-site"
  aliases     = var.domain == null ? [] : [var.domain.name]
  certificate = one(var.domain[*].certificate)
  protect     = var.protect
  tags        = var.tags
}

module "api" {
  source             = "../../modules/http-api"
  name               = "${var.prefix}-api"
  description        = "Ask to be reminded, see what became of it, change one's mind"
  jwt                = module.people.jwt
  throttle           = { rate = 20, burst = 40 }
  alarms             = { actions = var.alarms.actions }
  log_retention_days = var.log_retention_days
  tags               = var.tags

  cors = {
    origins         = [module.site.site.url]
    headers         = ["authorization", "content-type", "idempotency-key", "x-correlation-id"]
    methods         = ["DELETE", "GET", "POST"]
    exposed_headers = ["location", "retry-after", "x-correlation-id"]
  }

  routes = {
    "DELETE /reminders/{id}" = { auth = "jwt", function = module.cancel.function }
    "GET /reminders"         = { auth = "jwt", function = module.list.function }
    "GET /reminders/{id}"    = { auth = "jwt", function = module.status.function }
    "POST /reminders"        = { auth = "jwt", function = module.create.function, throttle = { rate = 5, burst = 10 } }
  }
}

module "reminders" {
  source       = "../../modules/table"
  name         = "${var.prefix}-reminders"
  keys         = { partition = { name = "owner", type = "S" }, sort = { name = "id", type = "S" } }
  indexes      = { (local.index_name) = { sort = { name = "created_at", type = "S" } } } # local: a list shows what was just made
  time_to_live = "expires_at"
  protect      = var.protect
  alarms       = { actions = var.alarms.actions }
  tags         = var.tags
}

module "delivery" {
  source     = "../../modules/workflow"
  name       = "${var.prefix}-delivery"
  definition = file("${path.module}/workflow.asl.json")
  substitutions = {
    partition       = data.aws_partition.current.partition
    email_queue_url = local.queue_urls.email
    sms_queue_url   = local.queue_urls.sms
    table_name      = module.reminders.table.name
  }
  grants = {
    email  = module.email_queue.grants.send
    sms    = module.sms_queue.grants.send
    record = module.reminders.grants.write
  }
  role               = var.role
  alarms             = { actions = var.alarms.actions }
  log_retention_days = var.log_retention_days
  tags               = var.tags
}

module "email_queue" {
  source           = "../../modules/queue"
  name             = "${var.prefix}-email"
  consumer_timeout = local.consumer_timeout
  alarms           = { actions = var.alarms.actions }
  tags             = var.tags
}

module "sms_queue" {
  source           = "../../modules/queue"
  name             = "${var.prefix}-sms"
  consumer_timeout = local.consumer_timeout
  alarms           = { actions = var.alarms.actions }
  tags             = var.tags
}

module "mail" {
  source   = "../../modules/email"
  name     = "${var.prefix}-mail"
  identity = var.sender
  key      = module.key.key
  alarms   = { actions = var.alarms.actions }
  tags     = var.tags
}

# What SES tells of bounces names people's addresses, and SNS's own key doesn't let SES write.
module "key" {
  source   = "../../modules/key"
  name     = "${var.prefix}-feedback"
  services = ["ses.amazonaws.com"]
  protect  = var.protect
  tags     = var.tags
}
