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
  name = "demo-work"
  code = {
    s3      = { bucket = "demo-artefacts", key = "work.zip" }
    hash    = "d34db33f"
    handler = "demo.work.app.handler"
    runtime = "python3.13"
  }
}

run "safe_by_default" {
  command = plan

  assert {
    condition     = aws_cloudwatch_log_group.this.name == "/aws/lambda/demo-work" && aws_cloudwatch_log_group.this.retention_in_days == 30
    error_message = "The log group is not the function's, or keeps lines for ever."
  }

  assert {
    condition     = aws_lambda_function.this.logging_config[0].log_format == "JSON" && aws_lambda_function.this.tracing_config[0].mode == "Active" && aws_lambda_function.this.publish
    error_message = "Logs are not JSON, tracing is off or no version is published."
  }

  assert {
    condition     = aws_lambda_function.this.source_code_hash == "d34db33f" && aws_lambda_function.this.reserved_concurrent_executions == -1
    error_message = "The artefact's hash or the account's concurrency is not used."
  }

  assert {
    condition     = aws_lambda_function.this.environment[0].variables == tomap({ POWERTOOLS_METRICS_NAMESPACE = "eventyard", POWERTOOLS_SERVICE_NAME = "demo-work" })
    error_message = "Powertools does not know its service."
  }

  assert {
    condition = jsondecode(aws_iam_role.this.assume_role_policy).Statement == [
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } },
    ]
    error_message = "Another than Lambda may take the role."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.service.policy).Statement == [
      {
        Sid      = "Logs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/demo-work:*"]
      },
      {
        Sid       = "Tracing"
        Effect    = "Allow"
        Action    = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
        Resource  = ["*"]
        Condition = { StringEquals = { "aws:RequestedRegion" = ["eu-west-1"] } }
      },
    ]
    error_message = "By default the role may write its own log and traces and no more."
  }

  assert {
    condition     = length(aws_iam_role_policy.grants) + length(aws_iam_role_policy.sources) + length(aws_iam_role_policy.destinations) + length(aws_sqs_queue.failures) == 0
    error_message = "Policies or queues exist that nobody asked for."
  }

  assert {
    condition     = output.function.alias_arn == "arn:aws:lambda:eu-west-1:111122223333:function:demo-work:live" && output.grants.invoke.resources == toset([output.function.alias_arn])
    error_message = "The alias's ARN is not known at the first plan, or not what may be invoked."
  }

  assert {
    condition     = output.role.arn == "arn:aws:iam::111122223333:role/demo-work"
    error_message = "The role's ARN is not known at the first plan."
  }

  assert {
    condition     = keys(aws_cloudwatch_metric_alarm.this) == ["duration", "errors", "throttles"] && aws_cloudwatch_metric_alarm.this["duration"].threshold == 27000
    error_message = "An alarm is missing, or speaks only after the time-out."
  }
}

