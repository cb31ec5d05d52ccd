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
    condition = jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Condition == {
      ArnEquals    = { "aws:SourceArn" = "arn:aws:states:eu-west-1:111122223333:stateMachine:demo-order" }
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
