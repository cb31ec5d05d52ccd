locals {
  _streams = { for label, source in var.sources : label => source if source.queue == null }

  # `one()` and conditions on the objects alone: an ARN may be unknown until the apply.
  source_arns = {
    for label, source in var.sources : label => one(concat(
      source.queue[*].arn, source.consumer[*].arn, source.consumer == null ? source.stream[*].arn : [], source.table[*].stream_arn,
    ))
  }

  _source_keys = {
    for label, source in var.sources : label => one([
      for key in concat(source.queue[*].key, source.stream[*].key, source.table[*].key) : key if key != null
    ])
  }

  # Lambda answers in UTC: with another offset the mapping would be made anew by every apply.
  _starting_times = {
    for label, source in var.sources : label => try(timeadd(
      formatdate("YYYY-MM-DD'T'hh:mm:ss'Z'", source.starting_time),
      "${startswith(formatdate("ZZZZZ", source.starting_time), "-") ? "" : "-"}${replace(substr(formatdate("ZZZZZ", source.starting_time), 1, 5), ":", "h")}m",
    ), source.starting_time)
  }

  # Streams of tables and consumers of streams have a time stamp in their ARN; up to it they are known at the first plan.
  _source_resources = {
    for label, source in var.sources : label => (
      source.queue != null ? [source.queue.arn] :
      source.table != null ? ["${source.table.arn}/stream/*"] :
      concat([source.stream.arn], [for consumer in source.consumer[*] : "${source.stream.arn}/consumer/${coalesce(consumer.name, "*")}${consumer.name == null ? "" : ":*"}"])
    )
  }

  _source_actions = {
    for label, source in var.sources : label => (
      source.queue != null ? ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"] :
      source.table != null ? ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"] :
      source.consumer != null ? ["kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:ListShards", "kinesis:SubscribeToShard"] :
      ["kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"]
    )
  }

  source_statements = [
    for label in sort(keys(var.sources)) : {
      Sid      = replace(title(replace(label, "/[^0-9A-Za-z]+/", " ")), " ", "")
      Effect   = "Allow"
      Action   = local._source_actions[label]
      Resource = local._source_resources[label]
    }
  ]
}

resource "aws_lambda_event_source_mapping" "this" {
  for_each = var.sources

  event_source_arn = local.source_arns[each.key]
  function_name    = local.alias_arn
  enabled          = each.value.enabled
  kms_key_arn      = try(each.value.filter_key.arn, null)
  tags             = var.tags

  batch_size                         = coalesce(each.value.batch_size, each.value.queue == null ? 100 : 10)
  function_response_types            = ["ReportBatchItemFailures"]
  maximum_batching_window_in_seconds = each.value.window_seconds

  bisect_batch_on_function_error = each.value.queue == null ? each.value.bisect : null
  maximum_record_age_in_seconds  = each.value.queue == null ? each.value.maximum_age_seconds : null
  maximum_retry_attempts         = each.value.queue == null ? each.value.maximum_retries : null
  parallelization_factor         = each.value.queue == null ? each.value.parallelization : null
  starting_position              = each.value.queue == null ? each.value.starting_position : null
  starting_position_timestamp    = local._starting_times[each.key]
  tumbling_window_in_seconds     = each.value.tumbling_window_seconds

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

  dynamic "metrics_config" {
    for_each = each.value.metrics ? [true] : []

    content {
      metrics = ["EventCount"]
    }
  }

  dynamic "provisioned_poller_config" {
    for_each = each.value.pollers[*]

    content {
      minimum_pollers = provisioned_poller_config.value.minimum
      maximum_pollers = provisioned_poller_config.value.maximum
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
    aws_iam_role_policy.keys,
    aws_iam_role_policy.other_keys,
    aws_iam_role_policy.service,
    aws_iam_role_policy.sources,
    aws_lambda_alias.live,
    aws_sqs_queue.failures,
  ]
}
