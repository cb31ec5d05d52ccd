locals {
  _streams = { for label, source in var.sources : label => source if source.queue == null }

  source_arns = {
    for label, source in var.sources : label => try(coalesce(
      try(source.queue.arn, null), try(source.stream.arn, null), try(source.table.stream_arn, null),
    ), null)
  }

  _source_keys = {
    for label, source in var.sources : label => compact([
      try(source.queue.key.arn, null), try(source.stream.key.arn, null), try(source.table.key.arn, null),
    ])
  }

  # A table's stream has a time stamp in its ARN; by the table's name it is known at the first plan.
  _source_resources = {
    for label, source in var.sources : label => (
      source.queue != null ? [source.queue.arn] :
      source.stream != null ? [source.stream.arn] : ["${source.table.arn}/stream/*"]
    )
  }

  _source_actions = {
    for label, source in var.sources : label => (
      source.queue != null ? ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"] :
      source.stream != null ? [
        "kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards",
      ] : ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"]
    )
  }

  source_statements = [
    for label in sort(keys(var.sources)) : {
      Sid      = replace(title(replace(label, "/[^0-9A-Za-z]+/", " ")), " ", "")
      Effect   = "Allow"
      Action   = sort(concat(local._source_actions[label], [for key in local._source_keys[label] : "kms:Decrypt"]))
      Resource = sort(concat(local._source_resources[label], local._source_keys[label]))
    }
  ]
}

resource "aws_lambda_event_source_mapping" "this" {
  for_each = var.sources

  event_source_arn = local.source_arns[each.key]
  function_name    = local.alias_arn
  enabled          = each.value.enabled
  tags             = var.tags

  batch_size                         = coalesce(each.value.batch_size, each.value.queue == null ? 100 : 10)
  function_response_types            = ["ReportBatchItemFailures"]
  maximum_batching_window_in_seconds = each.value.window_seconds

  bisect_batch_on_function_error = each.value.queue == null ? each.value.bisect : null
  maximum_record_age_in_seconds  = each.value.queue == null ? each.value.maximum_age_seconds : null
  maximum_retry_attempts         = each.value.queue == null ? each.value.maximum_retries : null
  parallelization_factor         = each.value.queue == null ? each.value.parallelization : null
  starting_position              = each.value.queue == null ? each.value.starting_position : null

  dynamic "filter_criteria" {
    for_each = length(each.value.filters) > 0 ? [each.value.filters] : []

    content {
      dynamic "filter" {
        for_each = filter_criteria.value

        content {
          pattern = filter.value
        }
      }
    }
  }

  dynamic "scaling_config" {
    for_each = each.value.maximum_concurrency[*]

    content {
      maximum_concurrency = scaling_config.value
    }
  }

  dynamic "destination_config" {
    for_each = contains(keys(local._streams), each.key) ? [local.destination_arns["source ${each.key}"]] : []

    content {
      on_failure {
        destination_arn = destination_config.value
      }
    }
  }

  # Lambda tries the role when a mapping is made, and the code may be called at once.
  depends_on = [
    aws_iam_role_policy.destinations,
    aws_iam_role_policy.grants,
    aws_iam_role_policy.service,
    aws_iam_role_policy.sources,
    aws_lambda_alias.live,
    aws_sqs_queue.failures,
  ]
}
