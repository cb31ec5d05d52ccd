# A first-in, first-out queue under a key, which another account and a bus may send to; a delayed one whose dead-letter queue a third
# one shares.
locals {
  queue_shared = "${var.prefix}-queue-shared"
}

module "queue_key" {
  source   = "../../modules/key"
  name     = "${var.prefix}-queue"
  services = ["events.amazonaws.com"]
  users    = { partner = { account = "444455556666", via = ["sqs"] } }
  protect  = var.protect
}

module "queue" {
  source           = "../../modules/queue"
  name             = "${var.prefix}-queue"
  consumer_timeout = 10
  fifo             = { content_based_deduplication = true }
  key              = module.queue_key.key
  max_receives     = 2
  tags             = { system = "library" }

  alarms = { overrides = { age = { threshold = 300 } } }

  senders = {
    bus     = { service = "events.amazonaws.com", source_arn = "arn:aws:events:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:rule/${var.prefix}-*" }
    company = { organisation = "o-a1b2c3d4e5" }
    partner = { account = "444455556666" }
  }
}

module "queue_delayed" {
  source            = "../../modules/queue"
  name              = "${var.prefix}-queue-delayed"
  consumer_timeout  = 1
  delay_seconds     = 2
  retention_seconds = 3600

  dead_letters = {
    name              = "${var.prefix}-queue-failed"
    retention_seconds = 86400
    sources           = ["arn:aws:sqs:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:${local.queue_shared}"]
  }
}

module "queue_shared" {
  source            = "../../modules/queue"
  name              = local.queue_shared
  dead_letters      = { queue = module.queue_delayed.dead_letter_queue }
  max_receives      = 1
  retention_seconds = 3600
}

output "queue" {
  value = {
    fifo      = merge(module.queue.queue, { dead_letters = module.queue.dead_letter_queue })
    delayed   = merge(module.queue_delayed.queue, { dead_letters = module.queue_delayed.dead_letter_queue })
    shared    = merge(module.queue_shared.queue, { dead_letters = module.queue_shared.dead_letter_queue })
    role_arns = { for label, role in aws_iam_role.queue : label => role.arn }
  }
}

# Two roles that hold nothing but a grant.
resource "aws_iam_role" "queue" {
  for_each = { consume = module.queue.grants.consume, send = module.queue.grants.send }

  name                 = "${var.prefix}-queue-${each.key}"
  path                 = var.role.path
  permissions_boundary = var.role.permissions_boundary

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = data.aws_caller_identity.current.account_id } }]
  })
}

resource "aws_iam_role_policy" "queue" {
  for_each = { consume = module.queue.grants.consume, send = module.queue.grants.send }

  name = "grant"
  role = aws_iam_role.queue[each.key].name

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = each.value.actions, Resource = each.value.resources }]
  })
}
