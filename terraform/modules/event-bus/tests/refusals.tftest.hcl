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
  name         = "demo"
  archive_days = 30
}

run "refuses_publishers_of_anothers_bus" {
  command = plan

  variables {
    bus        = { name = "default", arn = "arn:aws:events:eu-west-1:111122223333:event-bus/default" }
    publishers = { audit = { account = "777788889999" } }
  }

  expect_failures = [var.publishers]
}

run "refuses_a_pattern_that_is_no_json" {
  command = plan

  variables {
    rules = { a = { pattern = "source = shop", targets = { t = { topic = { arn = "arn:aws:sns:eu-west-1:111122223333:t" } } } } }
  }

  expect_failures = [var.rules]
}

run "refuses_no_target" {
  command = plan

  variables {
    rules = { a = { pattern = "{\"source\":[\"shop\"]}", targets = {} } }
  }

  expect_failures = [var.rules]
}

run "refuses_two_inputs_and_two_kinds" {
  command = plan

  variables {
    rules = {
      a = {
        pattern = "{\"source\":[\"shop\"]}"
        targets = {
          t = { topic = { arn = "arn:aws:sns:eu-west-1:111122223333:t" }, input = "{}", input_path = "$.detail" }
          u = { topic = { arn = "arn:aws:sns:eu-west-1:111122223333:t" }, queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:q" } }
        }
      }
    }
  }

  expect_failures = [var.rules]
}

run "refuses_wrong_settings" {
  command = plan

  variables {
    archive_days = -1
    rules = {
      a = {
        pattern = "{\"source\":[\"shop\"]}"
        targets = { t = { topic = { arn = "arn:aws:sns:eu-west-1:111122223333:t" }, input = "{", retry = { maximum_age_seconds = 1, maximum_attempts = 186 } } }
      }
    }
  }

  expect_failures = [var.archive_days, var.rules]
}

run "refuses_the_default_name" {
  command = plan

  variables {
    name = "default"
  }

  expect_failures = [var.name]
}

run "refuses_an_alarm_it_has_not" {
  command = plan

  variables {
    alarms = { overrides = { failed_other = {} } }
  }

  expect_failures = [var.alarms]
}

run "refuses_other_publishers" {
  command = plan

  variables {
    publishers = {
      both  = { account = "444455556666", organisation = "o-a1b2c3d4e5" }
      short = { organisation = "o-1" }
    }
  }

  expect_failures = [var.publishers]
}

run "refuses_other_partner_sources" {
  command = plan

  variables {
    partner_source  = "aws.partner/example.com"
    archive_pattern = "[]"
  }

  expect_failures = [var.partner_source, var.archive_pattern]
}

run "refuses_an_archive_pattern_without_an_archive" {
  command = plan

  variables {
    archive_days    = null
    archive_pattern = "{}"
  }

  expect_failures = [var.archive_pattern]
}

run "refuses_events_of_aws_and_details_that_are_no_json" {
  command = plan

  variables {
    events = { a = { source = "aws.ec2", detail_type = "x" }, b = { source = "shop", detail_type = "x", detail = "1" } }
  }

  expect_failures = [var.events]
}

run "refuses_examples_that_are_no_events" {
  command = plan

  variables {
    rules = { a = { pattern = "{}", rejects = { one = "shop" }, targets = { t = { topic = { arn = "arn:aws:sns:eu-west-1:111122223333:t" } } } } }
  }

  expect_failures = [var.rules]
}

run "refuses_a_log_group_of_another_name" {
  command = plan

  variables {
    rules = { a = { pattern = "{}", targets = { t = { log_group = { arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/demo" } } } } }
  }

  expect_failures = [var.rules]
}

run "refuses_a_queue_in_order_without_group" {
  command = plan

  variables {
    rules = { a = { pattern = "{}", targets = { t = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:jobs.fifo" } } } } }
  }

  expect_failures = [var.rules]
}

run "refuses_a_path_without_dollar" {
  command = plan

  variables {
    rules = { a = { pattern = "{}", targets = { t = { stream = { arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/s", partition_key_path = "detail.id" } } } } }
  }

  expect_failures = [var.rules]
}

run "refuses_a_fargate_task_without_network" {
  command = plan

  variables {
    rules = { a = { pattern = "{}", targets = { t = { task = { cluster_arn = "c", definition_arn = "d", role_arns = [] } } } } }
  }

  expect_failures = [var.rules]
}

run "refuses_a_long_input" {
  command = plan

  variables {
    rules = { a = { pattern = "{}", targets = { t = { topic = { arn = "arn:aws:sns:eu-west-1:111122223333:t" }, input = jsonencode(join("", [for n in range(1024) : "12345678"])) } } } }
  }

  expect_failures = [var.rules]
}

run "refuses_a_long_template" {
  command = plan

  variables {
    rules = { a = { pattern = "{}", targets = { t = { topic = { arn = "arn:aws:sns:eu-west-1:111122223333:t" }, input_transformer = { template = join("", [for n in range(1024) : "123456789"]) } } } } }
  }

  expect_failures = [var.rules]
}

run "refuses_six_targets" {
  command = plan

  variables {
    rules = { a = { pattern = "{}", targets = { for n in range(6) : "t${n}" => { topic = { arn = "arn:aws:sns:eu-west-1:111122223333:t" } } } } }
  }

  expect_failures = [var.rules]
}

run "refuses_a_long_pattern" {
  command = plan

  variables {
    rules = { a = { pattern = jsonencode({ source = [join("", [for n in range(1024) : "12"])] }), targets = { t = { topic = { arn = "arn:aws:sns:eu-west-1:111122223333:t" } } } } }
  }

  expect_failures = [var.rules]
}

run "refuses_dead_letters_in_order" {
  command = plan

  variables {
    rules = { a = { pattern = "{}", targets = { t = { topic = { arn = "arn:aws:sns:eu-west-1:111122223333:t" }, dead_letter_queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:q.fifo" } } } } }
  }

  expect_failures = [var.rules]
}

run "refuses_an_alias_as_the_state_machine" {
  command = plan

  variables {
    rules = { a = { pattern = "{\"source\":[\"shop\"]}", targets = { t = { workflow = { arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:demo:live" } } } } }
  }

  expect_failures = [var.rules]
}

run "refuses_the_alias_of_another_workflow" {
  command = plan

  variables {
    rules = { a = { pattern = "{\"source\":[\"shop\"]}", targets = { t = { workflow = { arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:demo", alias_arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:demo-2:live" } } } } }
  }

  expect_failures = [var.rules]
}
