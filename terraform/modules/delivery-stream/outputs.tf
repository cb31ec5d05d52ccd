output "alarms" {
  description = "ARNs of the alarms, by label."
  value       = { for label, alarm in aws_cloudwatch_metric_alarm.this : label => alarm.arn }
}

output "delivery_stream" {
  description = "Name, ARN and key of the delivery stream; the ARN is known at the first plan."
  value = {
    name = var.name
    arn  = local.arn
    key  = var.key
  }

  depends_on = [aws_kinesis_firehose_delivery_stream.this]
}

output "grants" {
  description = "Ready grants: put. Firehose uses the key by itself, for whoever puts."
  value = {
    put = {
      actions    = toset(["firehose:PutRecord", "firehose:PutRecordBatch"])
      resources  = toset([local.arn])
      conditions = {}
    }
  }
}

output "log_group" {
  description = "Name and ARN of the log group of failed deliveries."
  value = {
    name = local.log_group
    arn  = local.log_group_arn
  }

  depends_on = [aws_cloudwatch_log_group.this]
}

output "objects" {
  description = "Prefix of what was delivered and of what could not be."
  value = {
    prefix       = local.prefix
    error_prefix = var.objects.error_prefix
  }
}

output "role" {
  description = "Name and ARN of the delivery stream's role."
  value = {
    name = aws_iam_role.this.name
    arn  = "arn:${local._partition}:iam::${local._account}:role${var.role.path}${var.name}-delivery"
  }
}
