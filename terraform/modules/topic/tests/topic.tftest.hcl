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
  name = "demo-orders"
}

run "safe_by_default" {
  command = plan

  assert {
    condition     = aws_sns_topic.this[0].name == "demo-orders" && aws_sns_topic.this[0].kms_master_key_id == "alias/aws/sns"
    error_message = "The topic is not encrypted."
  }

  assert {
    condition = jsondecode(aws_sns_topic.this[0].policy) == {
      Version = "2012-10-17"
      Statement = [{
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Action    = "sns:Publish"
        Principal = "*"
        Resource  = "arn:aws:sns:eu-west-1:111122223333:demo-orders"
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }]
    }
    error_message = "Without publishers the policy only refuses plain text."
  }

  assert {
    condition     = output.grants.publish.actions == toset(["sns:Publish"]) && output.grants.publish.resources == toset(["arn:aws:sns:eu-west-1:111122223333:demo-orders"])
    error_message = "The grant to publish allows more or less than publishing."
  }

  assert {
    condition     = aws_sns_topic.this[0].sqs_failure_feedback_role_arn == null && length(aws_iam_role.delivery_status) + length(aws_iam_role.delivery_streams) + length(output.log_groups) == 0
    error_message = "Roles or logs are made that nobody asked for."
  }

  assert {
    condition     = keys(aws_cloudwatch_metric_alarm.this) == ["dead_letters", "lost"]
    error_message = "Nobody hears of messages that were not delivered."
  }
}

run "subscriptions_key_and_publishers" {
  command = plan

  variables {
    key        = { arn = "arn:aws:kms:eu-west-1:111122223333:key/1" }
    publishers = { placed = { service = "events.amazonaws.com", source_arn = "arn:aws:events:eu-west-1:111122223333:rule/demo/placed" } }
    subscriptions = {
      audit = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:demo-audit" }, raw = true }
      bill = {
        function = { name = "demo-bill", alias = "live", alias_arn = "arn:aws:lambda:eu-west-1:111122223333:function:demo-bill:live" }
        filter   = { pattern = "{\"total\":[{\"numeric\":[\">\",0]}]}", on = "body" }
      }
    }
  }

  assert {
    condition = jsondecode(aws_sns_topic.this[0].policy).Statement[1] == {
      Sid       = "PublisherPlaced"
      Effect    = "Allow"
      Action    = "sns:Publish"
      Principal = { Service = "events.amazonaws.com" }
      Resource  = "arn:aws:sns:eu-west-1:111122223333:demo-orders"
      Condition = {
        ArnLike      = { "aws:SourceArn" = "arn:aws:events:eu-west-1:111122223333:rule/demo/placed" }
        StringEquals = { "aws:SourceAccount" = "111122223333" }
      }
    }
    error_message = "A publisher is not held to its source and account."
  }

  assert {
    condition     = keys(aws_cloudwatch_metric_alarm.this) == ["dead_letters", "lost", "unreadable"]
    error_message = "Nobody hears of bodies that no filter can read."
  }

  assert {
    condition     = aws_lambda_permission.this["bill"].qualifier == "live" && aws_lambda_permission.this["bill"].source_arn == "arn:aws:sns:eu-west-1:111122223333:demo-orders" && aws_lambda_permission.this["bill"].source_account == "111122223333"
    error_message = "Another than this topic may call the function, or not its alias."
  }

  assert {
    condition     = aws_sns_topic_subscription.this["bill"].filter_policy_scope == "MessageBody" && aws_sns_topic_subscription.this["audit"].raw_message_delivery && aws_sns_topic_subscription.this["audit"].filter_policy == null
    error_message = "Filters or raw delivery are not as asked."
  }

  assert {
    condition     = jsondecode(aws_sns_topic_subscription.this["audit"].redrive_policy) == { deadLetterTargetArn = "arn:aws:sqs:eu-west-1:111122223333:demo-orders-audit-dead-letters" }
    error_message = "What a subscriber can't take gets lost."
  }

  assert {
    condition = jsondecode(aws_sqs_queue.dead_letters["audit"].policy).Statement[1] == {
      Sid       = "Topic"
      Effect    = "Allow"
      Action    = "sqs:SendMessage"
      Principal = { Service = "sns.amazonaws.com" }
      Resource  = "arn:aws:sqs:eu-west-1:111122223333:demo-orders-audit-dead-letters"
      Condition = {
        ArnEquals    = { "aws:SourceArn" = "arn:aws:sns:eu-west-1:111122223333:demo-orders" }
        StringEquals = { "aws:SourceAccount" = "111122223333" }
      }
    }
    error_message = "Another than this topic may write to the dead-letter queue."
  }

  assert {
    condition     = output.grants.publish.actions == toset(["kms:Decrypt", "kms:GenerateDataKey", "sns:Publish"]) && contains(output.grants.publish.resources, var.key.arn)
    error_message = "The grant to publish lacks the key."
  }
}

