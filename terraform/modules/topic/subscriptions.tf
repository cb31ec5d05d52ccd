locals {
  _sqs = "arn:${local._partition}:sqs:${local._region}:${local._account}"

  functions = { for label, subscription in var.subscriptions : label => subscription.function if subscription.function != null }

  dead_letters = {
    for label in keys(var.subscriptions) : label => {
      name = "${var.name}-${label}-dead-letters${local._suffix}"
      arn  = "${local._sqs}:${var.name}-${label}-dead-letters${local._suffix}"
    }
  }
}

resource "aws_sns_topic_subscription" "this" {
  for_each = var.subscriptions

  topic_arn            = aws_sns_topic.this.arn
  protocol             = each.value.queue == null ? "lambda" : "sqs"
  endpoint             = each.value.queue == null ? each.value.function.alias_arn : each.value.queue.arn
  raw_message_delivery = each.value.raw
  filter_policy        = try(each.value.filter.pattern, null)
  filter_policy_scope  = each.value.filter == null ? null : { attributes = "MessageAttributes", body = "MessageBody" }[each.value.filter.on]
  redrive_policy       = jsonencode({ deadLetterTargetArn = local.dead_letters[each.key].arn })

  depends_on = [aws_lambda_permission.this, aws_sqs_queue.dead_letters]
}

resource "aws_lambda_permission" "this" {
  for_each = local.functions

  statement_id   = "${var.name}-${each.key}"
  action         = "lambda:InvokeFunction"
  function_name  = each.value.name
  qualifier      = each.value.alias
  principal      = "sns.amazonaws.com"
  source_account = local._account
  source_arn     = local.arn
}

# One queue for each subscription: a message in it says for whom it was meant, and is sent there again.
resource "aws_sqs_queue" "dead_letters" {
  #checkov:skip=CKV_AWS_27:always encrypted, by SQS or by `key`, whose ARN may be unknown until the apply
  for_each = local.dead_letters

  name                       = each.value.name
  delay_seconds              = 0
  fifo_queue                 = var.fifo != null
  max_message_size           = 262144
  message_retention_seconds  = 1209600
  receive_wait_time_seconds  = 20
  visibility_timeout_seconds = 30
  tags                       = var.tags

  kms_data_key_reuse_period_seconds = 300
  kms_master_key_id                 = try(var.key.arn, null)
  sqs_managed_sse_enabled           = var.key == null ? true : null

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Action    = "sqs:*"
        Principal = "*"
        Resource  = each.value.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
      {
        Sid       = "Topic"
        Effect    = "Allow"
        Action    = "sqs:SendMessage"
        Principal = { Service = "sns.amazonaws.com" }
        Resource  = each.value.arn
        Condition = {
          ArnEquals    = { "aws:SourceArn" = local.arn }
          StringEquals = { "aws:SourceAccount" = local._account }
        }
      },
    ]
  })
}
