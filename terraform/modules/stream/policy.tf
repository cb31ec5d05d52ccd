locals {
  _write = ["kinesis:DescribeStreamSummary", "kinesis:ListShards", "kinesis:PutRecord", "kinesis:PutRecords"]
  _read = [
    "kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator",
    "kinesis:ListShards",
  ]
  _subscribe = ["kinesis:DescribeStreamConsumer", "kinesis:SubscribeToShard"]
  # Who subscribes, does so shard by shard: it is the stream that says which there are.
  _find = ["kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:ListShards"]

  # Identities of this account come in by their own grants; the policy names only other accounts.
  _sids = {
    for label in keys(var.accounts) : label => replace(title(replace("account ${label}", "/[^0-9A-Za-z]+/", " ")), " ", "")
  }

  _stream_statements = [
    for label, account in var.accounts : {
      Sid       = local._sids[label]
      Effect    = "Allow"
      Action    = sort(setunion(account.read ? local._read : [], account.write ? local._write : [], length(account.consumers) > 0 ? local._find : []))
      Principal = { AWS = "arn:${local._partition}:iam::${account.id}:root" }
      Resource  = local.arn
    } if account.read || account.write || length(account.consumers) > 0
  ]

  # Consumers some account subscribes with, and which.
  shared_consumers = {
    for consumer in var.consumers : consumer => [
      for label, account in var.accounts : label if contains(account.consumers, consumer)
    ] if anytrue([for account in values(var.accounts) : contains(account.consumers, consumer)])
  }
}

resource "aws_kinesis_resource_policy" "stream" {
  count = length(local._stream_statements) == 0 ? 0 : 1

  resource_arn = local.arn
  policy       = jsonencode({ Version = "2012-10-17", Statement = local._stream_statements })

  depends_on = [aws_kinesis_stream.this]
}

# A document, not jsonencode(): what it allows is seen in the first plan, though a new consumer's ARN is not known yet.
data "aws_iam_policy_document" "consumer" {
  for_each = local.shared_consumers

  dynamic "statement" {
    for_each = each.value

    content {
      sid       = local._sids[statement.value]
      actions   = local._subscribe
      resources = [aws_kinesis_stream_consumer.this[each.key].arn]

      principals {
        type        = "AWS"
        identifiers = ["arn:${local._partition}:iam::${var.accounts[statement.value].id}:root"]
      }
    }
  }
}

resource "aws_kinesis_resource_policy" "consumer" {
  for_each = local.shared_consumers

  resource_arn = aws_kinesis_stream_consumer.this[each.key].arn
  policy       = data.aws_iam_policy_document.consumer[each.key].json
}
