locals {
  failures_name = "${var.name}-failures"
  failures_arn  = "arn:${local._partition}:sqs:${local._region}:${local._account}:${local.failures_name}"

  _failure_destinations = merge(
    { for label in ["asynchronous"] : label => var.asynchronous.on_failure if var.asynchronous != null },
    { for label, source in local._streams : "source ${label}" => source.on_failure },
  )

  # Whatever names no destination of its own shares the function's failure queue.
  has_failure_queue = anytrue([for destination in values(local._failure_destinations) : destination == null])

  _success_destinations = {
    for label in ["success"] : label => var.asynchronous.on_success if try(var.asynchronous.on_success, null) != null
  }

  _destinations = {
    for label, destination in merge(local._failure_destinations, local._success_destinations) : label => {
      kind     = destination == null ? "queue" : one([for kind, target in destination : kind if target != null])
      arn      = destination == null ? local.failures_arn : one(compact([for kind in local._kinds : try(destination[kind][local._arn_of[kind]], null)]))
      key_arns = destination == null ? var.key[*].arn : compact([for kind in local._kinds : try(destination[kind].key.arn, null)])
    }
  }

  _kinds  = ["bucket", "bus", "function", "queue", "topic"]
  _arn_of = { bucket = "arn", bus = "arn", function = "alias_arn", queue = "arn", topic = "arn" }

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
      Action = sort(concat(
        local._send_actions[local._destinations[label].kind],
        length(local._destinations[label].key_arns) > 0 ? ["kms:Decrypt", "kms:GenerateDataKey"] : [],
      ))
      Resource = sort(concat(
        [local._destinations[label].arn],
        local._destinations[label].kind == "bucket" ? ["${local._destinations[label].arn}/*"] : [],
        local._destinations[label].key_arns,
      ))
    }
  ]
}

resource "aws_lambda_function_event_invoke_config" "live" {
  count = var.asynchronous == null ? 0 : 1

  function_name                = aws_lambda_function.this.function_name
  qualifier                    = aws_lambda_alias.live.name
  maximum_event_age_in_seconds = var.asynchronous.maximum_age_seconds
  maximum_retry_attempts       = var.asynchronous.maximum_attempts

  destination_config {
    on_failure {
      destination = local.destination_arns["asynchronous"]
    }

    dynamic "on_success" {
      for_each = var.asynchronous.on_success[*]

      content {
        destination = local.destination_arns["success"]
      }
    }
  }

  # Lambda tries the role on the destinations when it is told of them.
  depends_on = [aws_iam_role_policy.destinations, aws_sqs_queue.failures]
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
