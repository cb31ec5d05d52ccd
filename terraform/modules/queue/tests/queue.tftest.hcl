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
    condition     = aws_sqs_queue.this.name == "demo-jobs" && aws_sqs_queue.dead_letters[0].name == "demo-jobs-dead-letters"
    error_message = "The queues' names do not follow from `name`."
  }

  assert {
    condition     = aws_sqs_queue.this.sqs_managed_sse_enabled && aws_sqs_queue.dead_letters[0].sqs_managed_sse_enabled
    error_message = "A queue is not encrypted."
  }

  assert {
    condition     = aws_sqs_queue.this.visibility_timeout_seconds == 180 && aws_sqs_queue.this.receive_wait_time_seconds == 20
    error_message = "A message is not hidden for six times the consumer's 30 s, or polling is short."
  }

  assert {
    condition     = aws_sqs_queue.dead_letters[0].message_retention_seconds > aws_sqs_queue.this.message_retention_seconds
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
    condition = jsondecode(aws_sqs_queue.dead_letters[0].redrive_allow_policy) == {
      redrivePermission = "byQueue"
      sourceQueueArns   = ["arn:aws:sqs:eu-west-1:111122223333:demo-jobs"]
    }
    error_message = "Another queue may redrive to the dead-letter queue."
  }

  assert {
    condition     = jsondecode(aws_sqs_queue.this.redrive_allow_policy) == { redrivePermission = "denyAll" }
    error_message = "Another queue may send its dead letters here, past the policy."
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
    condition = jsondecode(aws_sqs_queue.dead_letters[0].policy) == {
      Version = "2012-10-17"
      Statement = [{
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Action    = "sqs:*"
        Principal = "*"
        Resource  = "arn:aws:sqs:eu-west-1:111122223333:demo-jobs-dead-letters"
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }]
    }
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
    condition     = output.grants.consume.actions == toset(["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage"])
    error_message = "The grant to consume allows more or less than consuming."
  }

  assert {
    condition     = output.grants.redrive.resources == toset(["arn:aws:sqs:eu-west-1:111122223333:demo-jobs-dead-letters"]) && !contains(output.grants.redrive.actions, "sqs:SendMessage")
    error_message = "The grant to redrive allows more than taking dead letters."
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
    alarms = { actions = ["arn:aws:sns:eu-west-1:111122223333:ops"], prefix = "demo-queue", overrides = { age = { threshold = 60 }, dead_letters = { enabled = false } } }
  }

  assert {
    condition     = aws_sqs_queue.this.name == "demo-jobs.fifo" && aws_sqs_queue.dead_letters[0].name == "demo-jobs-dead-letters.fifo" && aws_sqs_queue.this.fifo_throughput_limit == "perMessageGroupId"
    error_message = "A first-in, first-out queue and its dead-letter queue both end in .fifo."
  }

  assert {
    condition     = aws_sqs_queue.this.visibility_timeout_seconds == 5400
    error_message = "A message is not hidden for six times the consumer's 900 s."
  }

  assert {
    condition     = aws_sqs_queue.this.kms_master_key_id == var.key.arn && aws_sqs_queue.dead_letters[0].kms_master_key_id == var.key.arn
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
    condition     = keys(aws_cloudwatch_metric_alarm.this) == ["age"] && aws_cloudwatch_metric_alarm.this["age"].threshold == 60 && aws_cloudwatch_metric_alarm.this["age"].alarm_name == "demo-queue-age"
    error_message = "Overrides or names of alarms are not kept."
  }

  assert {
    condition     = contains(output.grants.send.actions, "kms:GenerateDataKey") && contains(output.grants.consume.resources, var.key.arn)
    error_message = "A grant lacks the key."
  }
}

run "senders_of_other_accounts_and_organisations" {
  command = plan

  variables {
    senders = {
      bucket  = { service = "s3.amazonaws.com", source_arn = "arn:aws:s3:::theirs", account = "222233334444" }
      company = { organisation = "o-a1b2c3d4e5" }
      partner = { account = "444455556666" }
    }
  }

  assert {
    condition = slice(jsondecode(aws_sqs_queue.this.policy).Statement, 1, 4) == [
      {
        Sid       = "SenderBucket"
        Effect    = "Allow"
        Action    = "sqs:SendMessage"
        Principal = { Service = "s3.amazonaws.com" }
        Resource  = "arn:aws:sqs:eu-west-1:111122223333:demo-jobs"
        Condition = {
          ArnLike      = { "aws:SourceArn" = "arn:aws:s3:::theirs" }
          StringEquals = { "aws:SourceAccount" = "222233334444" }
        }
      },
      {
        Sid       = "SenderPartner"
        Effect    = "Allow"
        Action    = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"]
        Principal = { AWS = "arn:aws:iam::444455556666:root" }
        Resource  = "arn:aws:sqs:eu-west-1:111122223333:demo-jobs"
      },
      {
        Sid       = "SenderCompany"
        Effect    = "Allow"
        Action    = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"]
        Principal = { AWS = "*" }
        Resource  = "arn:aws:sqs:eu-west-1:111122223333:demo-jobs"
        Condition = { StringEquals = { "aws:PrincipalOrgID" = "o-a1b2c3d4e5" } }
      },
    ]
    error_message = "An account or an organisation may do more or less than send, or an organisation is anybody."
  }
}

run "dead_letters_that_are_shared" {
  command = plan

  variables {
    dead_letters = { name = "demo-failed", sources = ["arn:aws:sqs:eu-west-1:111122223333:demo-mail"] }
  }

  assert {
    condition     = jsondecode(aws_sqs_queue.dead_letters[0].redrive_allow_policy).sourceQueueArns == ["arn:aws:sqs:eu-west-1:111122223333:demo-jobs", "arn:aws:sqs:eu-west-1:111122223333:demo-mail"] && output.dead_letter_queue.name == "demo-failed"
    error_message = "The queues named, and this one, may not all redrive, or others may."
  }
}

run "dead_letters_that_exist_already" {
  command = plan

  variables {
    dead_letters = { queue = { name = "demo-failed", arn = "arn:aws:sqs:eu-west-1:111122223333:demo-failed" } }
  }

  assert {
    condition     = length(aws_sqs_queue.dead_letters) == 0 && jsondecode(aws_sqs_queue.this.redrive_policy).deadLetterTargetArn == "arn:aws:sqs:eu-west-1:111122223333:demo-failed"
    error_message = "Another dead-letter queue is made, or used."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["dead_letters"].dimensions == tomap({ QueueName = "demo-failed" }) && output.dead_letter_queue.arn == "arn:aws:sqs:eu-west-1:111122223333:demo-failed"
    error_message = "Nobody hears of its dead letters."
  }
}

run "messages_kept_for_minutes" {
  command = plan

  variables {
    retention_seconds = 600
  }

  # No message is ever 900 seconds old here.
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["age"].threshold == 300
    error_message = "The alarm on old messages can't go off."
  }
}
