locals {
  target_arns = {
    for id, target in local.targets : id => try(coalesce(
      try(target.function.alias_arn, null),
      try(target.queue.arn, null),
      try(target.workflow.arn, null),
      try(target.topic.arn, null),
      try(target.bus.arn, null),
    ), null)
  }

  # Functions, queues and topics have policies of their own; the others are reached with a role.
  _with_role = { for id, target in local.targets : id => target if target.workflow != null || target.bus != null }
  _workflows = toset([for target in values(local.targets) : target.workflow.arn if target.workflow != null])
  _buses     = toset([for target in values(local.targets) : target.bus.arn if target.bus != null])

  _statements = [
    {
      Sid      = "StartWorkflows"
      Effect   = "Allow"
      Action   = ["states:StartExecution"]
      Resource = sort(local._workflows)
    },
    {
      Sid      = "ForwardToBuses"
      Effect   = "Allow"
      Action   = ["events:PutEvents"]
      Resource = sort(local._buses)
    },
  ]

  dead_letters_name = "${replace(var.name, ".", "-")}-events-dead-letters"
  dead_letters_arn  = "arn:${local._partition}:sqs:${local._region}:${local._account}:${local.dead_letters_name}"

  # By the name alone, not rule by rule: so neither the queue nor the role waits for a rule's targets to exist, and a queue
  # that is a target can name it in its policy.
  rules_pattern = "${local._events}:${local._rule_path}${var.name}-*"
}

resource "aws_cloudwatch_event_target" "this" {
  for_each = local.targets

  rule           = aws_cloudwatch_event_rule.this[each.value.rule].name
  event_bus_name = aws_cloudwatch_event_rule.this[each.value.rule].event_bus_name
  target_id      = each.value.key
  arn            = local.target_arns[each.key]
  role_arn       = contains(keys(local._with_role), each.key) ? aws_iam_role.this[0].arn : null
  input          = each.value.input
  input_path     = each.value.input_path

  dead_letter_config {
    arn = local.dead_letters_arn
  }

  retry_policy {
    maximum_event_age_in_seconds = each.value.retry.maximum_age_seconds
    maximum_retry_attempts       = each.value.retry.maximum_attempts
  }

  dynamic "input_transformer" {
    for_each = each.value.input_transformer == null ? [] : [each.value.input_transformer]

    content {
      input_paths = input_transformer.value.paths
      # jsonencode() writes < and > as escapes, in which EventBridge does not see its placeholders.
      input_template = replace(replace(input_transformer.value.template, "\\u003c", "<"), "\\u003e", ">")
    }
  }

  dynamic "sqs_target" {
    for_each = try(each.value.queue.message_group_id, null) == null ? [] : [each.value.queue.message_group_id]

    content {
      message_group_id = sqs_target.value
    }
  }

  # An event that arrives at once must find the way open, and a place for what fails.
  depends_on = [aws_iam_role_policy.this, aws_lambda_permission.this, aws_sqs_queue.dead_letters]
}

resource "aws_lambda_permission" "this" {
  for_each = { for id, target in local.targets : id => target if target.function != null }

  statement_id   = replace("${local.rules[each.value.rule].name}-${each.value.key}", ".", "-")
  action         = "lambda:InvokeFunction"
  function_name  = each.value.function.name
  qualifier      = each.value.function.alias
  principal      = "events.amazonaws.com"
  source_arn     = local.rules[each.value.rule].arn
  source_account = local._account
}

resource "aws_iam_role" "this" {
  count = length(local._with_role) == 0 ? 0 : 1

  name                 = "${var.name}-events"
  path                 = var.role.path
  permissions_boundary = var.role.permissions_boundary
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "events.amazonaws.com" }
      Condition = {
        ArnLike      = { "aws:SourceArn" = local.rules_pattern }
        StringEquals = { "aws:SourceAccount" = local._account }
      }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  count = length(local._with_role) == 0 ? 0 : 1

  name = "targets"
  role = aws_iam_role.this[0].name

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [for statement in local._statements : statement if length(statement.Resource) > 0]
  })
}

resource "aws_sqs_queue" "dead_letters" {
  name                              = local.dead_letters_name
  message_retention_seconds         = 1209600 # 14 days, SQS's longest
  receive_wait_time_seconds         = 20
  sqs_managed_sse_enabled           = var.key == null ? true : null
  kms_master_key_id                 = var.key == null ? null : var.key.arn
  kms_data_key_reuse_period_seconds = 300
  tags                              = var.tags

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = local.dead_letters_arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
      {
        Sid       = "TakeUndelivered"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = local.dead_letters_arn
        Condition = {
          ArnLike      = { "aws:SourceArn" = local.rules_pattern }
          StringEquals = { "aws:SourceAccount" = local._account }
        }
      },
    ]
  })
}