run "sources_and_grants" {
  command = plan

  variables {
    environment = { POWERTOOLS_SERVICE_NAME = "mine", POWERTOOLS_LOG_LEVEL = "warning" }
    grants = {
      videos = { actions = ["s3:GetObject"], resources = ["arn:aws:s3:::demo-videos/*"] }
      fleet = {
        actions    = ["ec2:DescribeInstances"]
        resources  = ["*"]
        conditions = { StringEquals = { "ec2:Region" = ["eu-west-1"] } }
      }
    }
    sources = {
      jobs = {
        queue               = { arn = "arn:aws:sqs:eu-west-1:111122223333:demo-jobs", key = { arn = "arn:aws:kms:eu-west-1:111122223333:key/1" }, visibility_seconds = 180 }
        maximum_concurrency = 5
      }
      clicks = { stream = { arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/demo-clicks" } }
      videos = {
        table      = { arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/demo-videos", stream_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/demo-videos/stream/2026" }
        on_failure = { topic = { arn = "arn:aws:sns:eu-west-1:111122223333:ops" } }
      }
    }
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.grants[0].policy) == {
      Version = "2012-10-17"
      Statement = [
        {
          Sid       = "Fleet"
          Effect    = "Allow"
          Action    = "ec2:DescribeInstances"
          Resource  = "*"
          Condition = { StringEquals = { "ec2:Region" = "eu-west-1" } }
        },
        { Sid = "Videos", Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::demo-videos/*" },
      ]
    }
    error_message = "The role is not granted exactly what was handed over."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.sources[0].policy).Statement == [
      {
        Sid      = "Clicks"
        Effect   = "Allow"
        Action   = ["kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"]
        Resource = ["arn:aws:kinesis:eu-west-1:111122223333:stream/demo-clicks"]
      },
      {
        Sid      = "Jobs"
        Effect   = "Allow"
        Action   = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
        Resource = ["arn:aws:sqs:eu-west-1:111122223333:demo-jobs"]
      },
      {
        Sid      = "Videos"
        Effect   = "Allow"
        Action   = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"]
        Resource = ["arn:aws:dynamodb:eu-west-1:111122223333:table/demo-videos/stream/*"]
      },
    ]
    error_message = "The role may not consume exactly its sources."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.other_keys[0].policy).Statement == [
      for statement in [{ Sid = "FromJobs", Effect = "Allow", Action = "kms:Decrypt", Resource = "arn:aws:kms:eu-west-1:111122223333:key/1" }] : statement
    ]
    error_message = "The role may not read what a source's key encrypts, or may do more with it."
  }

  assert {
    condition     = alltrue([for mapping in aws_lambda_event_source_mapping.this : mapping.function_response_types == toset(["ReportBatchItemFailures"]) && mapping.function_name == "arn:aws:lambda:eu-west-1:111122223333:function:demo-work:live"])
    error_message = "A mapping calls another than the alias, or takes no answer in part."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.this["jobs"].batch_size == 10 && aws_lambda_event_source_mapping.this["jobs"].scaling_config[0].maximum_concurrency == 5
    error_message = "The queue's mapping differs."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.this["clicks"].bisect_batch_on_function_error && aws_lambda_event_source_mapping.this["clicks"].maximum_retry_attempts == 10 && aws_lambda_event_source_mapping.this["clicks"].maximum_record_age_in_seconds == 86400
    error_message = "A poison record blocks its shard."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.this["clicks"].destination_config[0].on_failure[0].destination_arn == "arn:aws:sqs:eu-west-1:111122223333:demo-work-failures" && aws_lambda_event_source_mapping.this["videos"].destination_config[0].on_failure[0].destination_arn == "arn:aws:sns:eu-west-1:111122223333:ops"
    error_message = "Records that are given up get lost."
  }

  assert {
    condition     = aws_lambda_function.this.environment[0].variables["POWERTOOLS_SERVICE_NAME"] == "mine" && aws_lambda_function.this.logging_config[0].application_log_level == "WARN"
    error_message = "The caller's environment does not win."
  }

  assert {
    condition     = length(setsubtract(["failures", "iterator_age", "undelivered"], keys(aws_cloudwatch_metric_alarm.this))) == 0
    error_message = "Nobody hears of a stream that falls behind."
  }
}

run "asynchronous_in_a_network_with_key" {
  command = plan

  variables {
    asynchronous = { maximum_attempts = 1, on_success = { bus = { arn = "arn:aws:events:eu-west-1:111122223333:event-bus/demo" } } }
    key          = { arn = "arn:aws:kms:eu-west-1:111122223333:key/1" }
    network      = { subnet_ids = ["subnet-1", "subnet-2"], security_group_ids = ["sg-1"] }
    role         = { path = "/demo/", permissions_boundary = "arn:aws:iam::111122223333:policy/boundary" }
    release      = { version = "7" }
    alarms       = { overrides = { errors = { threshold = 5 }, throttles = { enabled = false } } }

    provisioned_concurrency = { executions = 2 }
    reserved_concurrency    = 10
  }

  assert {
    condition     = aws_lambda_function_event_invoke_config.live[0].qualifier == "live" && aws_lambda_function_event_invoke_config.live[0].maximum_retry_attempts == 1 && aws_lambda_function_event_invoke_config.live[0].maximum_event_age_in_seconds == 21600
    error_message = "The asynchronous settings are not the alias's."
  }

  assert {
    condition     = aws_lambda_function_event_invoke_config.live[0].destination_config[0].on_failure[0].destination == "arn:aws:sqs:eu-west-1:111122223333:demo-work-failures" && aws_sqs_queue.failures[0].message_retention_seconds == 1209600 && aws_sqs_queue.failures[0].kms_master_key_id == var.key.arn
    error_message = "Events that are given up get lost, or lie unencrypted."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.destinations[0].policy).Statement == [
      {
        Sid      = "Asynchronous"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = ["arn:aws:sqs:eu-west-1:111122223333:demo-work-failures"]
      },
      {
        Sid      = "Success"
        Effect   = "Allow"
        Action   = ["events:PutEvents"]
        Resource = ["arn:aws:events:eu-west-1:111122223333:event-bus/demo"]
      },
    ]
    error_message = "The role may not send to exactly its destinations."
  }

  assert {
    condition = (
      jsondecode(aws_iam_role_policy.keys[0].policy).Statement == [
        for statement in [{ Sid = "Key", Effect = "Allow", Action = "kms:Decrypt", Resource = var.key.arn }] : statement
        ] && jsondecode(aws_iam_role_policy.other_keys[0].policy).Statement == [
        for statement in [{ Sid = "ToAsynchronous", Effect = "Allow", Action = ["kms:GenerateDataKey", "kms:Decrypt"], Resource = var.key.arn }] : statement
      ]
    )
    error_message = "The role may not use its own key for the environment and the failure queue, or may do more with it."
  }

  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.service.policy).Statement : statement.Effect if contains(statement.Action, "ec2:CreateNetworkInterface")] == ["Allow", "Deny"]
    error_message = "The role lacks the network, or the code may use it."
  }

  assert {
    condition     = aws_lambda_alias.live.function_version == "7" && length(aws_lambda_alias.live.routing_config) == 0
    error_message = "The alias does not serve the release."
  }

  assert {
    condition     = aws_iam_role.this.permissions_boundary == var.role.permissions_boundary && output.role.arn == "arn:aws:iam::111122223333:role/demo/demo-work"
    error_message = "The role lacks its path or boundary."
  }

  assert {
    condition     = keys(aws_cloudwatch_metric_alarm.this) == ["duration", "errors", "failures", "undelivered"] && aws_cloudwatch_metric_alarm.this["errors"].threshold == 5
    error_message = "Overrides of alarms are not kept."
  }

  assert {
    condition     = aws_lambda_provisioned_concurrency_config.live[0].provisioned_concurrent_executions == 2 && aws_lambda_function.this.reserved_concurrent_executions == 10
    error_message = "Concurrency is not as asked."
  }
}

run "refuses_two_forms_of_code" {
  command         = plan
  expect_failures = [var.code]

  variables {
    code = { filename = "work.zip", image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/work:1", hash = "1" }
  }
}

run "refuses_a_zip_without_handler" {
  command         = plan
  expect_failures = [var.code]

  variables {
    code = { filename = "work.zip", hash = "1" }
  }
}

run "refuses_what_lambda_refuses" {
  command = plan
  expect_failures = [
    var.alarms, var.asynchronous, var.description, var.environment, var.ephemeral_storage_mb, var.grants, var.log_retention_days,
    var.memory_mb, var.name, var.names, var.network, var.release, var.timeout_seconds,
  ]

  variables {
    alarms               = { overrides = { error = {} } }
    asynchronous         = { maximum_attempts = 3 }
    description          = join("", [for i in range(257) : "x"])
    environment          = { AWS_REGION = "eu-west-1" }
    ephemeral_storage_mb = 511
    grants               = { all = { actions = ["*"], resources = ["arn:aws:s3:::demo"] } }
    log_retention_days   = 2
    memory_mb            = 127
    name                 = "demo work"
    names                = { alias = "7" }
    network              = { subnet_ids = [], security_group_ids = ["sg-1"] }
    release              = { version = "$LATEST" }
    timeout_seconds      = 901
  }
}

run "refuses_every_resource_without_condition" {
  command         = plan
  expect_failures = [var.grants, var.asynchronous, var.release]

  variables {
    grants       = { all = { actions = ["ec2:DescribeInstances"], resources = ["*"] } }
    asynchronous = { maximum_age_seconds = 59 }
    release      = { version = "1", weights = { "2" = 0.1, "3" = 0.1 } }
  }
}

run "refuses_a_destination_that_is_two" {
  command         = plan
  expect_failures = [var.asynchronous]

  variables {
    asynchronous = {
      on_failure = {
        queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:a" }
        topic = { arn = "arn:aws:sns:eu-west-1:111122223333:b" }
      }
    }
  }
}

run "refuses_a_queue_that_shows_messages_too_soon" {
  command         = plan
  expect_failures = [var.sources]

  variables {
    sources = { jobs = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:demo-jobs", visibility_seconds = 179 } } }
  }
}

run "refuses_a_source_that_is_two" {
  command         = plan
  expect_failures = [var.sources]

  variables {
    sources = {
      jobs = {
        queue  = { arn = "arn:aws:sqs:eu-west-1:111122223333:demo-jobs" }
        stream = { arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/demo" }
      }
    }
  }
}

run "refuses_big_batches_without_window" {
  command         = plan
  expect_failures = [var.sources]

  variables {
    sources = { jobs = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:demo-jobs" }, batch_size = 11 } }
  }
}

run "refuses_windows_of_fifo_queues" {
  command         = plan
  expect_failures = [var.sources]

  variables {
    sources = { jobs = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:demo-jobs.fifo" }, window_seconds = 1 } }
  }
}

run "refuses_other_limits_of_sources" {
  command         = plan
  expect_failures = [var.sources]

  variables {
    sources = {
      batch = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:a" }, batch_size = 0 }
      few   = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:b" }, maximum_concurrency = 1 }
      json  = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:c" }, filters = ["{"] }
      long  = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:d" }, window_seconds = 301 }
      wrong = { stream = { arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/demo" }, starting_position = "HERE" }
      lost  = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:e" }, on_failure = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:f" } } }
    }
  }
}
