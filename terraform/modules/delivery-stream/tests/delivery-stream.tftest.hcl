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
  name   = "demo-clicks"
  bucket = { arn = "arn:aws:s3:::demo-lake" }
}

run "safe_by_default" {
  command = plan

  assert {
    condition = alltrue([
      aws_kinesis_firehose_delivery_stream.this.server_side_encryption[0].enabled,
      aws_kinesis_firehose_delivery_stream.this.server_side_encryption[0].key_type == "AWS_OWNED_CMK",
      length(aws_kinesis_firehose_delivery_stream.this.kinesis_source_configuration) == 0,
    ])
    error_message = "Records that wait are not encrypted."
  }

  assert {
    condition = alltrue([
      aws_kinesis_firehose_delivery_stream.this.extended_s3_configuration[0].compression_format == "GZIP",
      aws_kinesis_firehose_delivery_stream.this.extended_s3_configuration[0].buffering_size == 5,
      aws_kinesis_firehose_delivery_stream.this.extended_s3_configuration[0].buffering_interval == 300,
      aws_kinesis_firehose_delivery_stream.this.extended_s3_configuration[0].custom_time_zone == "UTC",
      aws_kinesis_firehose_delivery_stream.this.extended_s3_configuration[0].s3_backup_mode == "Disabled",
    ])
    error_message = "Objects are made otherwise by default."
  }

  assert {
    condition     = aws_kinesis_firehose_delivery_stream.this.extended_s3_configuration[0].prefix == "data/!{timestamp:yyyy/MM/dd/HH}/" && aws_kinesis_firehose_delivery_stream.this.extended_s3_configuration[0].error_output_prefix == "errors/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/"
    error_message = "Objects, or what failed, lie elsewhere."
  }

  assert {
    condition     = aws_kinesis_firehose_delivery_stream.this.extended_s3_configuration[0].processing_configuration[0].processors[*].type == tolist(["AppendDelimiterToRecord"])
    error_message = "Records are joined without new lines."
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.name == "/aws/kinesisfirehose/demo-clicks" && aws_cloudwatch_log_group.this.retention_in_days == 30 && keys(aws_cloudwatch_log_stream.this) == ["delivery"]
    error_message = "Failed deliveries are not logged, or for ever."
  }

  assert {
    condition = jsondecode(aws_iam_role.this.assume_role_policy) == {
      Version = "2012-10-17"
      Statement = [{
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { Service = "firehose.amazonaws.com" }
        Condition = {
          ArnLike      = { "aws:SourceArn" = "arn:aws:firehose:eu-west-1:111122223333:deliverystream/demo-clicks" }
          StringEquals = { "aws:SourceAccount" = "111122223333" }
        }
      }]
    }
    error_message = "Firehose may take the role for somebody else's delivery stream."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.service.policy) == {
      Version = "2012-10-17"
      Statement = [
        {
          Sid      = "Buckets"
          Effect   = "Allow"
          Action   = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"]
          Resource = ["arn:aws:s3:::demo-lake"]
        },
        {
          Sid      = "Objects"
          Effect   = "Allow"
          Action   = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]
          Resource = ["arn:aws:s3:::demo-lake/data/*", "arn:aws:s3:::demo-lake/errors/*"]
        },
        {
          Sid      = "Logs"
          Effect   = "Allow"
          Action   = ["logs:PutLogEvents"]
          Resource = ["arn:aws:logs:eu-west-1:111122223333:log-group:/aws/kinesisfirehose/demo-clicks:log-stream:*"]
        },
      ]
    }
    error_message = "The role may more or less than deliver."
  }

  assert {
    condition     = length(aws_iam_role_policy.keys) == 0
    error_message = "Without keys the role needs none."
  }

  assert {
    condition = { for label, alarm in aws_cloudwatch_metric_alarm.this : label => "${alarm.metric_name} ${alarm.comparison_operator} ${alarm.threshold}" } == {
      failures  = "DeliveryToS3.Success LessThanThreshold 1"
      freshness = "DeliveryToS3.DataFreshness GreaterThanThreshold 900"
      throttles = "ThrottledRecords GreaterThanThreshold 0"
    }
    error_message = "A delivery that fails, waits or is refused raises no alarm."
  }

  # An object comes once in five minutes: five bad minutes in a row there will never be.
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["failures"].evaluation_periods == 1 && aws_cloudwatch_metric_alarm.this["failures"].datapoints_to_alarm == 1
    error_message = "A put that fails now and then raises no alarm."
  }

  assert {
    condition = output.grants.put == {
      actions    = toset(["firehose:PutRecord", "firehose:PutRecordBatch"])
      resources  = toset(["arn:aws:firehose:eu-west-1:111122223333:deliverystream/demo-clicks"])
      conditions = {}
    }
    error_message = "The grant to put allows more or less than putting."
  }
}

