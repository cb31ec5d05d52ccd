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
    condition = [for s in jsondecode(aws_sqs_queue.dead_letters[0].policy).Statement : s.Condition if s.Sid == "TakeUndelivered"] == [{
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

run "every_other_kind_of_target" {
  command = plan

  variables {
    rules = {
      clicked = {
        pattern = "{\"source\":[\"shop\"]}"
        targets = {
          clicks  = { stream = { arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/demo", key = { arn = "arn:aws:kms:eu-west-1:111122223333:key/k" }, partition_key_path = "$.detail.user" } }
          lake    = { delivery_stream = { arn = "arn:aws:firehose:eu-west-1:111122223333:deliverystream/demo" } }
          log     = { log_group = { arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/events/demo:*" } }
          partner = { api_destination = { arn = "arn:aws:events:eu-west-1:111122223333:api-destination/demo/1", headers = { X-Kind = "$.detail-type" }, query = { v = "1" }, path_values = ["$.detail.id"] } }
          resize = {
            task = {
              cluster_arn    = "arn:aws:ecs:eu-west-1:111122223333:cluster/demo"
              definition_arn = "arn:aws:ecs:eu-west-1:111122223333:task-definition/resize"
              role_arns      = ["arn:aws:iam::111122223333:role/resize", "arn:aws:iam::111122223333:role/start"]
              network        = { subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"] }
            }
            dead_letter_queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:own" }
          }
        }
      }
    }
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.by_kind["stream"].policy) == {
      Version = "2012-10-17"
      Statement = [
        { Sid = "PutToStreams", Effect = "Allow", Action = ["kinesis:PutRecord", "kinesis:PutRecords"], Resource = ["arn:aws:kinesis:eu-west-1:111122223333:stream/demo"] },
        { Sid = "UseStreamKeys", Effect = "Allow", Action = ["kms:GenerateDataKey"], Resource = ["arn:aws:kms:eu-west-1:111122223333:key/k"] },
      ]
    }
    error_message = "A stream is written to, with its key, and nothing else."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.by_kind["delivery_stream"].policy) == {
      Version   = "2012-10-17"
      Statement = [{ Sid = "PutToDeliveryStreams", Effect = "Allow", Action = ["firehose:PutRecord", "firehose:PutRecordBatch"], Resource = ["arn:aws:firehose:eu-west-1:111122223333:deliverystream/demo"] }]
    }
    error_message = "A delivery stream is written to and nothing else."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.by_kind["api_destination"].policy) == {
      Version   = "2012-10-17"
      Statement = [{ Sid = "CallApiDestinations", Effect = "Allow", Action = ["events:InvokeApiDestination"], Resource = ["arn:aws:events:eu-west-1:111122223333:api-destination/demo/1"] }]
    }
    error_message = "One API destination is called and no other."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.by_kind["task"].policy) == {
      Version = "2012-10-17"
      Statement = [
        {
          Sid       = "RunTasks"
          Effect    = "Allow"
          Action    = ["ecs:RunTask"]
          Resource  = ["arn:aws:ecs:eu-west-1:111122223333:task-definition/resize:*"]
          Condition = { ArnEquals = { "ecs:cluster" = ["arn:aws:ecs:eu-west-1:111122223333:cluster/demo"] } }
        },
        {
          Sid       = "PassTaskRoles"
          Effect    = "Allow"
          Action    = ["iam:PassRole"]
          Resource  = ["arn:aws:iam::111122223333:role/resize", "arn:aws:iam::111122223333:role/start"]
          Condition = { StringEquals = { "iam:PassedToService" = ["ecs-tasks.amazonaws.com"] } }
        },
      ]
    }
    error_message = "One definition is run in one cluster, and its roles are passed to ECS alone."
  }

  assert {
    condition = jsondecode(aws_cloudwatch_log_resource_policy.this[0].policy_document) == {
      Version = "2012-10-17"
      Statement = [
        {
          Sid       = "CreateStreams"
          Effect    = "Allow"
          Action    = "logs:CreateLogStream"
          Principal = { Service = ["delivery.logs.amazonaws.com", "events.amazonaws.com"] }
          Resource  = ["arn:aws:logs:eu-west-1:111122223333:log-group:/aws/events/demo:*"]
        },
        {
          Sid       = "WriteEvents"
          Effect    = "Allow"
          Action    = "logs:PutLogEvents"
          Principal = { Service = ["delivery.logs.amazonaws.com", "events.amazonaws.com"] }
          Resource  = ["arn:aws:logs:eu-west-1:111122223333:log-group:/aws/events/demo:*"]
          Condition = {
            ArnLike      = { "aws:SourceArn" = "arn:aws:events:eu-west-1:111122223333:rule/demo/demo-*" }
            StringEquals = { "aws:SourceAccount" = "111122223333" }
          }
        },
      ]
    }
    error_message = "Only this module's rules may write to the log group."
  }

  assert {
    condition     = length(aws_iam_role_policy.this) == 0 && aws_cloudwatch_event_target.this["clicked/log"].role_arn == null && aws_cloudwatch_event_target.this["clicked/log"].arn == "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/events/demo"
    error_message = "A log group is reached by its policy, without a role."
  }

  assert {
    condition     = aws_cloudwatch_event_target.this["clicked/clicks"].kinesis_target[0].partition_key_path == "$.detail.user"
    error_message = "A stream gets its partition key."
  }

  assert {
    condition     = aws_cloudwatch_event_target.this["clicked/partner"].http_target[0].header_parameters == tomap({ X-Kind = "$.detail-type" }) && aws_cloudwatch_event_target.this["clicked/partner"].http_target[0].path_parameter_values == tolist(["$.detail.id"])
    error_message = "An API destination gets headers, query and path."
  }

  assert {
    condition     = aws_cloudwatch_event_target.this["clicked/resize"].arn == "arn:aws:ecs:eu-west-1:111122223333:cluster/demo" && aws_cloudwatch_event_target.this["clicked/resize"].ecs_target[0].launch_type == "FARGATE" && aws_cloudwatch_event_target.this["clicked/resize"].ecs_target[0].network_configuration[0].assign_public_ip == false
    error_message = "A task runs in its cluster, without a public address."
  }

  assert {
    condition     = aws_cloudwatch_event_target.this["clicked/resize"].dead_letter_config[0].arn == "arn:aws:sqs:eu-west-1:111122223333:own" && aws_cloudwatch_event_target.this["clicked/lake"].dead_letter_config[0].arn == "arn:aws:sqs:eu-west-1:111122223333:demo-events-dead-letters"
    error_message = "A target has its own dead-letter queue, or the module's."
  }
}

run "partner_source_archive_and_events" {
  command = plan

  variables {
    partner_source  = "aws.partner/example.com/acme/orders"
    archive_pattern = "{\"detail-type\":[\"Ordered\"]}"
    key             = { arn = "arn:aws:kms:eu-west-1:111122223333:key/k" }
    role            = { path = "/apps/", permissions_boundary = "arn:aws:iam::111122223333:policy/boundary" }
    events          = { ordered = { source = "shop", detail_type = "Ordered", detail = "{\"id\":\"1\"}" }, sent = { source = "shop", detail_type = "Sent", unconsumed = "billing's stack does" } }
    rules = {
      ordered = {
        pattern = "{\"source\":[\"shop\"]}"
        matches = { any = "{\"source\":\"shop\"}" }
        targets = { track = { workflow = { arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:demo" } } }
      }
    }
  }

  assert {
    condition     = aws_cloudwatch_event_bus.this[0].name == "aws.partner/example.com/acme/orders" && aws_cloudwatch_event_bus.this[0].event_source_name == "aws.partner/example.com/acme/orders" && output.bus.arn == "arn:aws:events:eu-west-1:111122223333:event-bus/aws.partner/example.com/acme/orders"
    error_message = "A partner's bus is called as its source."
  }

  assert {
    condition     = output.rules["ordered"].arn == "arn:aws:events:eu-west-1:111122223333:rule/aws.partner/example.com/acme/orders/demo-ordered"
    error_message = "A rule of a partner's bus has the bus in its ARN."
  }

  assert {
    condition     = aws_cloudwatch_event_archive.this[0].event_pattern == "{\"detail-type\":[\"Ordered\"]}" && aws_cloudwatch_event_archive.this[0].retention_days == 30
    error_message = "An archive can keep some events only."
  }

  assert {
    condition     = aws_iam_role.this[0].path == "/apps/" && aws_iam_role.this[0].permissions_boundary == "arn:aws:iam::111122223333:policy/boundary" && aws_sqs_queue.dead_letters[0].kms_master_key_id == "arn:aws:kms:eu-west-1:111122223333:key/k"
    error_message = "The role has its path and boundary, the queue its key."
  }

  assert {
    condition     = terraform_data.events[0].input.kind == "eventyard/events" && terraform_data.events[0].input.bus == output.bus.arn && terraform_data.events[0].input.events.sent.unconsumed == "billing's stack does" && terraform_data.events[0].input.rules["demo-ordered"].matches == tomap({ any = "{\"source\":\"shop\"}" })
    error_message = "What is stated about events stands in the plan."
  }
}

run "publishers" {
  command = plan

  variables {
    publishers = {
      partner-shop = { account = "444455556666", sources = ["shop"] }
      audit        = { account = "777788889999" }
      company      = { organisation = "o-a1b2c3d4e5", sources = ["hr", "crm"], detail_types = ["Hired"] }
    }
  }

  assert {
    condition = { for s in jsondecode(aws_cloudwatch_event_bus_policy.this[0].policy).Statement : s.Sid => { who = s.Principal.AWS, condition = jsonencode(s.Condition) } } == {
      PartnerShop = { who = "arn:aws:iam::444455556666:root", condition = "{\"StringEquals\":{\"events:source\":[\"shop\"]}}" }
      Audit       = { who = "arn:aws:iam::777788889999:root", condition = "{}" }
      Company     = { who = "*", condition = "{\"StringEquals\":{\"aws:PrincipalOrgID\":[\"o-a1b2c3d4e5\"],\"events:detail-type\":[\"Hired\"],\"events:source\":[\"crm\",\"hr\"]}}" }
    }
    error_message = "A publisher is one account or organisation, with its sources and detail types where they are named."
  }

  assert {
    condition     = length(terraform_data.events) == 0
    error_message = "Nothing is made for events nobody stated."
  }
}

run "a_bus_alone" {
  command = plan

  variables {
    archive_days = null
    rules        = {}
  }

  assert {
    condition     = length(aws_sqs_queue.dead_letters) == 0 && length(aws_iam_role.this) == 0 && length(aws_cloudwatch_metric_alarm.this) == 0 && output.dead_letter_queue == null
    error_message = "A bus without rules has nothing to fail, and nothing is made for it."
  }
}

run "a_released_workflow_is_started_by_its_alias" {
  command = plan

  variables {
    archive_days = null
    rules = {
      ordered = {
        pattern = "{\"source\":[\"shop\"]}"
        targets = {
          ship = { workflow = { arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:ship", alias_arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:ship:live" } }
        }
      }
    }
  }

  assert {
    condition     = aws_cloudwatch_event_target.this["ordered/ship"].arn == "arn:aws:states:eu-west-1:111122223333:stateMachine:ship:live"
    error_message = "A release decides what is started: the alias, not what was written last."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.this[0].policy).Statement == [
      {
        Sid       = "StartWorkflowAliasLive"
        Effect    = "Allow"
        Action    = ["states:StartExecution"]
        Resource  = ["arn:aws:states:eu-west-1:111122223333:stateMachine:ship"]
        Condition = { StringEquals = { "states:StateMachineQualifier" = ["live"] } }
      },
    ]
    error_message = "The role may start the alias alone."
  }
}

run "an_alias_of_one_workflow_is_not_anothers" {
  command = plan

  variables {
    archive_days = null
    rules = {
      ordered = {
        pattern = "{\"source\":[\"shop\"]}"
        targets = {
          pack = { workflow = {
            arn       = "arn:aws:states:eu-west-1:111122223333:stateMachine:pack"
            alias_arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:pack:live"
            key       = { arn = "arn:aws:kms:eu-west-1:111122223333:key/w" }
          } }
          ship = { workflow = { arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:ship", alias_arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:ship:canary" } }
        }
      }
    }
  }

  assert {
    condition = jsonencode([for s in jsondecode(aws_iam_role_policy.this[0].policy).Statement : [s.Resource, s.Condition]]) == jsonencode([
      [["arn:aws:states:eu-west-1:111122223333:stateMachine:ship"], { StringEquals = { "states:StateMachineQualifier" = ["canary"] } }],
      [["arn:aws:states:eu-west-1:111122223333:stateMachine:pack"], { StringEquals = { "states:StateMachineQualifier" = ["live"] } }],
    ])
    error_message = "The role may start an alias that no rule starts."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.workflow_keys[0].policy).Statement == [
      { Sid = "UseWorkflowKeys", Effect = "Allow", Action = ["kms:Decrypt", "kms:GenerateDataKey"], Resource = ["arn:aws:kms:eu-west-1:111122223333:key/w"] },
    ]
    error_message = "Who starts an execution needs its key."
  }
}

run "long_labels_of_a_function" {
  command = plan

  variables {
    archive_days = null
    rules = {
      (join("", [for i in range(59) : "r"])) = {
        pattern = "{\"source\":[\"shop\"]}"
        targets = {
          (join("", [for i in range(64) : "t"])) = { function = { name = "demo-pack", alias = "live", alias_arn = "arn:aws:lambda:eu-west-1:111122223333:function:demo-pack:live" } }
        }
      }
    }
  }

  assert {
    condition     = alltrue([for permission in aws_lambda_permission.this : length(permission.statement_id) == 100])
    error_message = "Lambda refuses the permission: ${jsonencode([for permission in aws_lambda_permission.this : permission.statement_id])}."
  }
}
