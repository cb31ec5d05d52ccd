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
  name = "demo-jobs"
}

run "safe_by_default" {
  command = plan

  assert {
    condition     = aws_sqs_queue.this.name == "demo-jobs" && aws_sqs_queue.dead_letters.name == "demo-jobs-dead-letters"
    error_message = "The queues' names do not follow from `name`."
  }

  assert {
    condition     = aws_sqs_queue.this.sqs_managed_sse_enabled && aws_sqs_queue.dead_letters.sqs_managed_sse_enabled
    error_message = "A queue is not encrypted."
  }

  assert {
    condition     = aws_sqs_queue.this.visibility_timeout_seconds == 180 && aws_sqs_queue.this.receive_wait_time_seconds == 20
    error_message = "A message is not hidden for six times the consumer's 30 s, or polling is short."
  }

  assert {
    condition     = aws_sqs_queue.dead_letters.message_retention_seconds > aws_sqs_queue.this.message_retention_seconds
    error_message = "Dead letters are not kept longer than messages."
  }

  assert {
    condition = jsondecode(aws_sqs_queue.this.redrive_policy) == {
      deadLetterTargetArn = "arn:aws:sqs:eu-west-1:111122223333:demo-jobs-dead-letters"
      maxReceiveCount     = 5
    }
    error_message = "The redrive policy is not known, or another, at the first plan."
  }

  assert {
    condition = jsondecode(aws_sqs_queue.dead_letters.redrive_allow_policy) == {
      redrivePermission = "byQueue"
      sourceQueueArns   = ["arn:aws:sqs:eu-west-1:111122223333:demo-jobs"]
    }
    error_message = "Another queue may redrive to the dead-letter queue."
  }

  assert {
    condition = jsondecode(aws_sqs_queue.this.policy) == {
      Version = "2012-10-17"
      Statement = [{
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Action    = "sqs:*"
        Principal = "*"
        Resource  = "arn:aws:sqs:eu-west-1:111122223333:demo-jobs"
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }]
    }
    error_message = "Without senders the policy only refuses plain text."
  }

  assert {
    condition     = jsondecode(aws_sqs_queue.dead_letters.policy).Statement[0].Condition == { Bool = { "aws:SecureTransport" = "false" } }
    error_message = "The dead-letter queue takes plain text."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["dead_letters"].threshold == 0 && aws_cloudwatch_metric_alarm.this["age"].threshold == 900
    error_message = "A dead letter or an old message raises no alarm."
  }

  assert {
    condition     = output.grants.send.actions == toset(["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"]) && output.grants.send.resources == toset(["arn:aws:sqs:eu-west-1:111122223333:demo-jobs"])
    error_message = "The grant to send allows more or less than sending."
  }

  assert {
    condition     = !contains(output.grants.consume.actions, "sqs:SendMessage") && contains(output.grants.consume.actions, "sqs:DeleteMessage")
    error_message = "The grant to consume allows more or less than consuming."
  }
}

run "first_in_first_out_with_key_and_senders" {
  command = plan

  variables {
    consumer_timeout = 900
    delay_seconds    = 5
    fifo             = { content_based_deduplication = true }
    key              = { arn = "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555" }
    senders = {
      bus     = { service = "events.amazonaws.com", source_arn = "arn:aws:events:eu-west-1:111122223333:rule/demo/*" }
      uploads = { service = "s3.amazonaws.com", source_arn = "arn:aws:s3:::demo-uploads" }
    }
    alarms = { actions = ["arn:aws:sns:eu-west-1:111122223333:ops"], overrides = { age = { threshold = 60 }, dead_letters = { enabled = false } } }
  }

  assert {
    condition     = aws_sqs_queue.this.name == "demo-jobs.fifo" && aws_sqs_queue.dead_letters.name == "demo-jobs-dead-letters.fifo" && aws_sqs_queue.this.fifo_throughput_limit == "perMessageGroupId"
    error_message = "A first-in, first-out queue and its dead-letter queue both end in .fifo."
  }

  assert {
    condition     = aws_sqs_queue.this.visibility_timeout_seconds == 5400
    error_message = "A message is not hidden for six times the consumer's 900 s."
  }

  assert {
    condition     = aws_sqs_queue.this.kms_master_key_id == var.key.arn && aws_sqs_queue.dead_letters.kms_master_key_id == var.key.arn
    error_message = "A queue does not use the key."
  }

  assert {
    condition = [for statement in jsondecode(aws_sqs_queue.this.policy).Statement : statement if statement.Effect == "Allow"] == [
      {
        Sid       = "SenderBus"
        Effect    = "Allow"
        Action    = "sqs:SendMessage"
        Principal = { Service = "events.amazonaws.com" }
        Resource  = "arn:aws:sqs:eu-west-1:111122223333:demo-jobs.fifo"
        Condition = {
          ArnLike      = { "aws:SourceArn" = "arn:aws:events:eu-west-1:111122223333:rule/demo/*" }
          StringEquals = { "aws:SourceAccount" = "111122223333" }
        }
      },
      {
        Sid       = "SenderUploads"
        Effect    = "Allow"
        Action    = "sqs:SendMessage"
        Principal = { Service = "s3.amazonaws.com" }
        Resource  = "arn:aws:sqs:eu-west-1:111122223333:demo-jobs.fifo"
        Condition = {
          ArnLike      = { "aws:SourceArn" = "arn:aws:s3:::demo-uploads" }
          StringEquals = { "aws:SourceAccount" = "111122223333" }
        }
      },
    ]
    error_message = "A sender is not held to its source and account."
  }

  assert {
    condition     = keys(aws_cloudwatch_metric_alarm.this) == ["age"] && aws_cloudwatch_metric_alarm.this["age"].threshold == 60
    error_message = "Overrides of alarms are not kept."
  }

  assert {
    condition     = contains(output.grants.send.actions, "kms:GenerateDataKey") && contains(output.grants.consume.resources, var.key.arn)
    error_message = "A grant lacks the key."
  }
}

run "refuses_a_bad_name" {
  command         = plan
  expect_failures = [var.name]

  variables {
    name = "demo.jobs"
  }
}

run "refuses_a_consumer_that_takes_too_long" {
  command         = plan
  expect_failures = [var.consumer_timeout]

  variables {
    consumer_timeout = 7201
  }
}

run "refuses_dead_letters_that_do_not_outlive_messages" {
  command         = plan
  expect_failures = [var.dead_letters]

  variables {
    dead_letters = { retention_seconds = 345600 }
  }
}

run "refuses_a_bad_name_of_the_dead_letter_queue" {
  command         = plan
  expect_failures = [var.dead_letters]

  variables {
    dead_letters = { name = "dead.letters" }
  }
}

run "refuses_other_limits" {
  command         = plan
  expect_failures = [var.alarms, var.delay_seconds, var.max_receives]

  variables {
    alarms        = { overrides = { dead_letter = {} } }
    delay_seconds = 901
    max_receives  = 0
  }
}

run "refuses_messages_kept_as_long_as_dead_letters" {
  command         = plan
  expect_failures = [var.retention_seconds]

  variables {
    retention_seconds = 1209600
  }
}

run "refuses_senders_that_are_no_source" {
  command         = plan
  expect_failures = [var.senders]

  variables {
    senders = {
      everyone = { service = "*", source_arn = "*" }
    }
  }
}
