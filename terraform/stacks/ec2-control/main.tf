data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  _account   = data.aws_caller_identity.current.account_id
  _partition = data.aws_partition.current.partition
  _region    = data.aws_region.current.id

  _state_change = "EC2 Instance State-change Notification"

  # Four times what a thousand instances take.
  timeout_seconds = 300

  _schedule_environment = {
    OPT_IN_TAG_KEY   = var.schedule_tag.key
    OPT_IN_TAG_VALUE = var.schedule_tag.value
    MARK_TAG_KEY     = var.mark_tag_key
  }

  _functions = {
    start = module.start.function
    stop  = module.stop.function
  }
}

module "stop" {
  source = "../../modules/function"

  name               = "${var.prefix}-stop"
  description        = "Stops the instances tagged ${var.schedule_tag.key} = ${var.schedule_tag.value} and marks what it stopped"
  code               = var.handlers["ec2_control/stop"]
  environment        = local._schedule_environment
  timeout_seconds    = local.timeout_seconds
  grants             = { find = local.grants.find, stop = local.grants.stop_scheduled, mark = local.grants.mark_scheduled }
  asynchronous       = { maximum_attempts = 2, maximum_age_seconds = 3600 }
  role               = var.role
  alarms             = { actions = var.alarms.actions }
  log_retention_days = var.log_retention_days
  tags               = var.tags
}

module "start" {
  source = "../../modules/function"

  name        = "${var.prefix}-start"
  description = "Starts the instances that a scheduled stop has marked"
  code        = var.handlers["ec2_control/start"]
  environment = local._schedule_environment
  grants = merge(
    { find = local.grants.find, start = local.grants.start_scheduled, mark = local.grants.unmark_scheduled },
    local.volume_grants,
  )
  timeout_seconds    = local.timeout_seconds
  asynchronous       = { maximum_attempts = 2, maximum_age_seconds = 3600 }
  role               = var.role
  alarms             = { actions = var.alarms.actions }
  log_retention_days = var.log_retention_days
  tags               = var.tags
}

module "protect" {
  source = "../../modules/function"

  name        = "${var.prefix}-protect"
  description = "Starts an instance tagged ${var.protect_tag.key} = ${var.protect_tag.value} again when anything but the schedule stopped it"
  code        = var.handlers["ec2_control/protect"]
  environment = {
    OPT_IN_TAG_KEY   = var.protect_tag.key
    OPT_IN_TAG_VALUE = var.protect_tag.value
    MARK_TAG_KEY     = var.mark_tag_key
  }
  grants = merge(
    { find = local.grants.find, start = local.grants.start_protected },
    local.volume_grants,
  )
  asynchronous       = { maximum_attempts = 2, maximum_age_seconds = 3600 }
  role               = var.role
  alarms             = { actions = var.alarms.actions }
  log_retention_days = var.log_retention_days
  tags               = var.tags
}

module "schedules" {
  source = "../../modules/schedule"

  name = "${var.prefix}-hours"
  schedules = {
    for name, schedule in var.schedules : name => {
      description             = "${title(schedule.action)}s the instances tagged ${var.schedule_tag.key} = ${var.schedule_tag.value}"
      expression              = schedule.expression
      time_zone               = coalesce(schedule.time_zone, var.time_zone)
      enabled                 = schedule.enabled
      flexible_window_minutes = schedule.flexible_window_minutes
      input                   = jsonencode({ action = schedule.action })
      target                  = { function = local._functions[schedule.action] }
    }
  }
  role   = var.role
  alarms = { actions = var.alarms.actions }
  tags   = var.tags
}

module "state_changes" {
  source = "../../modules/event-bus"

  name = "${var.prefix}-ec2"
  # AWS's own services put their events on the account's default bus and no other.
  bus = {
    name = "default"
    arn  = "arn:${local._partition}:events:${local._region}:${local._account}:event-bus/default"
  }
  rules = {
    stopped = {
      description = "An instance has stopped, whoever stopped it"
      pattern = jsonencode({
        source      = ["aws.ec2"]
        detail-type = [local._state_change]
        detail      = { state = ["stopped"] }
      })
      # Protecting what is only about to stop, or has just been started again, would be a loop.
      matches = { stopped = jsonencode({ source = "aws.ec2", detail-type = local._state_change, detail = { instance-id = "i-1", state = "stopped" } }) }
      rejects = {
        for state in ["pending", "running", "stopping", "terminated"] :
        state => jsonencode({ source = "aws.ec2", detail-type = local._state_change, detail = { instance-id = "i-1", state = state } })
      }
      targets = { protect = { function = module.protect.function } }
    }
  }
  role   = var.role
  alarms = { actions = var.alarms.actions }
  tags   = var.tags
}
