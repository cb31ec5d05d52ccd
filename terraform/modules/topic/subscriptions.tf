locals {
  _sqs = "arn:${local._partition}:sqs:${local._region}:${local._account}"

  # What the house calls it → SNS's protocol.
  protocols = {
    delivery_stream = "firehose"
    email           = "email"
    email_json      = "email-json"
    function        = "lambda"
    https           = "https"
    push            = "application"
    queue           = "sqs"
    sms             = "sms"
  }

  kinds = {
    for label, subscription in var.subscriptions : label => one([for kind in keys(local.protocols) : kind if subscription[kind] != null])
  }

  endpoints = {
    for label, subscription in var.subscriptions : label => try(coalesce(
      try(subscription.delivery_stream.arn, null), subscription.email, subscription.email_json, try(subscription.function.alias_arn, null),
      try(subscription.https.url, null), try(subscription.push.arn, null), try(subscription.queue.arn, null), subscription.sms,
    ), null)
  }

  functions        = { for label, subscription in var.subscriptions : label => subscription.function if subscription.function != null }
  delivery_streams = { for label, subscription in var.subscriptions : label => subscription.delivery_stream if subscription.delivery_stream != null }
  _pages           = { for label, subscription in var.subscriptions : label => subscription.https if subscription.https != null }

  # Every member is said: SNS fills in those that aren't, and answers with them.
  delivery_policies = {
    for label, page in local._pages : label => jsonencode({
      for name, policy in {
        healthyRetryPolicy = {
          backoffFunction    = page.backoff
          maxDelayTarget     = page.maximum_delay_seconds
          minDelayTarget     = page.minimum_delay_seconds
          numMaxDelayRetries = 0
          numMinDelayRetries = 0
          numNoDelayRetries  = 0
          numRetries         = page.retries
        }
        requestPolicy  = { headerContentType = page.content_type }
        throttlePolicy = page.maximum_per_second == null ? null : { maxReceivesPerSecond = page.maximum_per_second }
      } : name => policy if policy != null
    })
  }

  _dead_letters_names = {
    for label, subscription in var.subscriptions : label => "${coalesce(subscription.dead_letters_name, "${var.name}-${label}-dead-letters")}${local._suffix}"
  }
  dead_letters = {
    for label in keys(var.subscriptions) : label => {
      name = local._dead_letters_names[label]
      arn  = "${local._sqs}:${local._dead_letters_names[label]}"
    }
  }
}

resource "aws_sns_topic_subscription" "this" {
  for_each = var.subscriptions

  topic_arn              = var.topic == null ? aws_sns_topic.this[0].arn : var.topic.arn
  protocol               = local.protocols[local.kinds[each.key]]
  endpoint               = local.endpoints[each.key]
  endpoint_auto_confirms = try(each.value.https.confirms_itself, false)
  delivery_policy        = lookup(local.delivery_policies, each.key, null)
  raw_message_delivery   = each.value.raw
  filter_policy          = try(each.value.filter.pattern, null)
  filter_policy_scope    = each.value.filter == null ? null : { attributes = "MessageAttributes", body = "MessageBody" }[each.value.filter.on]
  redrive_policy         = jsonencode({ deadLetterTargetArn = local.dead_letters[each.key].arn })
  subscription_role_arn  = each.value.delivery_stream == null ? null : aws_iam_role.delivery_streams[0].arn

  replay_policy = each.value.replay == null ? null : jsonencode({
    for name, value in { PointType = "Timestamp", StartingPoint = each.value.replay.from, EndingPoint = each.value.replay.until } : name => value if value != null
  })

  # A message that arrives at once must find the way open, and a place for what fails.
  depends_on = [aws_iam_role_policy.delivery_streams, aws_lambda_permission.this, aws_sqs_queue.dead_letters]
}

resource "aws_lambda_permission" "this" {
  for_each = local.functions

  statement_id   = "${var.name}-${each.key}"
  action         = "lambda:InvokeFunction"
  function_name  = each.value.name
  qualifier      = each.value.alias
  principal      = "sns.amazonaws.com"
  source_account = local._owner
  source_arn     = local.arn
}

locals {
  _trust = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "sns.amazonaws.com" }
      Condition = {
        ArnEquals    = { "aws:SourceArn" = local.arn }
        StringEquals = { "aws:SourceAccount" = local._owner }
      }
    }]
  })
}

resource "aws_iam_role" "delivery_streams" {
  count = length(local.delivery_streams) == 0 ? 0 : 1

  name                 = "${var.name}-delivery-streams"
  path                 = var.role.path
  permissions_boundary = var.role.permissions_boundary
  tags                 = var.tags

  assume_role_policy = local._trust
}

resource "aws_iam_role_policy" "delivery_streams" {
  count = length(local.delivery_streams) == 0 ? 0 : 1

  name = "put"
  role = aws_iam_role.delivery_streams[0].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["firehose:PutRecord", "firehose:PutRecordBatch"]
      Resource = [for label in sort(keys(local.delivery_streams)) : local.delivery_streams[label].arn]
    }]
  })
}

# One queue for each subscription: a message in it says for whom it was meant, and is sent there again.
resource "aws_sqs_queue" "dead_letters" {
  #checkov:skip=CKV_AWS_27:always encrypted, by SQS or by `key`, whose ARN may be unknown until the apply
  for_each = local.dead_letters

  name                       = each.value.name
  delay_seconds              = 0
  fifo_queue                 = local.is_fifo
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
          StringEquals = { "aws:SourceAccount" = local._owner }
        }
      },
    ]
  })
}
