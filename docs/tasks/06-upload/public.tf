module "uploads" {
  source  = "terraform-aws-modules/s3-bucket/aws"
  version = "5.15.4"

  bucket                                = "shop-uploads-123456789012"
  control_object_ownership              = true
  object_ownership                      = "BucketOwnerEnforced"
  attach_deny_insecure_transport_policy = true
  versioning                            = { enabled = true }

  lifecycle_rule = [{
    id                                     = "uploads"
    enabled                                = true
    abort_incomplete_multipart_upload_days = 7
  }]
}

module "on_upload" {
  source  = "terraform-aws-modules/s3-bucket/aws//modules/notification"
  version = "5.15.4"

  bucket      = module.uploads.s3_bucket_id
  eventbridge = true
}

module "lost" {
  source  = "terraform-aws-modules/sqs/aws"
  version = "5.2.1"

  name                      = "shop-look-lost"
  message_retention_seconds = 1209600
  create_queue_policy       = true

  queue_policy_statements = {
    events = {
      sid        = "Events"
      actions    = ["sqs:SendMessage"]
      principals = [{ type = "Service", identifiers = ["events.amazonaws.com"] }]
      condition  = [{ test = "ArnEquals", variable = "aws:SourceArn", values = [module.events.eventbridge_rule_arns["made"]] }]
    }
  }
}

module "look" {
  source  = "terraform-aws-modules/lambda/aws"
  version = "8.8.1"

  function_name                     = "shop-look"
  handler                           = "app.handler"
  runtime                           = "python3.13"
  architectures                     = ["arm64"]
  timeout                           = 30
  create_package                    = false
  local_existing_package            = "build/look.zip"
  publish                           = true
  tracing_mode                      = "Active"
  attach_tracing_policy             = true
  cloudwatch_logs_retention_in_days = 30
  create_async_event_config         = true
  destination_on_failure            = module.lost.queue_arn
  attach_async_event_policy         = true
  attach_policy_statements          = true

  policy_statements = {
    uploads = {
      effect    = "Allow"
      actions   = ["s3:GetObject"]
      resources = ["${module.uploads.s3_bucket_arn}/*"]
    }
    list = {
      effect    = "Allow"
      actions   = ["s3:ListBucket"]
      resources = [module.uploads.s3_bucket_arn]
    }
  }

  allowed_triggers = {
    made = {
      principal  = "events.amazonaws.com"
      source_arn = module.events.eventbridge_rule_arns["made"]
    }
  }
}

module "events" {
  source  = "terraform-aws-modules/eventbridge/aws"
  version = "4.3.2"

  create_bus  = false
  create_role = false

  rules = {
    made = {
      event_pattern = jsonencode({ source = ["aws.s3"], detail-type = ["Object Created"], detail = { bucket = { name = [module.uploads.s3_bucket_id] } } })
    }
  }

  targets = {
    made = [{
      name            = "look"
      arn             = module.look.lambda_function_arn
      dead_letter_arn = module.lost.queue_arn
    }]
  }
}
