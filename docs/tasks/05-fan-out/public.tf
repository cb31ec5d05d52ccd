module "orders" {
  source  = "terraform-aws-modules/sns/aws"
  version = "7.1.0"

  name              = "shop-orders"
  kms_master_key_id = "alias/aws/sns"

  subscriptions = {
    letters = {
      protocol             = "sqs"
      endpoint             = module.letters.queue_arn
      raw_message_delivery = true
      filter_policy        = jsonencode({ kind = ["letter"] })
      redrive_policy       = jsonencode({ deadLetterTargetArn = module.letters.dead_letter_queue_arn })
    }

    parcels = {
      protocol             = "sqs"
      endpoint             = module.parcels.queue_arn
      raw_message_delivery = true
      filter_policy        = jsonencode({ kind = ["parcel"] })
      redrive_policy       = jsonencode({ deadLetterTargetArn = module.parcels.dead_letter_queue_arn })
    }
  }
}

module "letters" {
  source  = "terraform-aws-modules/sqs/aws"
  version = "5.2.1"

  name                          = "shop-letters"
  visibility_timeout_seconds    = 180
  receive_wait_time_seconds     = 20
  create_dlq                    = true
  dlq_message_retention_seconds = 1209600
  redrive_policy                = { maxReceiveCount = 5 }
  create_queue_policy           = true
  create_dlq_queue_policy       = true

  queue_policy_statements = {
    orders = {
      sid        = "Orders"
      actions    = ["sqs:SendMessage"]
      principals = [{ type = "Service", identifiers = ["sns.amazonaws.com"] }]
      condition  = [{ test = "ArnEquals", variable = "aws:SourceArn", values = [module.orders.topic_arn] }]
    }
  }

  dlq_queue_policy_statements = {
    orders = {
      sid        = "Orders"
      actions    = ["sqs:SendMessage"]
      principals = [{ type = "Service", identifiers = ["sns.amazonaws.com"] }]
      condition  = [{ test = "ArnEquals", variable = "aws:SourceArn", values = [module.orders.topic_arn] }]
    }
  }
}

module "parcels" {
  source  = "terraform-aws-modules/sqs/aws"
  version = "5.2.1"

  name                          = "shop-parcels"
  visibility_timeout_seconds    = 180
  receive_wait_time_seconds     = 20
  create_dlq                    = true
  dlq_message_retention_seconds = 1209600
  redrive_policy                = { maxReceiveCount = 5 }
  create_queue_policy           = true
  create_dlq_queue_policy       = true

  queue_policy_statements = {
    orders = {
      sid        = "Orders"
      actions    = ["sqs:SendMessage"]
      principals = [{ type = "Service", identifiers = ["sns.amazonaws.com"] }]
      condition  = [{ test = "ArnEquals", variable = "aws:SourceArn", values = [module.orders.topic_arn] }]
    }
  }

  dlq_queue_policy_statements = {
    orders = {
      sid        = "Orders"
      actions    = ["sqs:SendMessage"]
      principals = [{ type = "Service", identifiers = ["sns.amazonaws.com"] }]
      condition  = [{ test = "ArnEquals", variable = "aws:SourceArn", values = [module.orders.topic_arn] }]
    }
  }
}
