# The real provider without a network: names, policies and limits are known at the plan.
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

override_data {
  target = data.aws_caller_identity.current
  values = { account_id = "111122223333" }
}

variables {
  name = "demo-clicks"
}

run "safe_by_default" {
  command = plan

  assert {
    condition     = aws_kinesis_stream.this.encryption_type == "KMS" && aws_kinesis_stream.this.kms_key_id == "alias/aws/kinesis"
    error_message = "The stream is not encrypted."
  }

  assert {
    condition     = aws_kinesis_stream.this.stream_mode_details[0].stream_mode == "ON_DEMAND" && aws_kinesis_stream.this.shard_count == null
    error_message = "The stream is not on demand."
  }

  assert {
    condition     = aws_kinesis_stream.this.retention_period == 24 && !aws_kinesis_stream.this.enforce_consumer_deletion
    error_message = "Retention is another, or a delete takes others' consumers with it."
  }

  assert {
    condition     = try(length(aws_kinesis_stream.this.shard_level_metrics), 0) == 0 && length(aws_kinesis_stream_consumer.this) == 0
    error_message = "Something is paid for that nobody asked for."
  }

  assert {
    condition     = length(aws_kinesis_resource_policy.stream) == 0
    error_message = "Another account may use the stream."
  }

  assert {
    condition = { for label, alarm in aws_cloudwatch_metric_alarm.this : label => "${alarm.metric_name} ${alarm.statistic} ${alarm.threshold}" } == {
      iterator_age    = "GetRecords.IteratorAgeMilliseconds Maximum 900000"
      read_throttles  = "ReadProvisionedThroughputExceeded Sum 0"
      write_throttles = "WriteProvisionedThroughputExceeded Sum 0"
    }
    error_message = "A hot shard, throttled readers or old records raise no alarm."
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.full) == 0
    error_message = "On demand there is no limit to be near."
  }

  assert {
    condition     = output.stream.arn == "arn:aws:kinesis:eu-west-1:111122223333:stream/demo-clicks"
    error_message = "The ARN is not known at the first plan."
  }

  assert {
    condition = output.grants.write == {
      actions    = toset(["kinesis:DescribeStreamSummary", "kinesis:ListShards", "kinesis:PutRecord", "kinesis:PutRecords"])
      resources  = toset(["arn:aws:kinesis:eu-west-1:111122223333:stream/demo-clicks"])
      conditions = {}
    }
    error_message = "The grant to write allows more or less than writing."
  }

  assert {
    condition = output.grants.read == {
      actions    = toset(["kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"])
      resources  = toset(["arn:aws:kinesis:eu-west-1:111122223333:stream/demo-clicks"])
      conditions = {}
    }
    error_message = "The grant to read allows more or less than reading."
  }
}

run "shards_key_and_consumers" {
  command = plan

  variables {
    consumers       = ["search"]
    key             = { arn = "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555" }
    protect         = false
    retention_hours = 8760
    shard_metrics   = ["IncomingBytes"]
    shards          = 4

    alarms = {
      actions   = ["arn:aws:sns:eu-west-1:111122223333:ops"]
      overrides = { full = { threshold = 70, period_seconds = 300 }, read_throttles = { enabled = false } }
    }
  }

  assert {
    condition     = aws_kinesis_stream.this.stream_mode_details[0].stream_mode == "PROVISIONED" && aws_kinesis_stream.this.shard_count == 4
    error_message = "Shards are not provisioned."
  }

  assert {
    condition     = aws_kinesis_stream.this.kms_key_id == var.key.arn && aws_kinesis_stream.this.enforce_consumer_deletion
    error_message = "The stream does not use the key, or can't be taken down though it may."
  }

  assert {
    condition     = aws_kinesis_stream_consumer.this["search"].stream_arn == "arn:aws:kinesis:eu-west-1:111122223333:stream/demo-clicks"
    error_message = "The consumer is of another stream."
  }

  assert {
    condition = output.grants.read_search == {
      actions = toset([
        "kinesis:DescribeStream", "kinesis:DescribeStreamConsumer", "kinesis:DescribeStreamSummary", "kinesis:ListShards",
        "kinesis:SubscribeToShard", "kms:Decrypt",
      ])
      resources = toset([
        "arn:aws:kinesis:eu-west-1:111122223333:stream/demo-clicks",
        "arn:aws:kinesis:eu-west-1:111122223333:stream/demo-clicks/consumer/search:*",
        var.key.arn,
      ])
      conditions = {}
    }
    error_message = "The consumer's grant allows more or less than subscribing."
  }

  assert {
    condition     = contains(output.grants.write.actions, "kms:GenerateDataKey") && !contains(output.grants.write.actions, "kms:Decrypt") && contains(output.grants.read.actions, "kms:Decrypt")
    error_message = "A grant lacks the key, or allows more with it than it needs."
  }

  assert {
    condition     = keys(aws_cloudwatch_metric_alarm.this) == ["behind_search", "iterator_age", "write_throttles"]
    error_message = "Alarms are not those of the consumers and overrides."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.full["full"].threshold == 70 && one([for query in aws_cloudwatch_metric_alarm.full["full"].metric_query : query.expression if query.id == "used"]) == "100 * MAX([bytes / 1048576, records / 1000]) / 1200"
    error_message = "Four shards' share over five minutes is computed otherwise."
  }
}

