# Every kind of target but a function, which ec2-control has; what is not for every minute is for a year nobody here sees.
module "schedule" {
  source = "../../modules/schedule"
  name   = "${var.prefix}-schedule"
  key    = module.schedule_key.key
  role   = var.role
  tags   = { system = "library" }
  alarms = { overrides = { dropped = { threshold = 3 }, undeliverable = { enabled = false } } }

  schedules = {
    minutely = {
      expression = "rate(1 minute)"
      input      = jsonencode({ every = "minute" })
      target     = { queue = module.schedule_queue.queue }
      retry      = { maximum_age_seconds = 60, maximum_attempts = 0 }
    }
    office_hours = {
      expression              = "cron(0/15 8-17 ? JAN-NOV MON-FRI 2198-2199)"
      time_zone               = "Europe/London"
      start_date              = "2198-01-01T00:00:00Z"
      end_date                = "2199-01-01T00:00:00Z"
      flexible_window_minutes = 5
      target                  = { workflow = module.schedule_flow.workflow }
    }
    launch = {
      expression        = "at(2199-03-01T09:00:00)"
      time_zone         = "Europe/Madrid"
      input             = jsonencode({ job = "launch" })
      dead_letter_queue = module.schedule_queue.dead_letter_queue
      target            = { queue = merge(module.schedule_orders.queue, { message_group_id = "launch" }) }
    }
    announce = { expression = "cron(0 9 L * ? 2199)", target = { topic = module.schedule_news.topic } }
    tick     = { expression = "cron(0 9 ? * 2#1 2199)", target = { bus = merge(module.schedule_bus.bus, { source = "clock", detail_type = "Tick" }) } }
    sample   = { expression = "cron(0 9 15W * ? 2199)", target = { stream = merge(module.schedule_clicks.stream, { partition_key = "clock" }) } }
    call = {
      expression = "cron(0 9 ? * FRIL 2199)"
      input      = jsonencode({ QueueUrl = module.schedule_queue.queue.url, MessageBody = "called" })
      target     = { api = { service = "sqs", action = "sendMessage", grants = { send = module.schedule_queue.grants.send } } }
    }
  }
}

module "schedule_key" {
  source  = "../../modules/key"
  name    = "${var.prefix}-schedule"
  protect = var.protect
}

module "schedule_queue" {
  source = "../../modules/queue"
  name   = "${var.prefix}-schedule-queue"
  key    = module.schedule_key.key
}

module "schedule_orders" {
  source = "../../modules/queue"
  name   = "${var.prefix}-schedule-orders"
  fifo   = { content_based_deduplication = true }
}

module "schedule_news" {
  source = "../../modules/topic"
  name   = "${var.prefix}-schedule-news"
}

module "schedule_bus" {
  source = "../../modules/event-bus"
  name   = "${var.prefix}-schedule-bus"
}

module "schedule_clicks" {
  source  = "../../modules/stream"
  name    = "${var.prefix}-schedule-clicks"
  protect = var.protect
}

module "schedule_flow" {
  source     = "../../modules/workflow"
  name       = "${var.prefix}-schedule-flow"
  role       = var.role
  release    = {}
  definition = jsonencode({ StartAt = "Done", States = { Done = { Type = "Pass", End = true } } })
}

output "schedule" {
  value = {
    group        = module.schedule.group
    role         = module.schedule.role
    dead_letters = module.schedule.dead_letter_queue
    queue        = module.schedule_queue.queue
  }
}
