output "alarms" {
  description = "ARNs of the alarms, by label."
  value       = { for label, alarm in merge(aws_cloudwatch_metric_alarm.this, aws_cloudwatch_metric_alarm.full) : label => alarm.arn }
}

output "consumers" {
  description = "Name and ARN of the enhanced fan-out consumers, by name; the ARN is known after the apply, for it ends in the time of registration."
  value       = { for label, consumer in aws_kinesis_stream_consumer.this : label => { name = label, arn = consumer.arn } }
}

output "grants" {
  description = "Ready grants, which include the actions of the stream's key: write, read, and read_<consumer> for each consumer."
  value = merge(
    {
      read = {
        actions    = setunion(local._read, var.key == null ? [] : ["kms:Decrypt"])
        resources  = toset(concat([local.arn], var.key[*].arn))
        conditions = {}
      }
      write = {
        actions    = setunion(local._write, var.key == null ? [] : ["kms:GenerateDataKey"])
        resources  = toset(concat([local.arn], var.key[*].arn))
        conditions = {}
      }
    },
    {
      for consumer, arn in local.consumer_arns : "read_${consumer}" => {
        actions = setunion(
          local._subscribe,
          local._find,
          var.key == null ? [] : ["kms:Decrypt"],
        )
        resources  = toset(concat([local.arn, arn], var.key[*].arn))
        conditions = {}
      }
    },
  )
}

output "stream" {
  description = "Name, ARN and key of the stream; the ARN is known at the first plan."
  value = {
    name = var.name
    arn  = local.arn
    key  = var.key
  }

  depends_on = [aws_kinesis_stream.this]
}
