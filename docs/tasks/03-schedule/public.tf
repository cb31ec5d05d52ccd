module "lost" {
  source  = "terraform-aws-modules/sqs/aws"
  version = "5.2.1"

  name                      = "shop-report-lost"
  message_retention_seconds = 1209600
}

module "report" {
  source  = "terraform-aws-modules/lambda/aws"
  version = "8.8.1"

  function_name                     = "shop-report"
  handler                           = "app.handler"
  runtime                           = "python3.13"
  architectures                     = ["arm64"]
  timeout                           = 30
  create_package                    = false
  local_existing_package            = "build/report.zip"
  publish                           = true
  tracing_mode                      = "Active"
  attach_tracing_policy             = true
  cloudwatch_logs_retention_in_days = 30
  create_async_event_config         = true
  destination_on_failure            = module.lost.queue_arn
  attach_async_event_policy         = true
}

module "nightly" {
  source  = "terraform-aws-modules/eventbridge/aws"
  version = "4.3.2"

  create_bus               = false
  role_name                = "shop-nightly"
  attach_lambda_policy     = true
  lambda_target_arns       = [module.report.lambda_function_arn]
  attach_policy_statements = true

  policy_statements = {
    lost = {
      effect    = "Allow"
      actions   = ["sqs:SendMessage"]
      resources = [module.lost.queue_arn]
    }
  }

  schedule_groups = {
    nightly = { name = "shop-nightly" }
  }

  schedules = {
    report = {
      group_name          = "shop-nightly"
      schedule_expression = "cron(30 2 * * ? *)"
      timezone            = "Europe/London"
      arn                 = module.report.lambda_function_arn
      dead_letter_arn     = module.lost.queue_arn
    }
  }
}
