# What is set only when it is asked for, one refusal for each limit, several inputs to a run.
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

run "a_custom_runtime_under_existing_names" {
  command = plan

  variables {
    code = {
      filename        = "work.zip"
      hash            = "1"
      runtime         = "provided.al2023"
      architecture    = "x86_64"
      layers          = ["arn:aws:lambda:eu-west-1:111122223333:layer:tools:3"]
      recursion       = "Allow"
      runtime_updates = "FunctionUpdate"
      signing         = { arn = "arn:aws:lambda:eu-west-1:111122223333:code-signing-config:csc-0f6c334abcdea4d8b" }
    }
    asynchronous = {}
    names        = { alias = "prod", failure_queue = "old-failures", log_group = "/old/work", role = "old-role" }
    role         = { path = "/service-role/" }
  }

  assert {
    condition     = aws_lambda_function.this.handler == "bootstrap" && aws_lambda_function.this.runtime == "provided.al2023" && aws_lambda_function.this.architectures == tolist(["x86_64"])
    error_message = "A custom runtime needs no handler, on either architecture."
  }

  assert {
    condition     = aws_lambda_function.this.layers == tolist(var.code.layers) && aws_lambda_function.this.code_signing_config_arn == var.code.signing.arn && length(aws_lambda_function.this.snap_start) == 0
    error_message = "Layers or signing are not as asked, or a snapshot is that nobody asked for."
  }

  assert {
    condition     = aws_lambda_function_recursion_config.this[0].recursive_loop == "Allow" && aws_lambda_runtime_management_config.live[0].update_runtime_on == "FunctionUpdate"
    error_message = "Recursion or updates of the runtime are not as asked."
  }

  assert {
    condition     = aws_lambda_alias.live.name == "prod" && aws_sqs_queue.failures[0].name == "old-failures" && aws_cloudwatch_log_group.this.name == "/old/work" && aws_iam_role.this.name == "old-role"
    error_message = "A physical name is not the given one."
  }

  assert {
    condition     = output.function.alias_arn == "arn:aws:lambda:eu-west-1:111122223333:function:demo-work:prod" && output.role.arn == "arn:aws:iam::111122223333:role/service-role/old-role" && output.log_group.arn == "arn:aws:logs:eu-west-1:111122223333:log-group:/old/work"
    error_message = "An output does not follow the given names."
  }
}

run "a_snapshot_of_java_and_a_canary" {
  command = plan

  variables {
    code = {
      s3              = { bucket = "demo-artefacts", key = "work.jar" }
      hash            = "1"
      handler         = "demo.Work::handleRequest"
      runtime         = "java21"
      runtime_updates = "arn:aws:lambda:eu-west-1::runtime:0123456789abcdef"
      snap_start      = true
    }
    release = { version = "7", weights = { "8" = 0.1 } }
  }

  assert {
    condition     = aws_lambda_function.this.snap_start[0].apply_on == "PublishedVersions" && aws_lambda_function.this.handler == "demo.Work::handleRequest"
    error_message = "Versions are not started from a snapshot."
  }

  assert {
    condition     = aws_lambda_alias.live.function_version == "7" && aws_lambda_alias.live.routing_config[0].additional_version_weights == tomap({ "8" = 0.1 })
    error_message = "The alias does not split its calls."
  }

  assert {
    condition     = aws_lambda_runtime_management_config.live[0].qualifier == "7" && aws_lambda_runtime_management_config.live[0].update_runtime_on == "Manual" && aws_lambda_runtime_management_config.live[0].runtime_version_arn == var.code.runtime_updates
    error_message = "The version that is served does not stay on its runtime."
  }
}

