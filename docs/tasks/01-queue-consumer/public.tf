module "jobs" {
  source  = "terraform-aws-modules/sqs/aws"
  version = "5.2.1"

  name                          = "shop-jobs"
  visibility_timeout_seconds    = 180
  receive_wait_time_seconds     = 20
  create_dlq                    = true
  dlq_message_retention_seconds = 1209600
  redrive_policy                = { maxReceiveCount = 5 }
  create_queue_policy           = true

  queue_policy_statements = {
    tls = {
      sid        = "TlsOnly"
      effect     = "Deny"
      actions    = ["sqs:*"]
      principals = [{ type = "*", identifiers = ["*"] }]
      condition  = [{ test = "Bool", variable = "aws:SecureTransport", values = ["false"] }]
    }
  }
}

module "work" {
  source  = "terraform-aws-modules/lambda/aws"
  version = "8.8.1"

  function_name                     = "shop-work"
  handler                           = "app.handler"
  runtime                           = "python3.13"
  architectures                     = ["arm64"]
  timeout                           = 30
  create_package                    = false
  local_existing_package            = "build/work.zip"
  publish                           = true
  tracing_mode                      = "Active"
  attach_tracing_policy             = true
  cloudwatch_logs_retention_in_days = 30
  attach_policy_statements          = true

  policy_statements = {
    jobs = {
      effect    = "Allow"
      actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"]
      resources = [module.jobs.queue_arn]
    }
  }

  event_source_mapping = {
    jobs = {
      event_source_arn        = module.jobs.queue_arn
      function_response_types = ["ReportBatchItemFailures"]
    }
  }
}