run "publishers_and_subscribers_of_other_accounts_and_organisations" {
  command = plan

  variables {
    key = { arn = "arn:aws:kms:eu-west-1:111122223333:key/1" }
    publishers = {
      bucket  = { service = "s3.amazonaws.com", source_arn = "arn:aws:s3:::theirs", account = "222233334444" }
      company = { organisation = "o-a1b2c3d4e5" }
      partner = { account = "444455556666" }
    }
    subscribers = {
      company = { organisation = "o-a1b2c3d4e5", kinds = ["queue"] }
      partner = { account = "444455556666" }
    }
  }

  assert {
    condition = slice(jsondecode(aws_sns_topic.this[0].policy).Statement, 1, 6) == [
      {
        Sid       = "PublisherBucket"
        Effect    = "Allow"
        Action    = "sns:Publish"
        Principal = { Service = "s3.amazonaws.com" }
        Resource  = "arn:aws:sns:eu-west-1:111122223333:demo-orders"
        Condition = {
          ArnLike      = { "aws:SourceArn" = "arn:aws:s3:::theirs" }
          StringEquals = { "aws:SourceAccount" = "222233334444" }
        }
      },
      {
        Sid       = "PublisherPartner"
        Effect    = "Allow"
        Action    = "sns:Publish"
        Principal = { AWS = "arn:aws:iam::444455556666:root" }
        Resource  = "arn:aws:sns:eu-west-1:111122223333:demo-orders"
      },
      {
        Sid       = "PublisherCompany"
        Effect    = "Allow"
        Action    = "sns:Publish"
        Principal = { AWS = "*" }
        Resource  = "arn:aws:sns:eu-west-1:111122223333:demo-orders"
        Condition = { StringEquals = { "aws:PrincipalOrgID" = "o-a1b2c3d4e5" } }
      },
      {
        Sid       = "SubscriberCompany"
        Effect    = "Allow"
        Action    = "sns:Subscribe"
        Principal = { AWS = "*" }
        Resource  = "arn:aws:sns:eu-west-1:111122223333:demo-orders"
        Condition = { StringEquals = { "aws:PrincipalOrgID" = "o-a1b2c3d4e5", "sns:Protocol" = ["sqs"] } }
      },
      {
        Sid       = "SubscriberPartner"
        Effect    = "Allow"
        Action    = "sns:Subscribe"
        Principal = { AWS = "arn:aws:iam::444455556666:root" }
        Resource  = "arn:aws:sns:eu-west-1:111122223333:demo-orders"
        Condition = { StringEquals = { "sns:Protocol" = ["lambda", "sqs"] } }
      },
    ]
    error_message = "Others may do more or less than publish or subscribe, or an organisation is anybody."
  }
}

