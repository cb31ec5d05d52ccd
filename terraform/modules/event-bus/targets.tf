locals {
  kinds = ["api_destination", "bus", "delivery_stream", "function", "log_group", "queue", "stream", "task", "topic", "workflow"]

  target_arns = {
    for id, target in local.targets : id => try(coalesce(
      try(target.api_destination.arn, null),
      try(target.bus.arn, null),
      try(target.delivery_stream.arn, null),
      try(target.function.alias_arn, null),
      # As EventBridge takes it: without the :* of a policy's resource.
      try(trimsuffix(target.log_group.arn, ":*"), null),
      try(target.queue.arn, null),
      try(target.stream.arn, null),
      try(target.task.cluster_arn, null),
      try(target.topic.arn, null),
      try(target.workflow.alias_arn, null),
      try(target.workflow.arn, null),
    ), null)
  }

  _log_groups = toset([for id, target in local.targets : local.target_arns[id] if target.log_group != null])
  _role_users = toset(concat([for targets in values(local._by_role) : keys(targets)]...))

  # A bus alone, or one whose targets all bring their own, needs none.
  _has_dead_letters = anytrue([for target in values(local.targets) : target.dead_letter_queue == null])
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
  role_arn       = contains(local._role_users, each.key) ? aws_iam_role.this[0].arn : null
  input          = each.value.input
  input_path     = each.value.input_path

  dead_letter_config {
    arn = each.value.dead_letter_queue == null ? local.dead_letters_arn : each.value.dead_letter_queue.arn
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

  dynamic "ecs_target" {
    for_each = each.value.task == null ? [] : [each.value.task]

    content {
      task_definition_arn = ecs_target.value.definition_arn
      task_count          = ecs_target.value.count
      launch_type         = ecs_target.value.launch_type

      dynamic "network_configuration" {
        for_each = ecs_target.value.network == null ? [] : [ecs_target.value.network]

        content {
          subnets          = network_configuration.value.subnet_ids
          security_groups  = network_configuration.value.security_group_ids
          assign_public_ip = network_configuration.value.public_ip
        }
      }
    }
  }

  dynamic "http_target" {
    for_each = each.value.api_destination == null ? [] : [each.value.api_destination]

    content {
      header_parameters       = http_target.value.headers
      path_parameter_values   = http_target.value.path_values
      query_string_parameters = http_target.value.query
    }
  }

  dynamic "kinesis_target" {
    for_each = try(each.value.stream.partition_key_path, null) == null ? [] : [each.value.stream.partition_key_path]

    content {
      partition_key_path = kinesis_target.value
    }
  }

  dynamic "sqs_target" {
    for_each = try(each.value.queue.message_group_id, null) == null ? [] : [each.value.queue.message_group_id]

    content {
      message_group_id = sqs_target.value
    }
  }

  # An event that arrives at once must find the way open, and a place for what fails.
  depends_on = [
    aws_cloudwatch_log_resource_policy.this,
    aws_iam_role_policy.by_kind,
    aws_iam_role_policy.this,
    aws_iam_role_policy.workflow_keys,
    aws_lambda_permission.this,
    aws_sqs_queue.dead_letters,
  ]
}

resource "aws_sqs_queue" "dead_letters" {
  count = local._has_dead_letters ? 1 : 0

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

moved {
  from = aws_sqs_queue.dead_letters
  to   = aws_sqs_queue.dead_letters[0]
}
