module "orders" {
  source  = "terraform-aws-modules/dynamodb-table/aws"
  version = "5.5.0"

  name                           = "shop-orders"
  hash_key                       = "id"
  attributes                     = [{ name = "id", type = "S" }]
  stream_enabled                 = true
  stream_view_type               = "NEW_AND_OLD_IMAGES"
  point_in_time_recovery_enabled = true
  deletion_protection_enabled    = true
}

module "lost" {
  source  = "terraform-aws-modules/sqs/aws"
  version = "5.2.1"

  name                      = "shop-index-lost"
  message_retention_seconds = 1209600
}

module "index" {
  source  = "terraform-aws-modules/lambda/aws"
  version = "8.8.1"

  function_name                     = "shop-index"
  handler                           = "app.handler"
  runtime                           = "python3.13"
  architectures                     = ["arm64"]
  timeout                           = 30
  create_package                    = false
  local_existing_package            = "build/index.zip"
  publish                           = true
  tracing_mode                      = "Active"
  attach_tracing_policy             = true
  cloudwatch_logs_retention_in_days = 30
  attach_policy_statements          = true

  policy_statements = {
    orders = {
      effect    = "Allow"
      actions   = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"]
      resources = [module.orders.dynamodb_table_stream_arn]
    }
    lost = {
      effect    = "Allow"
      actions   = ["sqs:SendMessage"]
      resources = [module.lost.queue_arn]
    }
  }

  event_source_mapping = {
    orders = {
      event_source_arn               = module.orders.dynamodb_table_stream_arn
      starting_position              = "TRIM_HORIZON"
      function_response_types        = ["ReportBatchItemFailures"]
      bisect_batch_on_function_error = true
      maximum_retry_attempts         = 10
      maximum_record_age_in_seconds  = 86400
      destination_arn_on_failure     = module.lost.queue_arn
    }
  }
}