run "every_kind_of_subscriber" {
  command = plan

  variables {
    alarms = { prefix = "demo-topic" }
    role   = { path = "/demo/", permissions_boundary = "arn:aws:iam::111122223333:policy/boundary" }
    subscriptions = {
      archive = { delivery_stream = { arn = "arn:aws:firehose:eu-west-1:111122223333:deliverystream/demo-archive" }, raw = true }
      json    = { email_json = "bot@example.com" }
      mail    = { email = "ops@example.com" }
      page    = { https = { url = "https://hooks.example.com/sns", content_type = "application/json", maximum_per_second = 10, retries = 5 } }
      phone   = { push = { arn = "arn:aws:sns:eu-west-1:111122223333:endpoint/APNS/demo/1" } }
      text    = { sms = "+4930123456" }
    }
  }

  assert {
    condition = { for label, subscription in aws_sns_topic_subscription.this : label => "${subscription.protocol} ${subscription.endpoint}" } == {
      archive = "firehose arn:aws:firehose:eu-west-1:111122223333:deliverystream/demo-archive"
      json    = "email-json bot@example.com"
      mail    = "email ops@example.com"
      page    = "https https://hooks.example.com/sns"
      phone   = "application arn:aws:sns:eu-west-1:111122223333:endpoint/APNS/demo/1"
      text    = "sms +4930123456"
    }
    error_message = "A subscriber is told of another way than asked."
  }

  assert {
    condition = jsondecode(aws_sns_topic_subscription.this["page"].delivery_policy) == {
      healthyRetryPolicy = {
        backoffFunction    = "linear"
        maxDelayTarget     = 20
        minDelayTarget     = 20
        numMaxDelayRetries = 0
        numMinDelayRetries = 0
        numNoDelayRetries  = 0
        numRetries         = 5
      }
      requestPolicy  = { headerContentType = "application/json" }
      throttlePolicy = { maxReceivesPerSecond = 10 }
    }
    error_message = "A page is called another way than asked."
  }

  assert {
    condition = jsondecode(aws_iam_role.delivery_streams[0].assume_role_policy) == {
      Version = "2012-10-17"
      Statement = [{
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { Service = "sns.amazonaws.com" }
        Condition = {
          ArnEquals    = { "aws:SourceArn" = "arn:aws:sns:eu-west-1:111122223333:demo-orders" }
          StringEquals = { "aws:SourceAccount" = "111122223333" }
        }
      }]
    }
    error_message = "Another topic may use the role."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.delivery_streams[0].policy) == {
      Version = "2012-10-17"
      Statement = [{
        Effect   = "Allow"
        Action   = ["firehose:PutRecord", "firehose:PutRecordBatch"]
        Resource = ["arn:aws:firehose:eu-west-1:111122223333:deliverystream/demo-archive"]
      }]
    }
    error_message = "The role may do more or less than put into the stream."
  }

  assert {
    condition     = aws_iam_role.delivery_streams[0].path == "/demo/" && aws_iam_role.delivery_streams[0].permissions_boundary == "arn:aws:iam::111122223333:policy/boundary"
    error_message = "The role has not the company's path and boundary."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["lost"].alarm_name == "demo-topic-lost"
    error_message = "Alarms are called otherwise than asked."
  }

  assert {
    condition     = alltrue([for subscription in values(aws_sns_topic_subscription.this) : subscription.redrive_policy != null])
    error_message = "A subscriber has no place for what it can't take."
  }
}

