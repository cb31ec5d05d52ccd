# The real provider without a network: policies are read from the plan, nothing is called.
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

override_data {
  target = data.aws_caller_identity.current
  values = { account_id = "111122223333" }
}

variables {
  name = "demo"
  schedules = {
    nightly = {
      expression = "cron(0 19 ? * MON-FRI *)"
      time_zone  = "Europe/London"
      input      = "{\"run\":\"\\u003caws.scheduler.execution-id\\u003e\"}"
      target     = { function = { alias_arn = "arn:aws:lambda:eu-west-1:111122223333:function:demo-stop:live" } }
    }
    hourly = {
      expression              = "rate(1 hour)"
      flexible_window_minutes = 15
      target                  = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:demo-jobs", key = { arn = "arn:aws:kms:eu-west-1:111122223333:key/k" } } }
    }
    once = {
      expression = "at(2028-02-29T07:30:00)"
      enabled    = false
      target     = { workflow = { arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:demo" } }
    }
  }
}

run "schedules" {
  command = plan

  assert {
    condition     = aws_scheduler_schedule.this["nightly"].schedule_expression_timezone == "Europe/London" && aws_scheduler_schedule.this["hourly"].schedule_expression_timezone == "UTC"
    error_message = "A schedule keeps its time zone, UTC when none is given."
  }

  assert {
    condition     = aws_scheduler_schedule.this["nightly"].target[0].input == "{\"run\":\"<aws.scheduler.execution-id>\"}"
    error_message = "The scheduler's keywords must reach it unescaped."
  }

  assert {
    condition     = aws_scheduler_schedule.this["nightly"].flexible_time_window[0].mode == "OFF" && aws_scheduler_schedule.this["hourly"].flexible_time_window[0].maximum_window_in_minutes == 15
    error_message = "A window is on only where it is asked for."
  }

  assert {
    condition     = aws_scheduler_schedule.this["once"].state == "DISABLED"
    error_message = "A schedule can be off."
  }

  assert {
    condition     = alltrue([for s in aws_scheduler_schedule.this : s.target[0].retry_policy[0].maximum_retry_attempts == 20 && s.target[0].retry_policy[0].maximum_event_age_in_seconds == 3600])
    error_message = "Every target says how it is retried."
  }

  assert {
    condition = jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Condition == {
      ArnEquals    = { "aws:SourceArn" = "arn:aws:scheduler:eu-west-1:111122223333:schedule-group/demo" }
      StringEquals = { "aws:SourceAccount" = "111122223333" }
    }
    error_message = "Only this group of this account may take the role."
  }

  assert {
    condition = { for s in jsondecode(aws_iam_role_policy.this.policy).Statement : s.Sid => s.Resource } == {
      InvokeFunctions = ["arn:aws:lambda:eu-west-1:111122223333:function:demo-stop:live"]
      SendToQueues    = ["arn:aws:sqs:eu-west-1:111122223333:demo-jobs", "arn:aws:sqs:eu-west-1:111122223333:demo-schedule-dead-letters"]
      StartWorkflows  = ["arn:aws:states:eu-west-1:111122223333:stateMachine:demo"]
    }
    error_message = "The role reaches the targets and the dead-letter queue, and nothing else."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.keys[0].policy).Statement == [
      { Sid = "UseKeys", Effect = "Allow", Action = ["kms:Decrypt", "kms:GenerateDataKey"], Resource = ["arn:aws:kms:eu-west-1:111122223333:key/k"] }
    ]
    error_message = "Keys stand in a policy of their own, so that one made in the same plan hides nothing else."
  }

  assert {
    condition     = length(aws_iam_role_policy.by_kind) == 0 && length(aws_iam_role_policy.grants) == 0
    error_message = "Policies are made for what is there."
  }

  assert {
    condition     = output.schedules["once"].arn == "arn:aws:scheduler:eu-west-1:111122223333:schedule/demo/once"
    error_message = "A schedule's ARN follows from its names."
  }

  assert {
    condition     = keys(output.alarms) == ["dead_letters", "dropped", "undeliverable"]
    error_message = "Three alarms without being asked."
  }
}

run "key_and_boundary" {
  command = plan

  variables {
    key    = { arn = "arn:aws:kms:eu-west-1:111122223333:key/mine" }
    role   = { path = "/apps/", permissions_boundary = "arn:aws:iam::111122223333:policy/boundary" }
    alarms = { actions = ["arn:aws:sns:eu-west-1:111122223333:on-call"], overrides = { dropped = { enabled = false }, dead_letters = { threshold = 5 } } }
  }

  assert {
    condition     = aws_sqs_queue.dead_letters.kms_master_key_id == "arn:aws:kms:eu-west-1:111122223333:key/mine" && aws_scheduler_schedule.this["once"].kms_key_arn == "arn:aws:kms:eu-west-1:111122223333:key/mine"
    error_message = "The key covers the queue and the schedules."
  }

  assert {
    condition     = aws_iam_role.this.path == "/apps/" && aws_iam_role.this.permissions_boundary == "arn:aws:iam::111122223333:policy/boundary"
    error_message = "The role has its path and boundary."
  }

  assert {
    condition     = keys(output.alarms) == ["dead_letters", "undeliverable"] && aws_cloudwatch_metric_alarm.this["dead_letters"].threshold == 5
    error_message = "An alarm can be turned off and set otherwise."
  }
}

run "every_other_kind_of_target" {
  command = plan

  variables {
    schedules = {
      bus = {
        expression = "rate(1 day)"
        start_date = "2030-01-01T01:00:00Z"
        end_date   = "2030-06-01T01:00:00+02:00"
        target     = { bus = { arn = "arn:aws:events:eu-west-1:111122223333:event-bus/demo", source = "clock", detail_type = "Midnight" } }
      }
      clicks = {
        expression = "rate(1 day)"
        target     = { stream = { arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/demo", key = { arn = "arn:aws:kms:eu-west-1:111122223333:key/k" }, partition_key = "clock" } }
      }
      lake = { expression = "rate(1 day)", target = { delivery_stream = { arn = "arn:aws:firehose:eu-west-1:111122223333:deliverystream/demo" } } }
      news = { expression = "rate(1 day)", target = { topic = { arn = "arn:aws:sns:eu-west-1:111122223333:demo" } } }
      stop = {
        expression        = "cron(0 19 ? * MON-FRI *)"
        input             = "{\"InstanceIds\":[\"i-1\"]}"
        dead_letter_queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:own", key = { arn = "arn:aws:kms:eu-west-1:111122223333:key/own" } }
        target = {
          api = {
            service = "ec2"
            action  = "stopInstances"
            grants  = { stop = { actions = ["ec2:StopInstances"], resources = ["arn:aws:ec2:eu-west-1:111122223333:instance/i-1"], conditions = { StringEquals = { "aws:ResourceTag/hours" = ["office"] } } } }
          }
        }
      }
      resize = {
        expression = "rate(1 day)"
        target = {
          task = {
            cluster_arn    = "arn:aws:ecs:eu-west-1:111122223333:cluster/demo"
            definition_arn = "arn:aws:ecs:eu-west-1:111122223333:task-definition/resize:3"
            role_arns      = ["arn:aws:iam::111122223333:role/resize"]
            network        = { subnet_ids = ["subnet-1"] }
          }
        }
      }
    }
  }

  assert {
    condition = { for kind, policy in aws_iam_role_policy.by_kind : kind => jsondecode(policy.policy).Statement[0] if kind != "task" } == {
      bus             = { Sid = "PutOnBuses", Effect = "Allow", Action = ["events:PutEvents"], Resource = ["arn:aws:events:eu-west-1:111122223333:event-bus/demo"] }
      delivery_stream = { Sid = "PutToDeliveryStreams", Effect = "Allow", Action = ["firehose:PutRecord"], Resource = ["arn:aws:firehose:eu-west-1:111122223333:deliverystream/demo"] }
      stream          = { Sid = "PutToStreams", Effect = "Allow", Action = ["kinesis:PutRecord"], Resource = ["arn:aws:kinesis:eu-west-1:111122223333:stream/demo"] }
      topic           = { Sid = "PublishToTopics", Effect = "Allow", Action = ["sns:Publish"], Resource = ["arn:aws:sns:eu-west-1:111122223333:demo"] }
    }
    error_message = "Each kind is reached by its own policy."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.by_kind["task"].policy).Statement == [
      {
        Sid       = "RunTasks"
        Effect    = "Allow"
        Action    = ["ecs:RunTask"]
        Resource  = ["arn:aws:ecs:eu-west-1:111122223333:task-definition/resize:3"]
        Condition = { ArnEquals = { "ecs:cluster" = ["arn:aws:ecs:eu-west-1:111122223333:cluster/demo"] } }
      },
      {
        Sid       = "PassTaskRoles"
        Effect    = "Allow"
        Action    = ["iam:PassRole"]
        Resource  = ["arn:aws:iam::111122223333:role/resize"]
        Condition = { StringEquals = { "iam:PassedToService" = ["ecs-tasks.amazonaws.com"] } }
      },
    ]
    error_message = "One revision is run in one cluster, and its role is passed to ECS alone."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.grants[0].policy).Statement == [{
      Sid       = "GrantStopStop"
      Effect    = "Allow"
      Action    = ["ec2:StopInstances"]
      Resource  = ["arn:aws:ec2:eu-west-1:111122223333:instance/i-1"]
      Condition = { StringEquals = { "aws:ResourceTag/hours" = ["office"] } }
    }]
    error_message = "An action of the SDK is allowed as it was granted."
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.keys[0].policy).Statement[0].Resource == ["arn:aws:kms:eu-west-1:111122223333:key/k", "arn:aws:kms:eu-west-1:111122223333:key/own"]
    error_message = "The keys of targets and dead-letter queues can be used."
  }

  assert {
    condition     = aws_scheduler_schedule.this["stop"].target[0].arn == "arn:aws:scheduler:::aws-sdk:ec2:stopInstances" && aws_scheduler_schedule.this["stop"].target[0].dead_letter_config[0].arn == "arn:aws:sqs:eu-west-1:111122223333:own"
    error_message = "A schedule calls the SDK's action, and has its own dead-letter queue."
  }

  assert {
    condition     = aws_scheduler_schedule.this["bus"].target[0].eventbridge_parameters[0].source == "clock" && aws_scheduler_schedule.this["bus"].start_date == "2030-01-01T01:00:00Z"
    error_message = "A bus gets source and detail type, a schedule its dates."
  }

  assert {
    condition     = aws_scheduler_schedule.this["clicks"].target[0].kinesis_parameters[0].partition_key == "clock" && aws_scheduler_schedule.this["resize"].target[0].ecs_parameters[0].network_configuration[0].assign_public_ip == false
    error_message = "A stream gets its partition key, a task no public address."
  }
}

