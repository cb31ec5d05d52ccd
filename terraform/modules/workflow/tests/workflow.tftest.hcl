# The provider has a definition checked by AWS during the plan, so here it is mocked: every policy and ARN asserted below
# is written by the module itself and known at the plan.
mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }

  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_region" {
    defaults = { id = "eu-west-1" }
  }
}

variables {
  name          = "demo-order"
  definition    = "{\"StartAt\":\"Pack\",\"States\":{\"Pack\":{\"Type\":\"Task\",\"Resource\":\"$${pack}\",\"Comment\":\"$$${price}\",\"End\":true}}}"
  substitutions = { pack = "arn:aws:lambda:eu-west-1:111122223333:function:demo-pack:live" }
  grants = {
    pack = { actions = ["lambda:InvokeFunction"], resources = ["arn:aws:lambda:eu-west-1:111122223333:function:demo-pack:live"] }
    watch = {
      actions    = ["batch:DescribeJobs"]
      resources  = ["*"]
      conditions = { StringEquals = { "aws:RequestedRegion" = ["eu-west-1"] } }
    }
  }
}

run "standard" {
  command = plan

  assert {
    condition     = jsondecode(aws_sfn_state_machine.this.definition).States.Pack.Resource == "arn:aws:lambda:eu-west-1:111122223333:function:demo-pack:live"
    error_message = "A placeholder was not replaced."
  }

  assert {
    condition     = jsondecode(aws_sfn_state_machine.this.definition).States.Pack.Comment == "$${price}"
    error_message = "An escaped placeholder was replaced."
  }

  assert {
    condition     = aws_sfn_state_machine.this.logging_configuration[0].include_execution_data == false && aws_sfn_state_machine.this.logging_configuration[0].level == "ERROR"
    error_message = "A standard workflow logs its errors, without payloads."
  }

  assert {
    condition     = aws_sfn_state_machine.this.tracing_configuration[0].enabled
    error_message = "Tracing is on unasked."
  }

  assert {
    condition     = aws_sfn_state_machine.this.encryption_configuration[0].type == "AWS_OWNED_KEY" && aws_sfn_state_machine.this.encryption_configuration[0].kms_key_id == null
    error_message = "Without a key the block must say so, or a machine that had one keeps it."
  }

  assert {
    condition = jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Condition == {
      ArnLike      = { "aws:SourceArn" = ["arn:aws:states:eu-west-1:111122223333:stateMachine:demo-order"] }
      StringEquals = { "aws:SourceAccount" = "111122223333" }
    }
    error_message = "Only this state machine may take the role."
  }

  assert {
    condition = jsonencode([for s in data.aws_iam_policy_document.grants[0].statement : [s.sid, s.actions, s.resources, length(s.condition)]]) == jsonencode([
      ["GrantPack", ["lambda:InvokeFunction"], ["arn:aws:lambda:eu-west-1:111122223333:function:demo-pack:live"], 0],
      ["GrantWatch", ["batch:DescribeJobs"], ["*"], 1],
    ])
    error_message = "A grant is one statement, as given."
  }

  assert {
    condition = jsonencode(data.aws_iam_policy_document.grants[0].statement[1].condition) == jsonencode([
      { test = "StringEquals", values = ["eu-west-1"], variable = "aws:RequestedRegion" },
    ])
    error_message = "A grant's condition is lost."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.service.policy).Statement == [
      for sid, actions in {
        LogDelivery = [
          "logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies",
          "logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery",
        ]
        Tracing = ["xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments"]
        } : {
        Sid       = sid
        Effect    = "Allow"
        Action    = actions
        Resource  = ["*"]
        Condition = { StringEquals = { "aws:RequestedRegion" = ["eu-west-1"] } }
      }
    ]
    error_message = "Without grants the role may deliver its log and traces in its own region, and no more."
  }

  assert {
    condition     = output.grants.stop.resources == toset(["arn:aws:states:eu-west-1:111122223333:execution:demo-order:*"]) && output.grants.answer.resources == toset([output.workflow.arn])
    error_message = "Executions are stopped by their own ARN, tasks answered on the state machine's."
  }

  assert {
    condition     = keys(output.alarms) == ["failed", "throttled", "timed_out"]
    error_message = "Three alarms without being asked."
  }

  assert {
    condition     = !aws_sfn_state_machine.this.publish && length(aws_sfn_alias.live) == 0 && output.workflow.alias_arn == null
    error_message = "Versions are published that nobody asked for."
  }

  assert {
    condition = jsonencode(output.grants.run) == jsonencode({
      actions = [
        "events:DescribeRule", "events:PutRule", "events:PutTargets", "states:DescribeExecution", "states:StartExecution", "states:StopExecution",
      ]
      conditions = {}
      resources = [
        "arn:aws:events:eu-west-1:111122223333:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule",
        "arn:aws:states:eu-west-1:111122223333:execution:demo-order:*",
        "arn:aws:states:eu-west-1:111122223333:stateMachine:demo-order",
      ]
    })
    error_message = "A workflow that waits for this one can't, or may do more."
  }

  assert {
    condition     = jsonencode([output.grants.start, keys(output.grants)]) == jsonencode([{ actions = ["states:StartExecution"], conditions = {}, resources = [output.workflow.arn] }, ["answer", "read", "run", "start", "stop"]])
    error_message = "Who may start it may do more."
  }
}

