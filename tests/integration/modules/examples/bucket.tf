# A bucket under a key with everything on; what it tells the default bus; and one that takes its access logs.
module "bucket_key" {
  source  = "../../modules/key"
  name    = "${var.prefix}-bucket"
  protect = var.protect
}

module "bucket" {
  source      = "../../modules/bucket"
  name        = "${var.prefix}-bucket"
  access_logs = { bucket = module.bucket_logs.bucket }
  cors        = { origins = ["https://app.example.com"], methods = ["GET", "PUT"], headers = ["content-type"] }
  events      = true
  key         = module.bucket_key.key
  prefixes    = { originals = "originals/" }
  protect     = var.protect
  tags        = { system = "library" }

  lifecycle_rules = {
    old-versions = { expire_old_versions_days = 90, keep_old_versions = 3, move_old_versions_days = { GLACIER_IR = 30 } }
    originals    = { prefix = "originals/", tags = { kept = "long" }, expire_days = 365, move_days = { GLACIER_IR = 30, DEEP_ARCHIVE = 180 } }
  }
}

module "bucket_logs" {
  source          = "../../modules/bucket"
  name            = "${var.prefix}-bucket-logs"
  lifecycle_rules = { all = { expire_days = 30, expire_old_versions_days = 7 } }
  protect         = var.protect

  senders = {
    access-logs = { service = "logging.s3.amazonaws.com", source_arn = "arn:aws:s3:::${var.prefix}-bucket", prefix = "${var.prefix}-bucket/" }
    deliveries  = { service = "delivery.logs.amazonaws.com", source_arn = "arn:aws:logs:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:*", prefix = "AWSLogs/" }
  }
}

module "bucket_locked" {
  source          = "../../modules/bucket"
  name            = "${var.prefix}-bucket-locked"
  lifecycle_rules = null
  object_lock     = { days = 1 }
  protect         = var.protect
}

module "bucket_events" {
  source = "../../modules/event-bus"
  name   = "${var.prefix}-bucket"
  bus    = { name = "default", arn = "arn:aws:events:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:event-bus/default" }
  role   = var.role

  rules = {
    uploaded = {
      pattern = jsonencode({ source = ["aws.s3"], detail-type = ["Object Created"], detail = { bucket = { name = ["${var.prefix}-bucket"] } } })
      targets = { queue = { queue = module.bucket_queue.queue } }
    }
  }
}

module "bucket_queue" {
  source  = "../../modules/queue"
  name    = "${var.prefix}-bucket"
  senders = { bus = module.bucket_events.sender }
}

output "bucket" {
  value = {
    bucket = module.bucket.bucket
    locked = module.bucket_locked.bucket
    logs   = module.bucket_logs.bucket
    queue  = module.bucket_queue.queue.url
    roles  = { for label, role in aws_iam_role.bucket : label => role.arn }
  }
}

# Roles that hold nothing but grants: on a prefix, and on all of the bucket.
locals {
  bucket_roles = {
    prefix = module.bucket.prefix_grants.originals
    all    = module.bucket.grants
  }
}

resource "aws_iam_role" "bucket" {
  for_each = toset(["all", "prefix"])

  name                 = "${var.prefix}-bucket-${each.key}"
  path                 = var.role.path
  permissions_boundary = var.role.permissions_boundary

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = data.aws_caller_identity.current.account_id } }]
  })
}

resource "aws_iam_role_policy" "bucket" {
  for_each = toset(["all", "prefix"])

  name = "grants"
  role = aws_iam_role.bucket[each.key].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for grant in values(local.bucket_roles[each.key]) :
      merge({ Effect = "Allow", Action = grant.actions, Resource = grant.resources }, { for name, value in { Condition = grant.conditions } : name => value if length(value) > 0 })
    ]
  })
}