run "an_image_with_settings_of_its_own" {
  command = plan

  variables {
    code = { image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/work:1", hash = "1", command = ["app.handler"], working_directory = "/srv" }
  }

  assert {
    condition     = aws_lambda_function.this.package_type == "Image" && aws_lambda_function.this.image_config[0].command == tolist(["app.handler"]) && aws_lambda_function.this.image_config[0].working_directory == "/srv"
    error_message = "The image is not started as asked."
  }

  assert {
    condition     = aws_lambda_function.this.handler == null && aws_lambda_function.this.runtime == null
    error_message = "An image has no handler or runtime of Lambda's."
  }
}

run "sources_with_every_setting" {
  command = plan

  variables {
    sources = {
      clicks = {
        stream                  = { arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/demo-clicks", key = { arn = "arn:aws:kms:eu-west-1:111122223333:key/1" } }
        consumer                = { arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/demo-clicks/consumer/search:1700000000", name = "search" }
        starting_position       = "AT_TIMESTAMP"
        starting_time           = "2026-01-31T06:00:00Z"
        tumbling_window_seconds = 60
        parallelization         = 2
        batch_size              = 500
        window_seconds          = 5
        on_failure              = { bucket = { arn = "arn:aws:s3:::demo-lost", key = { arn = "arn:aws:kms:eu-west-1:111122223333:key/2" } } }
      }
      jobs = {
        queue      = { arn = "arn:aws:sqs:eu-west-1:111122223333:demo-jobs" }
        pollers    = { minimum = 3, maximum = 9 }
        filters    = [jsonencode({ body = { kind = ["resize"] } })]
        filter_key = { arn = "arn:aws:kms:eu-west-1:111122223333:key/3" }
        metrics    = true
        enabled    = false
      }
    }
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.sources[0].policy).Statement[0] == {
      Sid      = "Clicks"
      Effect   = "Allow"
      Action   = ["kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:ListShards", "kinesis:SubscribeToShard"]
      Resource = ["arn:aws:kinesis:eu-west-1:111122223333:stream/demo-clicks", "arn:aws:kinesis:eu-west-1:111122223333:stream/demo-clicks/consumer/search:*"]
    }
    error_message = "The role may not subscribe as its consumer, or as another one too."
  }

  assert {
    condition = [for statement in jsondecode(aws_iam_role_policy.other_keys[0].policy).Statement : [statement.Sid, statement.Action, statement.Resource]] == [
      ["FromClicks", "kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:key/1"],
      ["ToSourceClicks", ["kms:GenerateDataKey", "kms:Decrypt"], "arn:aws:kms:eu-west-1:111122223333:key/2"],
    ]
    error_message = "The role may not use exactly the keys of what it reads and writes."
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.destinations[0].policy).Statement[0].Resource == ["arn:aws:s3:::demo-lost", "arn:aws:s3:::demo-lost/*"] && length(aws_sqs_queue.failures) == 0
    error_message = "Lost records do not go to the bucket."
  }

  assert {
    condition     = endswith(aws_lambda_event_source_mapping.this["clicks"].event_source_arn, "consumer/search:1700000000") && aws_lambda_event_source_mapping.this["clicks"].starting_position_timestamp == "2026-01-31T06:00:00Z" && aws_lambda_event_source_mapping.this["clicks"].tumbling_window_in_seconds == 60
    error_message = "The stream is not read as asked."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.this["jobs"].provisioned_poller_config[0].maximum_pollers == 9 && aws_lambda_event_source_mapping.this["jobs"].metrics_config[0].metrics == toset(["EventCount"]) && endswith(aws_lambda_event_source_mapping.this["jobs"].kms_key_arn, "key/3") && !aws_lambda_event_source_mapping.this["jobs"].enabled
    error_message = "The queue is not read as asked."
  }
}

run "dead_letters_and_both_destinations" {
  command = plan

  variables {
    asynchronous = {
      dead_letters = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:demo-dead", key = { arn = "arn:aws:kms:eu-west-1:111122223333:key/1" } } }
      on_failure   = { topic = { arn = "arn:aws:sns:eu-west-1:111122223333:demo-ops" } }
      on_success   = { function = { alias_arn = "arn:aws:lambda:eu-west-1:111122223333:function:demo-next:live" } }
    }
  }

  assert {
    condition     = aws_lambda_function.this.dead_letter_config[0].target_arn == "arn:aws:sqs:eu-west-1:111122223333:demo-dead" && length(aws_sqs_queue.failures) == 0
    error_message = "Events do not go to the dead letters alone."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.dead_letters[0].policy).Statement == [
      { Sid = "DeadLetters", Effect = "Allow", Action = ["sqs:SendMessage"], Resource = ["arn:aws:sqs:eu-west-1:111122223333:demo-dead"] },
    ]
    error_message = "The role may not send exactly its dead letters."
  }

  assert {
    condition = [for statement in jsondecode(aws_iam_role_policy.destinations[0].policy).Statement : [statement.Sid, statement.Action[0], statement.Resource[0]]] == [
      ["Asynchronous", "sns:Publish", "arn:aws:sns:eu-west-1:111122223333:demo-ops"],
      ["Success", "lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:111122223333:function:demo-next:live"],
    ]
    error_message = "The role may not send to exactly both destinations."
  }

  assert {
    condition     = keys(aws_cloudwatch_metric_alarm.this) == ["dead_letters", "dropped", "duration", "errors", "throttles", "undelivered"]
    error_message = "Nobody hears of an event that is given up or lost."
  }
}

