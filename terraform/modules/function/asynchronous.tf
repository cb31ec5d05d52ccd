locals {
  failures_name = coalesce(var.names.failure_queue, "${var.name}-failures")
  failures_arn  = "arn:${local._partition}:sqs:${local._region}:${local._account}:${local.failures_name}"

  # With dead letters and no destination the event itself is kept there, and no record of its invocation anywhere.
  has_failure_destination = var.asynchronous == null ? false : var.asynchronous.on_failure != null || var.asynchronous.dead_letters == null

  _failure_destinations = merge(
    { for label in ["asynchronous"] : label => var.asynchronous.on_failure if local.has_failure_destination },
    { for label, source in local._streams : "source ${label}" => source.on_failure },
  )

  # Whatever names no destination of its own shares the function's failure queue.
  has_failure_queue = anytrue([for destination in values(local._failure_destinations) : destination == null])

  _success_destinations = {
    for label, destination in { success = one(var.asynchronous[*].on_success) } : label => destination if destination != null
  }

  _destinations = {
    for label, destination in merge(local._failure_destinations, local._success_destinations) : label => {
      kind = destination == null ? "queue" : one([for kind, target in destination : kind if target != null])
      arn = destination == null ? local.failures_arn : one(flatten([
        for target in values(destination) : [for attribute, arn in target : arn if contains(["alias_arn", "arn"], attribute)] if target != null
      ]))
    }
  }

  # No `try()` and no `compact()` here: of what holds the ARN of a key made in the same plan they would know nothing at all.
  _destination_keys = {
    for label, destination in merge(local._failure_destinations, local._success_destinations) : label => one([
      for key in destination == null ? var.key[*] : concat(
        [for target in destination.bucket[*] : target.key], [for target in destination.queue[*] : target.key], [for target in destination.topic[*] : target.key],
      ) : key if key != null
    ])
  }

  _send_actions = {
    bucket   = ["s3:ListBucket", "s3:PutObject"]
    bus      = ["events:PutEvents"]
    function = ["lambda:InvokeFunction"]
    queue    = ["sqs:SendMessage"]
    topic    = ["sns:Publish"]
  }

  destination_arns = { for label, destination in local._destinations : label => destination.arn }

  destination_statements = [
    for label in sort(keys(local._destinations)) : {
      Sid    = replace(title(replace(label, "/[^0-9A-Za-z]+/", " ")), " ", "")
      Effect = "Allow"
      Action = local._send_actions[local._destinations[label].kind]
      Resource = concat(
        [local._destinations[label].arn],
        local._destinations[label].kind == "bucket" ? ["${local._destinations[label].arn}/*"] : [],
      )
    }
  ]

  # Lambda's own dead letters hold the event as it came, where a destination holds the whole record of its invocation.
  _dead_letters = flatten([
    for settings in var.asynchronous[*] : [
      for targets in settings.dead_letters[*] : [for kind, target in targets : { kind = kind, arn = target.arn, key = target.key } if target != null]
    ]
  ])
  dead_letters = one(local._dead_letters)

  dead_letter_statements = [for target in local._dead_letters : {
    Sid      = "DeadLetters"
    Effect   = "Allow"
    Action   = local._send_actions[target.kind]
    Resource = [target.arn]
  }]
}

resource "aws_lambda_function_event_invoke_config" "live" {
  count = var.asynchronous == null ? 0 : 1

  function_name                = aws_lambda_function.this.function_name
  qualifier                    = aws_lambda_alias.live.name
  maximum_event_age_in_seconds = var.asynchronous.maximum_age_seconds
  maximum_retry_attempts       = var.asynchronous.maximum_attempts

  dynamic "destination_config" {
    for_each = local.has_failure_destination || var.asynchronous.on_success != null ? [true] : []

    content {
      dynamic "on_failure" {
        for_each = local.has_failure_destination ? [true] : []

        content {
          destination = local.destination_arns["asynchronous"]
        }
      }

      dynamic "on_success" {
        for_each = var.asynchronous.on_success[*]

        content {
          destination = local.destination_arns["success"]
        }
      }
    }
  }

  # Lambda tries the role on the destinations when it is told of them.
  depends_on = [aws_iam_role_policy.destinations, aws_iam_role_policy.other_keys, aws_sqs_queue.failures]
}

resource "aws_sqs_queue" "failures" {
  #checkov:skip=CKV_AWS_27:always encrypted, by SQS or by `key`, whose ARN may be unknown until the apply
  count = local.has_failure_queue ? 1 : 0

  name                       = local.failures_name
  delay_seconds              = 0
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
    Statement = [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Action    = "sqs:*"
      Principal = "*"
      Resource  = local.failures_arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}
