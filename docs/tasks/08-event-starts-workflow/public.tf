module "orders" {
  source  = "terraform-aws-modules/dynamodb-table/aws"
  version = "5.5.0"

  name                           = "shop-orders"
  hash_key                       = "id"
  attributes                     = [{ name = "id", type = "S" }]
  point_in_time_recovery_enabled = true
  deletion_protection_enabled    = true
}

module "accept" {
  source  = "terraform-aws-modules/step-functions/aws"
  version = "5.0.2"

  name                                   = "shop-accept"
  definition                             = templatefile("${path.module}/accept.asl.json", { table = module.orders.dynamodb_table_id })
  cloudwatch_log_group_retention_in_days = 30
  attach_policy_statements               = true

  logging_configuration = {
    include_execution_data = false
    level                  = "ERROR"
  }

  policy_statements = {
    orders = {
      effect    = "Allow"
      actions   = ["dynamodb:PutItem", "dynamodb:UpdateItem"]
      resources = [module.orders.dynamodb_table_arn]
    }
  }

  service_integrations = {
    xray = { xray = true }
  }
}

module "lost" {
  source  = "terraform-aws-modules/sqs/aws"
  version = "5.2.1"

  name                      = "shop-events-lost"
  message_retention_seconds = 1209600
  create_queue_policy       = true

  queue_policy_statements = {
    events = {
      sid        = "Events"
      actions    = ["sqs:SendMessage"]
      principals = [{ type = "Service", identifiers = ["events.amazonaws.com"] }]
      condition  = [{ test = "ArnEquals", variable = "aws:SourceArn", values = [module.events.eventbridge_rule_arns["ordered"]] }]
    }
  }
}

module "events" {
  source  = "terraform-aws-modules/eventbridge/aws"
  version = "4.3.2"

  bus_name          = "shop-events"
  role_name         = "shop-events"
  attach_sfn_policy = true
  sfn_target_arns   = [module.accept.state_machine_arn]

  rules = {
    ordered = { event_pattern = jsonencode({ source = ["shop"], detail-type = ["Ordered"] }) }
  }

  targets = {
    ordered = [{
      name            = "accept"
      arn             = module.accept.state_machine_arn
      attach_role_arn = true
      dead_letter_arn = module.lost.queue_arn
    }]
  }
}