run "dead_letters_alone" {
  command = plan

  variables {
    asynchronous = { dead_letters = { topic = { arn = "arn:aws:sns:eu-west-1:111122223333:demo-dead" } } }
  }

  assert {
    condition     = length(aws_lambda_function_event_invoke_config.live[0].destination_config) == 0 && length(aws_sqs_queue.failures) == 0 && length(aws_iam_role_policy.destinations) == 0
    error_message = "A destination is made beside the dead letters."
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.dead_letters[0].policy).Statement[0].Action == ["sns:Publish"]
    error_message = "The role may not send its dead letters to the topic."
  }
}

run "warm_by_the_clock_and_by_use" {
  command = plan

  variables {
    provisioned_concurrency = {
      executions         = 0
      maximum_executions = 8
      target_utilization = 0.7
      schedules = {
        morning = { expression = "cron(0 8 ? * MON-FRI *)", executions = 4, maximum_executions = 20, time_zone = "Europe/Berlin" }
        evening = { expression = "cron(0 19 ? * MON-FRI *)", executions = 0 }
      }
    }
    reserved_concurrency = 20
  }

  assert {
    condition     = length(aws_lambda_provisioned_concurrency_config.live) + length(aws_appautoscaling_target.tracked) == 0 && aws_appautoscaling_target.scheduled[0].resource_id == "function:demo-work:live" && aws_appautoscaling_target.scheduled[0].max_capacity == 8
    error_message = "A fixed number fights the scaling."
  }

  assert {
    condition     = aws_appautoscaling_scheduled_action.this["morning"].timezone == "Europe/Berlin" && aws_appautoscaling_scheduled_action.this["morning"].scalable_target_action[0].max_capacity == "20" && aws_appautoscaling_scheduled_action.this["evening"].scalable_target_action[0].max_capacity == "0"
    error_message = "A schedule does not set its own number."
  }

  assert {
    condition     = aws_appautoscaling_policy.utilization[0].target_tracking_scaling_policy_configuration[0].target_value == 0.7
    error_message = "It does not follow its use."
  }
}

run "warm_by_use" {
  command = plan

  variables {
    provisioned_concurrency = { executions = 2, maximum_executions = 10, target_utilization = 0.5 }
  }

  assert {
    condition     = aws_appautoscaling_target.tracked[0].min_capacity == 2 && aws_appautoscaling_target.tracked[0].max_capacity == 10 && length(aws_appautoscaling_scheduled_action.this) == 0
    error_message = "It does not stay between its limits."
  }
}

