output "alarms" {
  description = "ARNs of the alarms, by label."
  value       = { for label, alarm in aws_cloudwatch_metric_alarm.this : label => alarm.arn }
}

output "failure_queue" {
  description = "Name, ARN and URL of the queue that holds what the function gave up; null when there is none."
  value = !local.has_failure_queue ? null : {
    name = local.failures_name
    arn  = local.failures_arn
    url  = one(aws_sqs_queue.failures[*].id)
  }
}

output "function" {
  description = "Name, ARNs and time-out of the function. Triggers and permissions use `alias_arn`; the ARNs are known at the first plan."
  value = {
    name            = var.name
    arn             = local.arn
    alias           = local.alias
    alias_arn       = local.alias_arn
    invoke_arn      = local.invoke_arn
    timeout_seconds = var.timeout_seconds
  }

  depends_on = [aws_lambda_alias.live]
}

output "grants" {
  description = "Ready grants: invoke (the alias); with `url` also call_url and invoke_by_url, both of which a caller of the URL needs."
  value = { for label, grant in {
    invoke = {
      actions    = toset(["lambda:InvokeFunction"])
      resources  = toset([local.alias_arn])
      conditions = {}
    }
    call_url = {
      actions    = toset(["lambda:InvokeFunctionUrl"])
      resources  = toset([local.alias_arn])
      conditions = { StringEquals = { "lambda:FunctionUrlAuthType" = ["AWS_IAM"] } }
    }
    invoke_by_url = {
      actions    = toset(["lambda:InvokeFunction"])
      resources  = toset([local.alias_arn])
      conditions = { Bool = { "lambda:InvokedViaFunctionUrl" = ["true"] } }
    }
  } : label => grant if label == "invoke" || var.url != null }
}

output "log_group" {
  description = "Name and ARN of the log group."
  value = {
    name = local.log_group
    arn  = local.log_group_arn
  }

  depends_on = [aws_cloudwatch_log_group.this]
}

output "role" {
  description = "Name and ARN of the function's role."
  value = {
    name = aws_iam_role.this.name
    arn  = "arn:${local._partition}:iam::${local._account}:role${var.role.path}${local.role_name}"
  }
}

output "url" {
  description = "The alias's https address; null without `url`."
  value       = one(aws_lambda_function_url.live[*].function_url)
}

output "version" {
  description = "Number of the version published last; which one the alias serves is said by `release`."
  value       = aws_lambda_function.this.version
}
