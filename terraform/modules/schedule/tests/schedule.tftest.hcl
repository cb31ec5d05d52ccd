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
      UseKeys         = ["arn:aws:kms:eu-west-1:111122223333:key/k"]
    }
    error_message = "The role reaches the targets, the dead-letter queue and their keys, and nothing else."
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

run "refuses_other_expressions" {
  command = plan

  variables {
    schedules = { a = { expression = "every day", target = { workflow = { arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:demo" } } } }
  }

  expect_failures = [var.schedules]
}

run "refuses_five_cron_fields" {
  command = plan

  variables {
    schedules = { a = { expression = "cron(0 19 * * MON-FRI)", target = { workflow = { arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:demo" } } } }
  }

  expect_failures = [var.schedules]
}

run "refuses_two_kinds_of_day" {
  command = plan

  variables {
    schedules = { a = { expression = "cron(0 19 * * MON-FRI *)", target = { workflow = { arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:demo" } } } }
  }

  expect_failures = [var.schedules]
}

run "refuses_plural_of_one" {
  command = plan

  variables {
    schedules = { a = { expression = "rate(1 minutes)", target = { workflow = { arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:demo" } } } }
  }

  expect_failures = [var.schedules]
}

run "refuses_a_date_that_is_none" {
  command = plan

  variables {
    schedules = { a = { expression = "at(2027-02-30T07:30:00)", target = { workflow = { arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:demo" } } } }
  }

  expect_failures = [var.schedules]
}

run "refuses_no_target_and_two" {
  command = plan

  variables {
    schedules = {
      none = { expression = "rate(5 minutes)", target = {} }
      two = {
        expression = "rate(5 minutes)"
        target = {
          queue    = { arn = "arn:aws:sqs:eu-west-1:111122223333:demo-jobs" }
          workflow = { arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:demo" }
        }
      }
    }
  }

  expect_failures = [var.schedules]
}

run "refuses_wrong_settings" {
  command = plan

  variables {
    name   = "a name"
    alarms = { overrides = { droped = {} } }
    schedules = {
      a = {
        expression              = "rate(5 minutes)"
        time_zone               = "london"
        flexible_window_minutes = 2000
        input                   = "{"
        retry                   = { maximum_attempts = 200, maximum_age_seconds = 30 }
        target                  = { workflow = { arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:demo" } }
      }
    }
  }

  expect_failures = [var.name, var.alarms, var.schedules]
}
