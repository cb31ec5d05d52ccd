output "alarms" {
  description = "ARNs of the alarms, by label."
  value       = { for label, alarm in aws_cloudwatch_metric_alarm.this : label => alarm.arn }
}

output "dead_letter_queue" {
  description = "Name, ARN and URL of the dead-letter queue."
  value = {
    name = local.dead_letters_name
    arn  = local.dead_letters_arn
    url  = aws_sqs_queue.dead_letters.id
  }
}

output "grants" {
  description = "Ready grants, which include the actions of the queue's key: send, consume."
  value = {
    send = {
      actions = setunion(
        ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"],
        var.key == null ? [] : ["kms:Decrypt", "kms:GenerateDataKey"],
      )
      resources  = toset(concat([local.arn], var.key[*].arn))
      conditions = {}
    }
    consume = {
      actions = setunion(
        ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage"],
        var.key == null ? [] : ["kms:Decrypt"],
      )
      resources  = toset(concat([local.arn], var.key[*].arn))
      conditions = {}
    }
  }
}

output "queue" {
  description = "Name, ARN, URL, key and visibility time-out of the queue; the ARN is known at the first plan."
  value = {
    name               = local.name
    arn                = local.arn
    url                = aws_sqs_queue.this.id
    key                = var.key
    visibility_seconds = local.visibility_seconds
  }
}