run "from_a_stream_with_everything" {
  command = plan

  variables {
    backup     = { prefix = "raw/", bucket = { arn = "arn:aws:s3:::demo-raw", key = { arn = "arn:aws:kms:eu-west-1:111122223333:key/raw" } } }
    bucket     = { arn = "arn:aws:s3:::demo-lake", key = { arn = "arn:aws:kms:eu-west-1:111122223333:key/lake" } }
    buffer     = { interval_seconds = 400 }
    key        = { arn = "arn:aws:kms:eu-west-1:111122223333:key/logs" }
    objects    = { file_extension = ".jsonl.gz", time_zone = "Europe/Berlin" }
    partitions = { jq = { customer = ".customer.id", year = ".at | strftime(\"%Y\")" }, transform = ["device"] }
    role       = { path = "/eventyard/", permissions_boundary = "arn:aws:iam::111122223333:policy/boundary" }
    stream     = { arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/clicks", key = { arn = "arn:aws:kms:eu-west-1:111122223333:key/clicks" } }

    transform = {
      function       = { alias_arn = "arn:aws:lambda:eu-west-1:111122223333:function:clean:live", timeout_seconds = 300 }
      buffer_mb      = 0.5
      buffer_seconds = 60
      retries        = 0
    }
  }

  assert {
    condition     = length(aws_kinesis_firehose_delivery_stream.this.server_side_encryption) == 0 && aws_kinesis_firehose_delivery_stream.this.kinesis_source_configuration[0].kinesis_stream_arn == var.stream.arn
    error_message = "The stream is not the source, or encryption is asked for that Firehose refuses."
  }

  assert {
    condition     = aws_kinesis_firehose_delivery_stream.this.extended_s3_configuration[0].prefix == "data/customer=!{partitionKeyFromQuery:customer}/device=!{partitionKeyFromLambda:device}/year=!{partitionKeyFromQuery:year}/!{timestamp:yyyy/MM/dd/HH}/"
    error_message = "The folders are not the partitions."
  }

  assert {
    condition     = aws_kinesis_firehose_delivery_stream.this.extended_s3_configuration[0].buffering_size == 64 && aws_kinesis_firehose_delivery_stream.this.extended_s3_configuration[0].dynamic_partitioning_configuration[0].retry_duration == 300
    error_message = "Partitions have too small a buffer."
  }

  assert {
    condition = [
      for processor in aws_kinesis_firehose_delivery_stream.this.extended_s3_configuration[0].processing_configuration[0].processors : {
        type       = processor.type
        parameters = { for parameter in processor.parameters : parameter.parameter_name => parameter.parameter_value }
      }
      ] == [
      {
        type = "Lambda"
        # 60 seconds is the default, which Firehose does not answer.
        parameters = {
          LambdaArn       = "arn:aws:lambda:eu-west-1:111122223333:function:clean:live"
          BufferSizeInMBs = "0.5"
          NumberOfRetries = "0"
        }
      },
      {
        type = "MetadataExtraction"
        parameters = {
          JsonParsingEngine       = "JQ-1.6"
          MetadataExtractionQuery = "{customer:.customer.id,year:.at | strftime(\"%Y\")}"
        }
      },
      { type = "AppendDelimiterToRecord", parameters = {} },
    ]
    error_message = "Records are processed otherwise."
  }

  assert {
    condition     = aws_kinesis_firehose_delivery_stream.this.extended_s3_configuration[0].s3_backup_configuration[0].bucket_arn == "arn:aws:s3:::demo-raw" && aws_kinesis_firehose_delivery_stream.this.extended_s3_configuration[0].s3_backup_configuration[0].prefix == "raw/"
    error_message = "Source records are not kept where they should be."
  }

  assert {
    condition = [for statement in jsondecode(aws_iam_role_policy.service.policy).Statement : statement if contains(["Objects", "Stream", "Transform"], statement.Sid)] == [
      {
        Sid    = "Objects"
        Effect = "Allow"
        Action = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]
        Resource = [
          "arn:aws:s3:::demo-lake/data/customer=*", "arn:aws:s3:::demo-lake/errors/*",
          "arn:aws:s3:::demo-raw/raw/*", "arn:aws:s3:::demo-raw/errors/*",
        ]
      },
      {
        Sid      = "Stream"
        Effect   = "Allow"
        Action   = ["kinesis:DescribeStream", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"]
        Resource = ["arn:aws:kinesis:eu-west-1:111122223333:stream/clicks"]
      },
      {
        Sid      = "Transform"
        Effect   = "Allow"
        Action   = ["lambda:GetFunctionConfiguration", "lambda:InvokeFunction"]
        Resource = ["arn:aws:lambda:eu-west-1:111122223333:function:clean:live"]
      },
    ]
    error_message = "The role may more or less than read, transform and write."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.keys[0].policy) == {
      Version = "2012-10-17"
      Statement = [
        {
          Sid      = "Objects"
          Effect   = "Allow"
          Action   = ["kms:GenerateDataKey", "kms:Decrypt"]
          Resource = "arn:aws:kms:eu-west-1:111122223333:key/lake"
          Condition = {
            StringEquals = { "kms:ViaService" = "s3.eu-west-1.amazonaws.com" }
            StringLike   = { "kms:EncryptionContext:aws:s3:arn" = ["arn:aws:s3:::demo-lake", "arn:aws:s3:::demo-lake/*"] }
          }
        },
        {
          Sid      = "ObjectsBackup"
          Effect   = "Allow"
          Action   = ["kms:GenerateDataKey", "kms:Decrypt"]
          Resource = "arn:aws:kms:eu-west-1:111122223333:key/raw"
          Condition = {
            StringEquals = { "kms:ViaService" = "s3.eu-west-1.amazonaws.com" }
            StringLike   = { "kms:EncryptionContext:aws:s3:arn" = ["arn:aws:s3:::demo-raw", "arn:aws:s3:::demo-raw/*"] }
          }
        },
        {
          Sid      = "Stream"
          Effect   = "Allow"
          Action   = "kms:Decrypt"
          Resource = "arn:aws:kms:eu-west-1:111122223333:key/clicks"
          Condition = {
            StringEquals = { "kms:ViaService" = "kinesis.eu-west-1.amazonaws.com" }
            StringLike   = { "kms:EncryptionContext:aws:kinesis:arn" = "arn:aws:kinesis:eu-west-1:111122223333:stream/clicks" }
          }
        },
      ]
    }
    error_message = "A key may be used for more or less than this bucket or stream."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["transform"].evaluation_periods == 1
    error_message = "A function that is called now and then, and fails, raises no alarm."
  }

  assert {
    condition     = keys(aws_cloudwatch_metric_alarm.this) == ["behind", "failures", "freshness", "partitions", "throttles", "transform"] && aws_cloudwatch_metric_alarm.this["throttles"].metric_name == "ThrottledGetRecords" && aws_cloudwatch_metric_alarm.this["freshness"].threshold == 1200
    error_message = "Alarms are not those of a stream, partitions and a transform."
  }

  assert {
    condition     = aws_iam_role.this.path == "/eventyard/" && output.role.arn == "arn:aws:iam::111122223333:role/eventyard/demo-clicks-delivery"
    error_message = "The role has another path."
  }
}

