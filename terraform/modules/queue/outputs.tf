output "alarms" {
  description = "ARNs of the alarms, by label."
  value       = { for label, alarm in aws_cloudwatch_metric_alarm.this : label => alarm.arn }
}

output "dead_letter_queue" {
  description = "Name, ARN and URL of the dead-letter queue."
  value = {
    name = local.dead_letters_name
    arn  = local.dead_letters_arn
    url  = var.dead_letters.queue == null ? aws_sqs_queue.dead_letters[0].id : var.dead_letters.queue.url
  }
}

output "grants" {
  description = "Ready grants, which include the actions of the queue's key: send, consume, and redrive, which takes from the dead-letter queue."
  value = {
    send = {
      actions    = setunion(local._send, var.key == null ? [] : ["kms:Decrypt", "kms:GenerateDataKey"])
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
    redrive = {
      actions = setunion(
        [
          "sqs:CancelMessageMoveTask", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl",
          "sqs:ListMessageMoveTasks", "sqs:ReceiveMessage", "sqs:StartMessageMoveTask",
        ],
        var.key == null ? [] : ["kms:Decrypt"],
      )
      resources  = toset(concat([local.dead_letters_arn], var.key[*].arn))
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
