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
    condition     = aws_sns_topic.this.name == "demo-orders" && aws_sns_topic.this.kms_master_key_id == "alias/aws/sns"
    error_message = "The topic is not encrypted."
  }

  assert {
    condition = jsondecode(aws_sns_topic.this.policy) == {
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
    condition = jsondecode(aws_sns_topic.this.policy).Statement[1] == {
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

run "first_in_first_out" {
  command = plan

  variables {
    fifo          = { content_based_deduplication = true }
    subscriptions = { audit = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:demo-audit.fifo" } } }
  }

  assert {
    condition     = aws_sns_topic.this.name == "demo-orders.fifo" && aws_sns_topic.this.fifo_throughput_scope == "MessageGroup" && aws_sqs_queue.dead_letters["audit"].name == "demo-orders-audit-dead-letters.fifo"
    error_message = "A first-in, first-out topic and its dead-letter queues end in .fifo."
  }
}

run "refuses_bad_names_alarms_and_publishers" {
  command         = plan
  expect_failures = [var.name, var.alarms, var.publishers]

  variables {
    name       = "demo.orders"
    alarms     = { overrides = { all = {} } }
    publishers = { everyone = { service = "*", source_arn = "*" } }
  }
}

run "refuses_publishers_without_a_key" {
  command         = plan
  expect_failures = [var.publishers]

  variables {
    publishers = { placed = { service = "events.amazonaws.com", source_arn = "arn:aws:events:eu-west-1:111122223333:rule/demo/placed" } }
  }
}

run "refuses_a_subscriber_that_is_none" {
  command         = plan
  expect_failures = [var.subscriptions]

  variables {
    subscriptions = { audit = {} }
  }
}

run "refuses_filters_that_are_no_json" {
  command         = plan
  expect_failures = [var.subscriptions]

  variables {
    subscriptions = { audit = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:demo-audit" }, filter = { pattern = "total > 0" } } }
  }
}

run "refuses_functions_of_a_fifo_topic" {
  command         = plan
  expect_failures = [var.subscriptions]

  variables {
    fifo          = {}
    subscriptions = { bill = { function = { name = "demo-bill", alias = "live", alias_arn = "arn:aws:lambda:eu-west-1:111122223333:function:demo-bill:live" } } }
  }
}

run "refuses_raw_delivery_to_functions" {
  command         = plan
  expect_failures = [var.subscriptions]

  variables {
    subscriptions = { bill = { function = { name = "demo-bill", alias = "live", alias_arn = "arn:aws:lambda:eu-west-1:111122223333:function:demo-bill:live" }, raw = true } }
  }
}

run "refuses_labels_that_name_no_queue" {
  command         = plan
  expect_failures = [var.subscriptions]

  variables {
    subscriptions = { "a.b" = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:demo-audit" } } }
  }
}