run "other_accounts" {
  command = plan

  variables {
    consumers = ["partner"]
    key       = { arn = "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555" }
    accounts = {
      producer = { id = "210987654321", write = true }
      both     = { id = "109876543210", read = true, write = true, consumers = ["partner"] }
    }
  }

  assert {
    condition = jsondecode(aws_kinesis_resource_policy.stream[0].policy) == {
      Version = "2012-10-17"
      Statement = [
        {
          Sid    = "AccountBoth"
          Effect = "Allow"
          Action = [
            "kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator",
            "kinesis:ListShards", "kinesis:PutRecord", "kinesis:PutRecords",
          ]
          Principal = { AWS = "arn:aws:iam::109876543210:root" }
          Resource  = "arn:aws:kinesis:eu-west-1:111122223333:stream/demo-clicks"
        },
        {
          Sid       = "AccountProducer"
          Effect    = "Allow"
          Action    = ["kinesis:DescribeStreamSummary", "kinesis:ListShards", "kinesis:PutRecord", "kinesis:PutRecords"]
          Principal = { AWS = "arn:aws:iam::210987654321:root" }
          Resource  = "arn:aws:kinesis:eu-west-1:111122223333:stream/demo-clicks"
        },
      ]
    }
    error_message = "The stream's policy is another."
  }

  assert {
    condition     = keys(aws_kinesis_resource_policy.consumer) == ["partner"]
    error_message = "The consumer has no policy of its own."
  }
}

run "consumer_policy" {
  command = plan

  variables {
    consumers = ["partner", "search"]
    key       = { arn = "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555" }
    accounts  = { partner = { id = "109876543210", consumers = ["partner"] } }
  }

  override_resource {
    target          = aws_kinesis_stream_consumer.this
    override_during = plan
    values          = { arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/demo-clicks/consumer/partner:1700000000" }
  }

  assert {
    condition = jsonencode([
      for statement in data.aws_iam_policy_document.consumer["partner"].statement : [
        statement.sid, sort(statement.actions), sort(statement.resources), [for principal in statement.principals : sort(principal.identifiers)],
      ]
      ]) == jsonencode([[
        "AccountPartner",
        ["kinesis:DescribeStreamConsumer", "kinesis:SubscribeToShard"],
        ["arn:aws:kinesis:eu-west-1:111122223333:stream/demo-clicks/consumer/partner:1700000000"],
        [["arn:aws:iam::109876543210:root"]],
    ]])
    error_message = "The consumer's policy is another."
  }

  # A subscription is to a shard: who may not list them can't subscribe.
  assert {
    condition = jsondecode(aws_kinesis_resource_policy.stream[0].policy).Statement == [{
      Sid       = "AccountPartner"
      Effect    = "Allow"
      Action    = ["kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:ListShards"]
      Principal = { AWS = "arn:aws:iam::109876543210:root" }
      Resource  = "arn:aws:kinesis:eu-west-1:111122223333:stream/demo-clicks"
    }]
    error_message = "Who subscribes can't find the shards, or may read them."
  }

  assert {
    condition     = keys(aws_kinesis_resource_policy.consumer) == ["partner"]
    error_message = "More is shared than asked for."
  }
}

run "refuses_what_kinesis_refuses" {
  command         = plan
  expect_failures = [var.name, var.retention_hours, var.shards, var.consumers, var.shard_metrics]

  variables {
    name            = "demo/clicks"
    retention_hours = 8761
    shards          = 0
    consumers       = ["se arch"]
    shard_metrics   = ["ALL"]
  }
}

run "refuses_records_kept_for_less_than_a_day" {
  command         = plan
  expect_failures = [var.retention_hours]

  variables {
    retention_hours = 23
  }
}

run "refuses_an_alarm_it_does_not_have" {
  command         = plan
  expect_failures = [var.alarms]

  variables {
    alarms = { overrides = { full = {} } }
  }
}

run "refuses_accounts_without_a_customer_key" {
  command         = plan
  expect_failures = [var.accounts]

  variables {
    accounts = { partner = { id = "109876543210", read = true } }
  }
}

run "refuses_accounts_that_are_none" {
  command         = plan
  expect_failures = [var.accounts]

  variables {
    key      = { arn = "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555" }
    accounts = { partner = { id = "root", consumers = ["unknown"] }, nothing = { id = "109876543210" } }
  }
}

run "refuses_the_alias_of_a_key" {
  command         = plan
  expect_failures = [var.key]

  variables {
    key = { arn = "arn:aws:kms:eu-west-1:111122223333:alias/demo" }
  }
}
