output "alarms" {
  description = "ARNs of the alarms, by label."
  value       = { for label, alarm in aws_cloudwatch_metric_alarm.this : label => alarm.arn }
}

output "dead_letter_queues" {
  description = "Name, ARN and URL of each subscription's dead-letter queue, by label."
  value       = { for label, queue in aws_sqs_queue.dead_letters : label => merge(local.dead_letters[label], { url = queue.id }) }
}

output "grants" {
  description = "Ready grants, which include the actions of the topic's key: publish."
  value = {
    publish = {
      actions    = setunion(["sns:Publish"], local.key == null ? [] : ["kms:Decrypt", "kms:GenerateDataKey"])
      resources  = toset(concat([local.arn], local.key[*].arn))
      conditions = {}
    }
  }
}

output "log_groups" {
  description = "Names of the log groups that say what became of each delivery, by success and failure; empty without delivery_status."
  value       = local.log_groups
}

output "sender" {
  description = "The topic as a sender, for `senders` of the queues that subscribe; depends on the name only."
  value = {
    service    = "sns.amazonaws.com"
    source_arn = local.arn
  }
}

output "subscriptions" {
  description = "ARN of each subscription, by label, and whether it still waits for somebody to confirm it."
  value = {
    for label, subscription in aws_sns_topic_subscription.this : label => { arn = subscription.arn, pending = subscription.pending_confirmation }
  }
}

output "topic" {
  description = "Name, ARN and key of the topic; the ARN is known at the first plan."
  value = {
    name = local.name
    arn  = local.arn
    key  = local.key
  }

  depends_on = [aws_sns_topic.this]
}