run "direct_with_a_key_and_a_backup_beside_it" {
  command = plan

  variables {
    backup = {}
    buffer = { interval_seconds = 0, size_mb = 1 }
    key    = { arn = "arn:aws:kms:eu-west-1:111122223333:key/clicks" }
    objects = {
      prefix       = "!{firehose:random-string}/!{timestamp:yyyy}/"
      error_prefix = "failed-!{firehose:error-output-type}/"
      new_lines    = false
    }
  }

  assert {
    condition     = aws_kinesis_firehose_delivery_stream.this.server_side_encryption[0].key_type == "CUSTOMER_MANAGED_CMK" && aws_kinesis_firehose_delivery_stream.this.server_side_encryption[0].key_arn == var.key.arn && aws_cloudwatch_log_group.this.kms_key_id == var.key.arn
    error_message = "The key is not used."
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.service.policy).Statement[1].Resource == ["arn:aws:s3:::demo-lake/*", "arn:aws:s3:::demo-lake/failed-*", "arn:aws:s3:::demo-lake/source/*"]
    error_message = "A prefix that begins with an expression needs the whole bucket."
  }

  assert {
    condition     = aws_kinesis_firehose_delivery_stream.this.extended_s3_configuration[0].s3_backup_configuration[0].bucket_arn == "arn:aws:s3:::demo-lake" && aws_kinesis_firehose_delivery_stream.this.extended_s3_configuration[0].s3_backup_configuration[0].buffering_interval == 60
    error_message = "The backup is elsewhere, or has no buffer, which Firehose refuses."
  }

  assert {
    condition     = !aws_kinesis_firehose_delivery_stream.this.extended_s3_configuration[0].processing_configuration[0].enabled && length(aws_kinesis_firehose_delivery_stream.this.extended_s3_configuration[0].processing_configuration[0].processors) == 0
    error_message = "Records are processed though nothing is to be done, or what was switched on stays so."
  }
}