run "delivery_status" {
  command = plan

  variables {
    delivery_status = { function = { success_percent = 5 }, queue = {} }
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.delivery_status[0].policy) == {
      Version = "2012-10-17"
      Statement = [{
        Effect = "Allow"
        Action = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = [
          "arn:aws:logs:eu-west-1:111122223333:log-group:sns/eu-west-1/111122223333/demo-orders/Failure:*",
          "arn:aws:logs:eu-west-1:111122223333:log-group:sns/eu-west-1/111122223333/demo-orders:*",
        ]
      }]
    }
    error_message = "The role may write to other logs than the topic's."
  }

  assert {
    condition     = { for label, group in aws_cloudwatch_log_group.delivery_status : label => group.retention_in_days } == { failure = 30, success = 30 }
    error_message = "What SNS logs is kept for ever."
  }

  assert {
    condition     = aws_sns_topic.this[0].lambda_success_feedback_sample_rate == 5 && aws_sns_topic.this[0].sqs_success_feedback_sample_rate == 0 && aws_sns_topic.this[0].http_failure_feedback_role_arn == null
    error_message = "Other deliveries are logged than asked for."
  }

  assert {
    condition     = jsondecode(aws_iam_role.delivery_status[0].assume_role_policy).Statement[0].Condition.StringEquals == { "aws:SourceAccount" = "111122223333" }
    error_message = "Another account's topic may use the role."
  }
}

run "a_topic_of_another_state" {
  command = plan

  variables {
    name  = "demo-bill"
    topic = { name = "orders.fifo", arn = "arn:aws:sns:eu-west-1:444455556666:orders.fifo", key = { arn = "arn:aws:kms:eu-west-1:444455556666:key/1" } }
    subscriptions = {
      audit = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:demo-audit.fifo" }, replay = { from = "2026-11-01T00:00:00Z" }, dead_letters_name = "unheard" }
    }
  }

  assert {
    condition     = length(aws_sns_topic.this) == 0 && aws_sns_topic_subscription.this["audit"].topic_arn == "arn:aws:sns:eu-west-1:444455556666:orders.fifo"
    error_message = "Another topic is made, or subscribed to."
  }

  assert {
    condition     = jsondecode(aws_sqs_queue.dead_letters["audit"].policy).Statement[1].Condition.StringEquals == { "aws:SourceAccount" = "444455556666" } && aws_sqs_queue.dead_letters["audit"].name == "unheard.fifo" && aws_sqs_queue.dead_letters["audit"].fifo_queue
    error_message = "The dead-letter queue does not take from the topic's account, or has another name or order."
  }

  assert {
    condition     = keys(aws_cloudwatch_metric_alarm.this) == ["dead_letters_audit"] && aws_cloudwatch_metric_alarm.this["dead_letters_audit"].dimensions == tomap({ QueueName = "unheard.fifo" })
    error_message = "The alarms are the topic's, which its own state has, or nobody hears of dead letters."
  }

  assert {
    condition     = output.grants.publish.resources == toset(["arn:aws:kms:eu-west-1:444455556666:key/1", "arn:aws:sns:eu-west-1:444455556666:orders.fifo"]) && output.topic.name == "orders.fifo"
    error_message = "Who publishes is not granted the topic and its key."
  }

  assert {
    condition     = jsondecode(aws_sns_topic_subscription.this["audit"].replay_policy) == { PointType = "Timestamp", StartingPoint = "2026-11-01T00:00:00Z" }
    error_message = "What the archive kept is not sent, or more of it."
  }
}

run "first_in_first_out" {
  command = plan

  variables {
    fifo          = { content_based_deduplication = true, archive_days = 30 }
    subscriptions = { audit = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:demo-audit.fifo" } } }
  }

  assert {
    condition     = aws_sns_topic.this[0].name == "demo-orders.fifo" && aws_sns_topic.this[0].fifo_throughput_scope == "MessageGroup" && aws_sqs_queue.dead_letters["audit"].name == "demo-orders-audit-dead-letters.fifo"
    error_message = "A first-in, first-out topic and its dead-letter queues end in .fifo."
  }

  assert {
    condition     = jsondecode(aws_sns_topic.this[0].archive_policy) == { MessageRetentionPeriod = "30" }
    error_message = "The archive keeps messages for another time than asked."
  }
}

run "an_archive_that_ends" {
  command = plan

  variables {
    fifo = { archive_days = 0 }
  }

  assert {
    condition     = length(try(jsondecode(aws_sns_topic.this[0].archive_policy), {})) == 0
    error_message = "The topic could not be deleted."
  }
}