run "released_under_existing_names" {
  command = plan

  variables {
    name         = "demo-order-with-a-name-that-is-longer-than-a-role-with-suffix-may-be"
    names        = { alias = "prod", log_group = "/old/order", role = "old-order" }
    release      = { version = "3", weights = { "4" = 0.1 } }
    role         = { path = "/service-role/" }
    log_payloads = true
    alarms       = { overrides = { aborted = {}, throttled = { enabled = false } } }
  }

  assert {
    condition     = aws_sfn_state_machine.this.publish && aws_sfn_alias.live[0].name == "prod" && aws_iam_role.this.name == "old-order" && aws_cloudwatch_log_group.this.name == "/old/order"
    error_message = "It is not published, or a name is not the given one."
  }

  assert {
    condition = [for route in aws_sfn_alias.live[0].routing_configuration : [route.state_machine_version_arn, route.weight]] == [
      ["${output.workflow.arn}:3", 90], ["${output.workflow.arn}:4", 10],
    ]
    error_message = "The alias does not split its executions as asked."
  }

  assert {
    condition     = output.workflow.alias_arn == "${output.workflow.arn}:prod" && output.role.arn == "arn:aws:iam::111122223333:role/service-role/old-order"
    error_message = "An output does not follow the given names."
  }

  assert {
    condition = jsonencode(output.grants.start) == jsonencode({
      actions    = ["states:StartExecution"]
      conditions = { StringEquals = { "states:StateMachineQualifier" = ["prod"] } }
      resources  = [output.workflow.arn]
    })
    error_message = "Who may start the alias may start the rest."
  }

  assert {
    condition     = aws_sfn_state_machine.this.logging_configuration[0].include_execution_data && keys(output.alarms) == ["aborted", "failed", "timed_out"]
    error_message = "Payloads or alarms are not as asked."
  }
}

run "released_as_published_last" {
  command = plan

  variables {
    release = {}
  }

  assert {
    condition     = length(aws_sfn_alias.live[0].routing_configuration) == 1 && aws_sfn_alias.live[0].routing_configuration[0].weight == 100
    error_message = "The alias does not start the version published last."
  }

  assert {
    condition = jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Condition.ArnLike == {
      "aws:SourceArn" = ["arn:aws:states:eu-west-1:111122223333:stateMachine:demo-order", "arn:aws:states:eu-west-1:111122223333:stateMachine:demo-order:*"]
    }
    error_message = "A version or alias of this state machine may take the role, whichever of them AWS names."
  }
}

run "express_with_key" {
  command = plan

  variables {
    type = "EXPRESS"
    key  = { arn = "arn:aws:kms:eu-west-1:111122223333:key/k" }
  }

  assert {
    condition     = aws_sfn_state_machine.this.logging_configuration[0].level == "ALL"
    error_message = "An express workflow has no history but its log."
  }

  assert {
    condition     = contains(output.grants.start.actions, "states:StartSyncExecution") && contains(output.grants.start.resources, "arn:aws:kms:eu-west-1:111122223333:key/k")
    error_message = "Starting an express workflow with a key takes both."
  }

  assert {
    condition     = jsonencode(output.grants.start_sync.actions) == jsonencode(["kms:Decrypt", "kms:GenerateDataKey", "states:StartSyncExecution"]) && !contains(keys(output.grants), "run")
    error_message = "Who waits for the answer may do more."
  }

  assert {
    condition     = keys(output.alarms) == ["duration", "failed", "throttled", "timed_out"] && aws_cloudwatch_metric_alarm.this["duration"].threshold == 270000 && aws_cloudwatch_metric_alarm.this["duration"].statistic == "Maximum"
    error_message = "Nobody hears of an express execution that comes near its five minutes."
  }

  assert {
    condition     = aws_sfn_state_machine.this.encryption_configuration[0].type == "CUSTOMER_MANAGED_KMS_KEY" && aws_sfn_state_machine.this.encryption_configuration[0].kms_data_key_reuse_period_seconds == 300
    error_message = "It is not encrypted with the key."
  }

  assert {
    condition = jsonencode([for s in data.aws_iam_policy_document.grants[0].statement : [s.actions, s.resources] if s.sid == "OwnKey"]) == jsonencode([
      [["kms:Decrypt", "kms:GenerateDataKey"], ["arn:aws:kms:eu-west-1:111122223333:key/k"]],
    ])
    error_message = "The role may not use the key."
  }
}

