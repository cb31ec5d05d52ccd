# What faults are injected into: consumers of queues, a topic and a bus that filter, subscribers of which two are broken, and functions
# that are called asynchronously and fail.
data "aws_caller_identity" "current" {}
data "aws_region" "current" {}

locals {
  # By name, so that topic and bus don't wait for the queues; under the last one nothing is made.
  queues = { for name in ["first", "second", "gone"] : name => {
    arn = "arn:aws:sqs:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:${var.prefix}-${name}"
  } }
  # A table that is not there until a test makes it.
  downstream = {
    actions   = ["dynamodb:PutItem"]
    resources = ["arn:aws:dynamodb:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:table/${var.prefix}-downstream"]
  }
}

module "effects" {
  source  = "../../modules/table"
  name    = "${var.prefix}-effects"
  keys    = { partition = { name = "run", type = "S" }, sort = { name = "what", type = "S" } }
  protect = var.protect
}

# A busy machine may fail a batch more often than the tests do: only `strict` gives a message up soon.
module "work_queue" {
  source           = "../../modules/queue"
  name             = "${var.prefix}-work"
  consumer_timeout = 10
  max_receives     = 20
}

module "work" {
  source          = "../../modules/function"
  name            = "${var.prefix}-work"
  code            = var.handlers["faults/consume"]
  environment     = { EFFECTS_TABLE = module.effects.table.name, DOWNSTREAM_TABLE = "${var.prefix}-downstream" }
  timeout_seconds = 10
  sources         = { queue = { queue = module.work_queue.queue, batch_size = 10 } }
  grants          = { effects = module.effects.grants.write, downstream = local.downstream }
}

# What is received three times is given up, so the consumer has more time: a busy machine must not use these up.
module "strict_queue" {
  source           = "../../modules/queue"
  name             = "${var.prefix}-strict"
  consumer_timeout = 20
  max_receives     = 3
}

module "strict" {
  source          = "../../modules/function"
  name            = "${var.prefix}-strict"
  code            = var.handlers["faults/refuse"]
  environment     = { EFFECTS_TABLE = module.effects.table.name }
  timeout_seconds = 20
  sources         = { queue = { queue = module.strict_queue.queue, batch_size = 10 } }
  grants          = { effects = module.effects.grants.write }
}

module "narrow_queue" {
  source           = "../../modules/queue"
  name             = "${var.prefix}-narrow"
  consumer_timeout = 10
  max_receives     = 20
}

module "narrow" {
  source               = "../../modules/function"
  name                 = "${var.prefix}-narrow"
  code                 = var.handlers["faults/consume"]
  environment          = { EFFECTS_TABLE = module.effects.table.name }
  reserved_concurrency = 1
  timeout_seconds      = 10
  sources              = { queue = { queue = module.narrow_queue.queue, batch_size = 10 } }
  grants               = { effects = module.effects.grants.write }
}

# Two queues that nobody consumes but the tests.
module "first" {
  source  = "../../modules/queue"
  name    = "${var.prefix}-first"
  senders = { news = module.news.sender, fan = module.fan.sender, bus = module.bus.sender }
}

module "second" {
  source  = "../../modules/queue"
  name    = "${var.prefix}-second"
  senders = { news = module.news.sender, bus = module.bus.sender }
}

module "news" {
  source = "../../modules/topic"
  name   = "${var.prefix}-news"
  subscriptions = {
    on-attributes = { queue = local.queues.first, raw = true, filter = { pattern = jsonencode({ kind = ["refund"] }) } }
    on-body       = { queue = local.queues.second, raw = true, filter = { pattern = jsonencode({ total = [{ numeric = ["<", 10] }] }), on = "body" } }
  }
}

module "bus" {
  source = "../../modules/event-bus"
  name   = "${var.prefix}-bus"
  events = { ordered = { source = "shop", detail_type = "Ordered" }, refund = { source = "shop", detail_type = "Refunded" } }
  rules = {
    by-type = {
      pattern = jsonencode({ detail-type = ["Refunded"] })
      targets = { queue = { queue = local.queues.first } }
    }
    by-detail = {
      pattern = jsonencode({ detail = { total = [{ numeric = ["<", 10] }] } })
      targets = { queue = { queue = local.queues.second } }
    }
  }
}

# One subscriber works; the function fails each time, and the queue is not there.
module "fan" {
  source = "../../modules/topic"
  name   = "${var.prefix}-fan"
  subscriptions = {
    good   = { queue = local.queues.first, raw = true }
    broken = { function = module.loud.function }
    gone   = { queue = local.queues.gone, raw = true }
  }
}

# Gives up to a destination, which gets a record.
module "loud" {
  source       = "../../modules/function"
  name         = "${var.prefix}-loud"
  code         = var.handlers["faults/fail"]
  asynchronous = { maximum_attempts = 1 }
}

# Gives up to a dead-letter queue, which gets the event.
module "quiet" {
  source       = "../../modules/function"
  name         = "${var.prefix}-quiet"
  code         = var.handlers["faults/fail"]
  asynchronous = { maximum_attempts = 0, dead_letters = { queue = local.queues.second } }
}

# Busy with one call for longer than an event may wait.
module "busy" {
  source               = "../../modules/function"
  name                 = "${var.prefix}-busy"
  code                 = var.handlers["faults/fail"]
  reserved_concurrency = 1
  timeout_seconds      = 120

  asynchronous = {
    maximum_age_seconds = 60
    on_failure          = { queue = module.late.queue }
    dead_letters        = { queue = module.late.dead_letter_queue }
  }
}

module "late" {
  source = "../../modules/queue"
  name   = "${var.prefix}-late"
}

module "clock" {
  source = "../../modules/schedule"
  name   = "${var.prefix}-clock"
  schedules = {
    never = { expression = "cron(0 9 L * ? 2199)", target = { queue = local.queues.gone } }
  }
}
