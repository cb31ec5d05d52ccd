# A topic with every kind of subscriber, a first-in, first-out one under a key, and subscriptions to it as another state would attach them.
module "topic" {
  source             = "../../modules/topic"
  name               = "${var.prefix}-topic"
  display_name       = "Library"
  delivery_status    = { delivery_stream = {}, function = { success_percent = 100 }, https = {}, push = {}, queue = { success_percent = 5 } }
  log_retention_days = 7
  role               = var.role
  subscribers        = { partner = { account = "444455556666", kinds = ["queue"] } }
  tags               = { system = "library" }

  subscriptions = {
    archive = { delivery_stream = { arn = "arn:aws:firehose:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:deliverystream/${var.prefix}-topic" }, raw = true }
    bot     = { email_json = "bot@example.com" }
    small   = { queue = module.topic_queue["cheap"].queue, filter = { pattern = jsonencode({ total = [{ numeric = ["<", 10] }] }), on = "body" } }
    log     = { function = module.topic_function.function, filter = { pattern = jsonencode({ kind = ["refund"] }) } }
    mail    = { email = "ops@example.com", dead_letters_name = "${var.prefix}-topic-unsent" }
    paid    = { queue = module.topic_queue["refunds"].queue, filter = { pattern = jsonencode({ kind = ["refund"] }) }, raw = true }
    page    = { https = { url = "https://hooks.invalid/sns", content_type = "application/json", maximum_per_second = 5, retries = 10 } }
    phone   = { push = { arn = "arn:aws:sns:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:endpoint/APNS/library/1" } }
    text    = { sms = "+4930123456" }
  }
}

module "topic_queue" {
  source   = "../../modules/queue"
  for_each = toset(["cheap", "refunds"])
  name     = "${var.prefix}-topic-${each.key}"
  senders  = { topic = module.topic.sender }
}

module "topic_function" {
  source       = "../../modules/function"
  name         = "${var.prefix}-topic"
  asynchronous = { on_failure = { queue = module.topic_queue["refunds"].dead_letter_queue } }
  code         = var.handlers["library/echo"]
  role         = var.role
}

module "topic_key" {
  source   = "../../modules/key"
  name     = "${var.prefix}-topic"
  services = ["events.amazonaws.com", "sns.amazonaws.com"]
  protect  = var.protect
}

module "topic_ordered" {
  source = "../../modules/topic"
  name   = "${var.prefix}-topic-ordered"
  fifo   = { archive_days = 30, content_based_deduplication = true }
  key    = module.topic_key.key

  publishers = {
    bus     = { service = "events.amazonaws.com", source_arn = "arn:aws:events:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:rule/${var.prefix}-*" }
    company = { organisation = "o-a1b2c3d4e5" }
    partner = { account = "444455556666" }
  }
}

module "topic_ledger" {
  source  = "../../modules/queue"
  name    = "${var.prefix}-topic-ledger"
  fifo    = {}
  key     = module.topic_key.key
  senders = { topic = module.topic_ordered.sender }
}

module "topic_attached" {
  source        = "../../modules/topic"
  name          = "${var.prefix}-topic-attached"
  topic         = module.topic_ordered.topic
  subscriptions = { ledger = { queue = module.topic_ledger.queue, raw = true, replay = { from = "2026-11-01T00:00:00Z" } } }
}

output "topic" {
  value = {
    topic         = module.topic.topic
    subscriptions = module.topic.subscriptions
    queues        = { for label, queue in module.topic_queue : label => queue.queue.url }
    function      = module.topic_function.function.name
    log_groups    = module.topic.log_groups
    ordered       = module.topic_ordered.topic
    ledger        = module.topic_ledger.queue.url
  }
}