run "refuses_a_placeholder_without_value" {
  command = plan

  variables {
    substitutions = {}
  }

  expect_failures = [var.definition]
}

run "refuses_a_value_without_placeholder" {
  command = plan

  variables {
    substitutions = { pack = "x", pakc = "y" }
  }

  expect_failures = [var.definition]
}

run "refuses_what_is_not_a_state_machine" {
  command = plan

  variables {
    definition = "{\"StartAt\":\"Park\",\"States\":{\"Pack\":{\"Type\":\"Task\",\"Resource\":\"$${pack}\",\"End\":true}}}"
  }

  expect_failures = [aws_sfn_state_machine.this]
}

run "refuses_wrong_settings" {
  command = plan

  variables {
    type               = "FAST"
    log_retention_days = 31
    log_level          = "DEBUG"
    grants             = { all = { actions = ["*"], resources = ["*"] } }
    alarms             = { overrides = { fialed = {} } }
    name               = "a name"
  }

  expect_failures = [var.type, var.log_retention_days, var.log_level, var.grants, var.alarms, var.name]
}

run "refuses_a_name_too_long_for_its_role" {
  command         = plan
  expect_failures = [var.name, var.release]

  variables {
    name    = join("", [for i in range(56) : "x"])
    release = { version = "latest" }
  }
}

run "refuses_a_name_too_long_for_step_functions" {
  command         = plan
  expect_failures = [var.name, var.release]

  variables {
    name    = join("", [for i in range(81) : "x"])
    names   = { role = "short" }
    release = { weights = { "4" = 0.1 } }
  }
}

run "refuses_names_aws_refuses" {
  command         = plan
  expect_failures = [var.names, var.release]

  variables {
    names   = { role = "a role" }
    release = { version = "3", weights = { "4" = 1 } }
  }
}

run "refuses_an_alias_that_is_a_version" {
  command         = plan
  expect_failures = [var.names]

  variables {
    names = { alias = "3" }
  }
}

run "refuses_a_log_group_aws_refuses" {
  command         = plan
  expect_failures = [var.names]

  variables {
    names = { log_group = "a group" }
  }
}

run "refuses_to_wait_in_an_express_workflow" {
  command         = plan
  expect_failures = [aws_sfn_state_machine.this]

  variables {
    type          = "EXPRESS"
    substitutions = {}
    definition = jsonencode({
      StartAt = "Both"
      States = {
        Both = {
          Type = "Parallel"
          End  = true
          Branches = [{
            StartAt = "Each"
            States = {
              Each = {
                Type          = "Map"
                End           = true
                ItemProcessor = { StartAt = "Ask", States = { Ask = { Type = "Task", Resource = "arn:aws:states:::sqs:sendMessage.waitForTaskToken", End = true } } }
              }
            }
          }]
        }
      }
    })
  }
}

run "refuses_a_state_with_a_long_name" {
  command         = plan
  expect_failures = [aws_sfn_state_machine.this]

  variables {
    substitutions = {}
    definition    = jsonencode({ StartAt = "A", States = { A = { Type = "Parallel", End = true, Branches = [{ StartAt = "B", States = { "${join("", [for i in range(81) : "x"])}" = { Type = "Succeed" } } }] } } })
  }
}

run "takes_the_same_as_a_standard_workflow" {
  command = plan

  variables {
    substitutions = {}
    definition    = jsonencode({ StartAt = "Ask", States = { Ask = { Type = "Task", Resource = "arn:aws:states:::sqs:sendMessage.waitForTaskToken", End = true } } })
  }

  assert {
    condition     = local.not_express == ["Ask"] && local.too_long == []
    error_message = "The waiting state is not named."
  }
}

run "refuses_more_than_a_megabyte" {
  command         = plan
  expect_failures = [var.definition]

  variables {
    substitutions = {}
    definition    = jsonencode({ StartAt = "A", States = { A = { Type = "Pass", End = true, Comment = join("", [for i in range(1024) : join("", [for j in range(1024) : "x"])]) } } })
  }
}
