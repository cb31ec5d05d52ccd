# Each function has a role of its own, with the grants of what it touches and no others.

locals {
  index_name = "by-creation"

  # Follows from the workflow's name: the functions need not wait for a workflow that needs their queues.
  _workflow_arn = module.delivery.sender.source_arn

  # A telephone number is no resource to IAM, so the region is the narrowest there is.
  text_messages = {
    actions    = ["sns:Publish"]
    resources  = ["*"]
    conditions = { StringEquals = { "aws:RequestedRegion" = [local._region] } }
  }
}

module "create" {
  source          = "../../modules/function"
  name            = "${var.prefix}-create"
  description     = "Checks what was asked for, remembers it and starts its delivery"
  code            = var.handlers["pet_cuddle_o_tron/create"]
  timeout_seconds = 10
  environment = {
    POOL_ID      = module.people.pool.id
    TABLE_NAME   = module.reminders.table.name
    WORKFLOW_ARN = local._workflow_arn
  }
  grants = {
    find_person = module.people.grants.read
    find        = module.reminders.grants.read
    record      = module.reminders.grants.write
    start       = module.delivery.grants.start
    follow      = module.delivery.grants.read
    stop        = module.delivery.grants.stop
  }
  role               = var.role
  alarms             = { actions = var.alarms.actions }
  log_retention_days = var.log_retention_days
  tags               = var.tags
}

module "status" {
  source          = "../../modules/function"
  name            = "${var.prefix}-status"
  description     = "Says what became of one reminder"
  code            = var.handlers["pet_cuddle_o_tron/status"]
  timeout_seconds = 10
  environment = {
    TABLE_NAME   = module.reminders.table.name
    WORKFLOW_ARN = local._workflow_arn
  }
  grants = {
    find   = module.reminders.grants.read
    follow = module.delivery.grants.read
  }
  role               = var.role
  alarms             = { actions = var.alarms.actions }
  log_retention_days = var.log_retention_days
  tags               = var.tags
}

module "cancel" {
  source          = "../../modules/function"
  name            = "${var.prefix}-cancel"
  description     = "Stops a reminder that was not sent yet"
  code            = var.handlers["pet_cuddle_o_tron/cancel"]
  timeout_seconds = 10
  environment = {
    TABLE_NAME   = module.reminders.table.name
    WORKFLOW_ARN = local._workflow_arn
  }
  grants = {
    find   = module.reminders.grants.read
    record = module.reminders.grants.write
    follow = module.delivery.grants.read
    stop   = module.delivery.grants.stop
  }
  role               = var.role
  alarms             = { actions = var.alarms.actions }
  log_retention_days = var.log_retention_days
  tags               = var.tags
}

module "list" {
  source          = "../../modules/function"
  name            = "${var.prefix}-list"
  description     = "Lists a person's own reminders"
  code            = var.handlers["pet_cuddle_o_tron/list"]
  timeout_seconds = 10
  environment = {
    INDEX_NAME = local.index_name
    TABLE_NAME = module.reminders.table.name
  }
  grants             = { find = module.reminders.index_grants[local.index_name].query }
  role               = var.role
  alarms             = { actions = var.alarms.actions }
  log_retention_days = var.log_retention_days
  tags               = var.tags
}

module "send_email" {
  source          = "../../modules/function"
  name            = "${var.prefix}-send-email"
  description     = "Mails a reminder that is due to its owner, and tells the workflow"
  code            = var.handlers["pet_cuddle_o_tron/send_email"]
  timeout_seconds = local.consumer_timeout
  sources         = { email = { queue = module.email_queue.queue, batch_size = 10 } }
  environment = {
    CONFIGURATION_SET = module.mail.configuration_set.name
    POOL_ID           = module.people.pool.id
    SENDER_ADDRESS    = module.mail.identity.address
    TABLE_NAME        = module.reminders.table.name
  }
  grants = {
    find_person = module.people.grants.read
    find        = module.reminders.grants.read
    record      = module.reminders.grants.write
    send        = module.mail.grants.send
    answer      = module.delivery.grants.answer
  }
  role               = var.role
  alarms             = { actions = var.alarms.actions }
  log_retention_days = var.log_retention_days
  tags               = var.tags
}

module "send_sms" {
  source          = "../../modules/function"
  name            = "${var.prefix}-send-sms"
  description     = "Texts a reminder that is due to its owner, and tells the workflow"
  code            = var.handlers["pet_cuddle_o_tron/send_sms"]
  timeout_seconds = local.consumer_timeout
  sources         = { sms = { queue = module.sms_queue.queue, batch_size = 10 } }
  environment = {
    POOL_ID    = module.people.pool.id
    TABLE_NAME = module.reminders.table.name
  }
  grants = {
    find_person = module.people.grants.read
    find        = module.reminders.grants.read
    record      = module.reminders.grants.write
    send        = local.text_messages
    answer      = module.delivery.grants.answer
  }
  role               = var.role
  alarms             = { actions = var.alarms.actions }
  log_retention_days = var.log_retention_days
  tags               = var.tags
}