run "a_url_for_those_who_sign" {
  command = plan

  variables {
    url = {
      callers = {
        lines   = { principal = "logs.amazonaws.com", source_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:a:*" }
        partner = { principal = "444455556666" }
        pages   = { principal = "cloudfront.amazonaws.com", source_arn = "arn:aws:cloudfront::111122223333:distribution/E1" }
      }
      cors   = { origins = ["https://app.example.com"], credentials = true }
      stream = true
    }
  }

  assert {
    condition     = aws_lambda_function_url.live[0].authorization_type == "AWS_IAM" && aws_lambda_function_url.live[0].qualifier == "live" && aws_lambda_function_url.live[0].invoke_mode == "RESPONSE_STREAM"
    error_message = "The URL is open, or not the alias's."
  }

  assert {
    condition     = aws_lambda_function_url.live[0].cors[0].allow_origins == toset(["https://app.example.com"]) && aws_lambda_function_url.live[0].cors[0].allow_methods == toset(["GET", "POST"])
    error_message = "Other pages may call than the named ones."
  }

  assert {
    condition = jsonencode([for permission in aws_lambda_permission.url : [permission.action, permission.principal, permission.qualifier, permission.source_account, permission.source_arn]]) == jsonencode([
      ["lambda:InvokeFunctionUrl", "logs.amazonaws.com", "live", "111122223333", "arn:aws:logs:eu-west-1:111122223333:log-group:a:*"],
      ["lambda:InvokeFunctionUrl", "cloudfront.amazonaws.com", "live", null, "arn:aws:cloudfront::111122223333:distribution/E1"],
      ["lambda:InvokeFunctionUrl", "arn:aws:iam::444455556666:root", "live", null, null],
    ])
    error_message = "A caller is not held to its account and the alias, CloudFront is asked for an account it does not say, or an account is put as AWS does not keep it."
  }

  assert {
    condition     = alltrue([for permission in aws_lambda_permission.url_invoke : permission.action == "lambda:InvokeFunction" && permission.qualifier == "live"]) && length(aws_lambda_permission.url_invoke) == 3
    error_message = "A caller lacks the second permission AWS asks for."
  }

  assert {
    condition     = jsonencode([for permission in aws_lambda_permission.url_invoke : [permission.principal, permission.source_account]]) == jsonencode([for permission in aws_lambda_permission.url : [permission.principal, permission.source_account]])
    error_message = "The second permission is another caller's than the first."
  }

  assert {
    condition = jsonencode([output.grants.call_url, output.grants.invoke_by_url]) == jsonencode([
      {
        actions    = ["lambda:InvokeFunctionUrl"]
        conditions = { StringEquals = { "lambda:FunctionUrlAuthType" = ["AWS_IAM"] } }
        resources  = ["arn:aws:lambda:eu-west-1:111122223333:function:demo-work:live"]
      },
      {
        actions    = ["lambda:InvokeFunction"]
        conditions = { Bool = { "lambda:InvokedViaFunctionUrl" = ["true"] } }
        resources  = ["arn:aws:lambda:eu-west-1:111122223333:function:demo-work:live"]
      },
    ])
    error_message = "The grants of the URL allow more than calling it."
  }
}

run "a_stream_from_a_time_of_another_offset" {
  command = plan

  variables {
    sources = {
      east = { stream = { arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/a" }, starting_position = "AT_TIMESTAMP", starting_time = "2026-01-31T01:00:00+05:30" }
      west = { stream = { arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/b" }, starting_position = "AT_TIMESTAMP", starting_time = "2026-01-31T20:00:00-08:00" }
      zulu = { stream = { arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/c" }, starting_position = "AT_TIMESTAMP", starting_time = "2026-01-31T06:00:00Z" }
      none = { stream = { arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/d" } }
    }
  }

  assert {
    condition = jsonencode({ for label, mapping in aws_lambda_event_source_mapping.this : label => mapping.starting_position_timestamp }) == jsonencode({
      east = "2026-01-30T19:30:00Z"
      west = "2026-02-01T04:00:00Z"
      zulu = "2026-01-31T06:00:00Z"
      none = null
    })
    error_message = "AWS answers in UTC: the second plan would replace the mapping."
  }
}
