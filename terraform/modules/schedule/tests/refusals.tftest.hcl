# What is refused before anything is made.
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

run "refuses_a_wrong_cron_field" {
  command = plan

  variables {
    schedules = { a = { expression = "cron(60 19 ? * MON-FRI *)", target = { workflow = { arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:demo" } } } }
  }

  expect_failures = [var.schedules]
}

run "refuses_a_rate_of_zero" {
  command = plan

  variables {
    schedules = { a = { expression = "rate(0 minutes)", target = { workflow = { arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:demo" } } } }
  }

  expect_failures = [var.schedules]
}

run "refuses_a_rate_of_weeks" {
  command = plan

  variables {
    schedules = { a = { expression = "rate(2 weeks)", target = { workflow = { arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:demo" } } } }
  }

  expect_failures = [var.schedules]
}

run "refuses_an_end_before_the_start" {
  command = plan

  variables {
    schedules = { a = { expression = "rate(1 day)", start_date = "2030-01-02T00:00:00Z", end_date = "2030-01-01T00:00:00Z", target = { workflow = { arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:demo" } } } }
  }

  expect_failures = [var.schedules]
}

run "refuses_dates_that_are_none" {
  command = plan

  variables {
    schedules = { a = { expression = "rate(1 day)", start_date = "tomorrow", target = { workflow = { arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:demo" } } } }
  }

  expect_failures = [var.schedules]
}

run "refuses_dates_of_a_single_time" {
  command = plan

  variables {
    schedules = { a = { expression = "at(2030-01-01T00:00:00)", end_date = "2031-01-01T00:00:00Z", target = { workflow = { arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:demo" } } } }
  }

  expect_failures = [var.schedules]
}

run "refuses_a_queue_in_order_without_group" {
  command = plan

  variables {
    schedules = { a = { expression = "rate(1 day)", target = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:jobs.fifo" } } } }
  }

  expect_failures = [var.schedules]
}

run "refuses_an_api_that_reads" {
  command = plan

  variables {
    schedules = { a = { expression = "rate(1 day)", target = { api = { service = "ec2", action = "describeInstances", grants = { a = { actions = ["ec2:DescribeInstances"], resources = ["arn:aws:ec2:eu-west-1:111122223333:instance/i-1"] } } } } } }
  }

  expect_failures = [var.schedules]
}

run "refuses_an_api_without_grants" {
  command = plan

  variables {
    schedules = { a = { expression = "rate(1 day)", target = { api = { service = "ec2", action = "stopInstances", grants = {} } } } }
  }

  expect_failures = [var.schedules]
}

run "refuses_a_grant_of_everything" {
  command = plan

  variables {
    schedules = { a = { expression = "rate(1 day)", target = { api = { service = "ec2", action = "stopInstances", grants = { a = { actions = ["*"], resources = ["*"] } } } } } }
  }

  expect_failures = [var.schedules]
}

run "refuses_a_fargate_task_without_network" {
  command = plan

  variables {
    schedules = { a = { expression = "rate(1 day)", target = { task = { cluster_arn = "c", definition_arn = "d", role_arns = [] } } } }
  }

  expect_failures = [var.schedules]
}

run "refuses_dead_letters_in_order" {
  command = plan

  variables {
    schedules = { a = { expression = "rate(1 day)", target = { workflow = { arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:demo" } }, dead_letter_queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:q.fifo" } } }
  }

  expect_failures = [var.schedules]
}

run "refuses_an_alias_as_the_state_machine" {
  command = plan

  variables {
    schedules = { a = { expression = "rate(1 day)", target = { workflow = { arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:demo:live" } } } }
  }

  expect_failures = [var.schedules]
}

run "refuses_the_alias_of_another_workflow" {
  command = plan

  variables {
    schedules = { a = { expression = "rate(1 day)", target = { workflow = { arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:demo", alias_arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:demo-2:live" } } } }
  }

  expect_failures = [var.schedules]
}