run "crons_as_aws_documents_them" {
  command = plan

  variables {
    schedules = {
      for i, fields in [
        "0 10 * * ? *",
        "15 12 * * ? *",
        "0 18 ? * MON-FRI *",
        "0 8 1 * ? *",
        "0/15 * * * ? *",
        "0/10 * ? * MON-FRI *",
        "0/5 8-17 ? * MON-FRI *",
        "0,30 6 L * ? *",
        "15 10 ? * 6L 2022-2023",
        "0 9 3W JAN,Jul ? *",
        "0 9 ? * 3#2 2030/2",
        "59 23 31 DEC ? 2199",
        "5 5 ? * sun,sat *",
        "0 0 ? * L 1970",
        "0 1-3/2 1-15/5 */3 ? *",
      ] : "n${i}" => { expression = "cron(${fields})", target = { workflow = { arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:demo" } } }
    }
  }

  assert {
    condition     = length(aws_scheduler_schedule.this) == 15
    error_message = "AWS's own examples are refused."
  }

  assert {
    condition = [for i, values in [
      ["0", "59", "*", "0/15", "*/5", "0,30", "8-17", "10-50/20"],
      ["0", "23", "*", "8-17", "0/6"],
      ["1", "31", "?", "*", "L", "3W", "1-15", "1,15", "*/2"],
      ["1", "12", "JAN", "jul", "*", "JAN-MAR", "1,DEC"],
      ["1", "7", "SUN", "?", "*", "L", "6L", "FRIL", "3#2", "MON#1", "MON-FRI", "sat,SUN"],
      ["*", "1970", "2199", "2022-2023", "2030/2"],
    ] : [for value in values : value if !can(regex(local.cron_fields[i].pattern, value))]] == [[], [], [], [], [], []]
    error_message = "A value AWS documents is refused."
  }

  assert {
    condition = [for i, values in [
      ["60", "-1", "?", "L", "5-", "*/0", "1,,2", "MON", ""],
      ["24", "?", "1-24"],
      ["0", "32", "W", "32W", "L3", "1#2", "1W,2W"],
      ["0", "13", "FOO", "?", "JANUARY"],
      ["0", "8", "MONDAY", "3#6", "3#1,6#3", "8L", "1W"],
      ["1969", "2200", "?", "30", "L"],
    ] : [for value in values : value if can(regex(local.cron_fields[i].pattern, value))]] == [[], [], [], [], [], []]
    error_message = "A value that means nothing to AWS is taken."
  }
}

run "a_released_workflow_is_started_by_its_alias" {
  command = plan

  variables {
    schedules = {
      nightly = {
        expression = "rate(1 day)"
        target     = { workflow = { arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:ship", alias_arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:ship:live" } }
      }
    }
  }

  assert {
    condition     = aws_scheduler_schedule.this["nightly"].target[0].arn == "arn:aws:states:eu-west-1:111122223333:stateMachine:ship:live"
    error_message = "A release decides what is started: the alias, not what was written last."
  }

  assert {
    condition = jsonencode([for s in jsondecode(aws_iam_role_policy.this.policy).Statement : s if s.Sid != "SendToQueues"]) == jsonencode([
      {
        Sid       = "StartWorkflowAliasLive"
        Effect    = "Allow"
        Action    = ["states:StartExecution"]
        Resource  = ["arn:aws:states:eu-west-1:111122223333:stateMachine:ship"]
        Condition = { StringEquals = { "states:StateMachineQualifier" = ["live"] } }
      },
    ])
    error_message = "The role may start the alias alone."
  }
}

run "an_alias_of_one_workflow_is_not_anothers" {
  command = plan

  variables {
    schedules = {
      pack = {
        expression = "rate(1 day)"
        target = { workflow = {
          arn       = "arn:aws:states:eu-west-1:111122223333:stateMachine:pack"
          alias_arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:pack:live"
          key       = { arn = "arn:aws:kms:eu-west-1:111122223333:key/w" }
        } }
      }
      ship = {
        expression = "rate(1 day)"
        target     = { workflow = { arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:ship", alias_arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:ship:canary" } }
      }
    }
  }

  assert {
    condition = jsonencode([for s in jsondecode(aws_iam_role_policy.this.policy).Statement : [s.Resource, s.Condition] if s.Sid != "SendToQueues"]) == jsonencode([
      [["arn:aws:states:eu-west-1:111122223333:stateMachine:ship"], { StringEquals = { "states:StateMachineQualifier" = ["canary"] } }],
      [["arn:aws:states:eu-west-1:111122223333:stateMachine:pack"], { StringEquals = { "states:StateMachineQualifier" = ["live"] } }],
    ])
    error_message = "The role may start an alias that no schedule starts."
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.keys[0].policy).Statement[0].Resource == ["arn:aws:kms:eu-west-1:111122223333:key/w"]
    error_message = "Who starts an execution needs its key."
  }
}

run "bounds_are_in_utc" {
  command = plan

  variables {
    schedules = {
      east = {
        expression = "rate(1 day)"
        start_date = "2030-06-01T01:00:00+05:30"
        end_date   = "2030-06-01T20:00:00-08:00"
        target     = { workflow = { arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:demo" } }
      }
    }
  }

  assert {
    condition     = [aws_scheduler_schedule.this["east"].start_date, aws_scheduler_schedule.this["east"].end_date] == ["2030-05-31T19:30:00Z", "2030-06-02T04:00:00Z"]
    error_message = "AWS answers in UTC: every plan would change it."
  }
}

# A module of the test's own, for only a resource has an ARN that is not known yet.
run "a_dead_letter_queue_whose_key_is_made_in_the_same_plan" {
  command = plan

  module {
    source = "./tests/key-of-the-same-plan"
  }

  override_data {
    target = module.schedule.data.aws_caller_identity.current
    values = { account_id = "111122223333" }
  }

  assert {
    condition     = output.schedules == toset(["nightly"])
    error_message = "It does not plan."
  }
}
