locals {
  _key_actions = var.key == null ? [] : ["kms:Decrypt", "kms:GenerateDataKey"]
  _key_arns    = var.key == null ? [] : [var.key.arn]
}

output "alarms" {
  description = "ARNs of the alarms, by label."
  value       = { for label, alarm in aws_cloudwatch_metric_alarm.this : label => alarm.arn }
}

output "grants" {
  description = "Ready permissions, each with the key's: start, read (an execution's state and history, and the list), stop, answer (a task by its token)."
  value = {
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
    start = {
      actions = toset(concat(
        ["states:StartExecution"], var.type == "EXPRESS" ? ["states:StartSyncExecution"] : [], local._key_actions
      ))
      resources  = toset(concat([local.arn], local._key_arns))
      conditions = {}
    }
    stop = {
      actions    = toset(concat(["states:StopExecution"], local._key_actions))
      resources  = toset(concat([local.execution_arn], local._key_arns))
      conditions = {}
    }
  }
}

output "log_group" {
  description = "The workflow's log group."
  value       = { name = local.log_group_name, arn = local.log_group_arn }
  depends_on  = [aws_cloudwatch_log_group.this]
}

output "role" {
  description = "The workflow's role."
  value       = { name = aws_iam_role.this.name, arn = "arn:${local._partition}:iam::${local._account}:role${var.role.path}${var.name}-workflow" }
  depends_on  = [aws_iam_role.this]
}

output "sender" {
  description = "The workflow as a sender. Follows from the name alone."
  value       = { service = "states.amazonaws.com", source_arn = local.arn }
}

output "workflow" {
  description = "The state machine. Both values follow from the name, so they can be used before it exists."
  value       = { name = var.name, arn = local.arn }
  depends_on  = [aws_sfn_state_machine.this]
}
