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
  name         = "demo"
  archive_days = 30
  rules = {
    ordered = {
      pattern = "{\"source\":[\"shop\"],\"detail-type\":[\"Ordered\"]}"
      targets = {
        pack  = { function = { name = "demo-pack", alias = "live", alias_arn = "arn:aws:lambda:eu-west-1:111122223333:function:demo-pack:live" } }
        jobs  = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:demo-jobs.fifo", message_group_id = "orders" } }
        track = { workflow = { arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:demo" }, retry = { maximum_attempts = 3 } }
        news = {
          topic             = { arn = "arn:aws:sns:eu-west-1:111122223333:demo-news" }
          input_transformer = { paths = { id = "$.detail.id" }, template = "{\"order\":\"\\u003cid\\u003e\"}" }
        }
        other = { bus = { arn = "arn:aws:events:eu-west-1:444455556666:event-bus/other" } }
      }
    }
  }
}

run "own_bus" {
  command = plan

  assert {
    condition     = output.bus == { name = "demo", arn = "arn:aws:events:eu-west-1:111122223333:event-bus/demo" }
    error_message = "The bus's ARN follows from its name."
  }

  assert {
    condition     = aws_lambda_permission.this["ordered/pack"].qualifier == "live" && aws_lambda_permission.this["ordered/pack"].source_arn == "arn:aws:events:eu-west-1:111122223333:rule/demo/demo-ordered" && aws_lambda_permission.this["ordered/pack"].source_account == "111122223333"
    error_message = "Only this rule of this account may call the alias."
  }

  assert {
    condition = { for s in jsondecode(aws_iam_role_policy.this[0].policy).Statement : s.Sid => { action = s.Action, resource = s.Resource } } == {
      StartWorkflows = { action = ["states:StartExecution"], resource = ["arn:aws:states:eu-west-1:111122223333:stateMachine:demo"] }
      ForwardToBuses = { action = ["events:PutEvents"], resource = ["arn:aws:events:eu-west-1:444455556666:event-bus/other"] }
    }
    error_message = "The role reaches the workflow and the other bus, and nothing else."
  }

  assert {
    condition = jsondecode(aws_iam_role.this[0].assume_role_policy).Statement[0].Condition == {
      ArnLike      = { "aws:SourceArn" = "arn:aws:events:eu-west-1:111122223333:rule/demo/demo-*" }
      StringEquals = { "aws:SourceAccount" = "111122223333" }
    }
    error_message = "Only this module's rules may take the role."
  }

  assert {
    condition = [for s in jsondecode(aws_sqs_queue.dead_letters.policy).Statement : s.Condition if s.Sid == "TakeUndelivered"] == [{
      ArnLike      = { "aws:SourceArn" = "arn:aws:events:eu-west-1:111122223333:rule/demo/demo-*" }
      StringEquals = { "aws:SourceAccount" = "111122223333" }
    }]
    error_message = "Only this module's rules may write dead letters."
  }

  assert {
    condition     = aws_cloudwatch_event_target.this["ordered/track"].retry_policy[0].maximum_retry_attempts == 3 && aws_cloudwatch_event_target.this["ordered/track"].retry_policy[0].maximum_event_age_in_seconds == 86400
    error_message = "Every target says how it is retried."
  }

  assert {
    condition     = length([for target in aws_cloudwatch_event_target.this : true if length(target.dead_letter_config) == 1]) == 5
    error_message = "Every target has the dead-letter queue."
  }

  assert {
    condition     = aws_cloudwatch_event_target.this["ordered/news"].input_transformer[0].input_template == "{\"order\":\"<id>\"}"
    error_message = "A template's placeholders must reach EventBridge unescaped."
  }

  assert {
    condition     = aws_cloudwatch_event_target.this["ordered/jobs"].sqs_target[0].message_group_id == "orders"
    error_message = "A FIFO queue gets its group."
  }

  assert {
    condition     = output.sender == { service = "events.amazonaws.com", source_arn = "arn:aws:events:eu-west-1:111122223333:rule/demo/demo-*" }
    error_message = "The rules are a sender by the module's name."
  }

  assert {
    condition     = keys(output.alarms) == ["dead_letters", "failed_ordered", "undeliverable_ordered"]
    error_message = "Alarms without being asked."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["failed_ordered"].dimensions == tomap({ EventBusName = "demo", RuleName = "demo-ordered" })
    error_message = "Rules of an own bus are counted by bus and rule."
  }
}

run "default_bus" {
  command = plan

  variables {
    archive_days = null
    bus          = { name = "default", arn = "arn:aws:events:eu-west-1:111122223333:event-bus/default" }
    rules = {
      stopped = {
        pattern = "{\"source\":[\"aws.ec2\"]}"
        enabled = false
        targets = { protect = { function = { name = "demo-protect", alias = "live", alias_arn = "arn:aws:lambda:eu-west-1:111122223333:function:demo-protect:live" } } }
      }
    }
  }

  assert {
    condition     = length(aws_cloudwatch_event_bus.this) == 0 && length(aws_cloudwatch_event_archive.this) == 0 && length(aws_iam_role.this) == 0
    error_message = "Nothing is made that is there or not needed."
  }

  assert {
    condition     = output.rules["stopped"].arn == "arn:aws:events:eu-west-1:111122223333:rule/demo-stopped"
    error_message = "A rule of the default bus has no bus in its ARN."
  }

  assert {
    condition     = aws_cloudwatch_event_rule.this["stopped"].state == "DISABLED"
    error_message = "A rule can be off."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["failed_stopped"].dimensions == tomap({ RuleName = "demo-stopped" })
    error_message = "Rules of the default bus are counted by rule alone."
  }
}

run "publishers" {
  command = plan

  variables {
    publishers = { partner-shop = { account = "444455556666", sources = ["shop"] }, audit = { account = "777788889999" } }
  }

  assert {
    condition = { for s in jsondecode(aws_cloudwatch_event_bus_policy.this[0].policy).Statement : s.Sid => { who = s.Principal.AWS, condition = jsonencode(s.Condition) } } == {
      PartnerShop = { who = "arn:aws:iam::444455556666:root", condition = "{\"StringEquals\":{\"events:source\":[\"shop\"]}}" }
      Audit       = { who = "arn:aws:iam::777788889999:root", condition = "{}" }
    }
    error_message = "A publisher is one account, and its sources where they are named."
  }
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
