locals {
  _key_actions = var.key == null ? [] : ["kms:Decrypt", "kms:GenerateDataKey"]
  _key_arns    = var.key == null ? [] : [var.key.arn]

  _managed_rule = "arn:${local._partition}:events:${local._region}:${local._account}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule"

  # IAM names the state machine, whatever is started of it, and tells the alias by a condition.
  _only_the_alias = { for operator, keys in { StringEquals = { "states:StateMachineQualifier" = [var.names.alias] } } : operator => keys if var.release != null }

  # Another workflow waits for standard executions alone, and only express ones answer their caller.
  _published = {
    EXPRESS  = ["answer", "read", "start", "start_sync", "stop"]
    STANDARD = ["answer", "read", "run", "start", "stop"]
  }
}

output "alarms" {
  description = "ARNs of the alarms, by label."
  value       = { for label, alarm in aws_cloudwatch_metric_alarm.this : label => alarm.arn }
}

output "grants" {
  description = "Ready permissions, each with the key's: start, read (an execution's state and history, and the list), stop, answer (a task by its token), run (from another workflow that waits for the end); of EXPRESS also start_sync."
  value = { for label, grant in {
    answer = {
      actions    = toset(concat(["states:SendTaskFailure", "states:SendTaskHeartbeat", "states:SendTaskSuccess"], local._key_actions))
      resources  = toset(concat([local.arn], local._key_arns))
      conditions = {}
    }
    read = {
      actions    = toset(concat(["states:DescribeExecution", "states:GetExecutionHistory", "states:ListExecutions"], local._key_actions))
      resources  = toset(concat([local.arn, local.execution_arn], local._key_arns))
      conditions = {}
    }
    # What a workflow needs that starts this one and waits: Step Functions hears of the end by a rule that it makes itself.
    run = {
      actions = toset(concat(
        ["events:DescribeRule", "events:PutRule", "events:PutTargets", "states:DescribeExecution", "states:StartExecution", "states:StopExecution"],
        local._key_actions,
      ))
      resources  = toset(concat([local.arn, local.execution_arn, local._managed_rule], local._key_arns))
      conditions = {}
    }
    start = {
      actions = toset(concat(
        ["states:StartExecution"], var.type == "EXPRESS" ? ["states:StartSyncExecution"] : [], local._key_actions
      ))
      resources  = toset(concat([local.arn], local._key_arns))
      conditions = local._only_the_alias
    }
    start_sync = {
      actions    = toset(concat(["states:StartSyncExecution"], local._key_actions))
      resources  = toset(concat([local.arn], local._key_arns))
      conditions = local._only_the_alias
    }
    stop = {
      actions    = toset(concat(["states:StopExecution"], local._key_actions))
      resources  = toset(concat([local.execution_arn], local._key_arns))
      conditions = {}
    }
  } : label => grant if contains(local._published[var.type], label) }
}

output "log_group" {
  description = "The workflow's log group."
  value       = { name = local.log_group_name, arn = local.log_group_arn }
  depends_on  = [aws_cloudwatch_log_group.this]
}

output "role" {
  description = "The workflow's role."
  value       = { name = aws_iam_role.this.name, arn = "arn:${local._partition}:iam::${local._account}:role${var.role.path}${local.role_name}" }
  depends_on  = [aws_iam_role.this]
}

output "sender" {
  description = "The workflow as a sender. Follows from the name alone."
  value       = { service = "states.amazonaws.com", source_arn = local.arn }
}

output "version" {
  description = "ARN of the version published last; null without `release`, which says what the alias starts."
  value       = var.release == null ? null : aws_sfn_state_machine.this.state_machine_version_arn
}

output "workflow" {
  description = "The state machine, with `release` its alias, which is what callers start, and its key. The ARNs follow from the name, so they can be used before it exists."
  value       = { name = var.name, arn = local.arn, alias_arn = local.alias_arn, key = var.key }
  depends_on  = [aws_sfn_state_machine.this]
}