run "refuses_what_firehose_refuses" {
  command         = plan
  expect_failures = [var.alarms, var.backup, var.bucket, var.buffer, var.key, var.log_retention_days, var.name, var.objects]

  variables {
    key                = { arn = "arn:aws:kms:eu-west-1:111122223333:alias/demo" }
    alarms             = { overrides = { transform = {} } }
    backup             = { prefix = "raw/!{timestamp:yyyy}/" }
    bucket             = { arn = "arn:aws:s3:::demo-lake/path" }
    buffer             = { interval_seconds = 901, size_mb = 129 }
    log_retention_days = 8
    name               = "demo clicks"
    objects            = { compression = "gzip", file_extension = "gz", time_zone = "GMT+1" }
  }
}

run "refuses_an_error_prefix_without_the_kind_of_error" {
  command         = plan
  expect_failures = [var.objects]

  variables {
    objects = { error_prefix = "errors/!{timestamp:yyyy}/" }
  }
}

run "refuses_an_error_prefix_with_a_partition" {
  command         = plan
  expect_failures = [var.objects]

  variables {
    partitions = { jq = { customer = ".customer" } }
    objects    = { error_prefix = "errors/!{firehose:error-output-type}/!{partitionKeyFromQuery:customer}/" }
  }
}

run "refuses_a_prefix_with_a_partition_that_is_none" {
  command         = plan
  expect_failures = [var.objects]

  variables {
    objects = { prefix = "data/!{partitionKeyFromQuery:customer}/" }
  }
}

run "refuses_a_prefix_that_leaves_a_partition_out" {
  command         = plan
  expect_failures = [var.objects]

  variables {
    partitions = { jq = { customer = ".customer", kind = ".kind" } }
    objects    = { prefix = "data/!{partitionKeyFromQuery:customer}/" }
  }
}

run "refuses_a_prefix_with_an_open_expression" {
  command         = plan
  expect_failures = [var.objects]

  variables {
    objects = { prefix = "data/!{timestamp:yyyy/" }
  }
}

run "refuses_too_small_a_buffer_for_partitions" {
  command         = plan
  expect_failures = [var.buffer]

  variables {
    partitions = { jq = { customer = ".customer" } }
    buffer     = { size_mb = 63 }
  }
}

run "refuses_partitions_without_a_buffer" {
  command         = plan
  expect_failures = [var.buffer]

  variables {
    partitions = { jq = { customer = ".customer" } }
    buffer     = { interval_seconds = 0 }
  }
}

run "refuses_partitions_that_are_none" {
  command         = plan
  expect_failures = [var.partitions]

  variables {
    partitions = { jq = { "customer-id" = ".customer" }, transform = ["device"], retry_seconds = 7201 }
  }
}

run "refuses_no_partition" {
  command         = plan
  expect_failures = [var.partitions]

  variables {
    partitions = {}
  }
}

run "refuses_a_transform_that_lambda_can_not_take" {
  command         = plan
  expect_failures = [var.transform]

  variables {
    transform = {
      function       = { alias_arn = "arn:aws:lambda:eu-west-1:111122223333:function:clean:live", timeout_seconds = 301 }
      buffer_mb      = 3.5
      buffer_seconds = 901
      retries        = 301
    }
  }
}
