output "alarms" {
  description = "ARNs of the alarms, by label."
  value       = { for label, alarm in aws_cloudwatch_metric_alarm.this : label => alarm.arn }
}

output "grants" {
  description = "Ready grants on the table and its indexes, which include the actions of its key: read, write."
  value = {
    read = {
      actions = setunion(
        ["dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:Query"],
        var.key == null ? [] : ["kms:Decrypt"],
      )
      resources  = toset(concat([local.arn], local._index_arns, var.key[*].arn))
      conditions = {}
    }
    write = {
      actions = setunion(
        ["dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:DescribeTable", "dynamodb:PutItem", "dynamodb:UpdateItem"],
        var.key == null ? [] : ["kms:Decrypt", "kms:GenerateDataKey"],
      )
      resources  = toset(concat([local.arn], var.key[*].arn))
      conditions = {}
    }
  }
}

output "table" {
  description = "Name, ARN, key and stream of the table; the ARN is known at the first plan, the stream's after the apply."
  value = {
    name       = aws_dynamodb_table.this.name
    arn        = local.arn
    key        = var.key
    stream_arn = var.stream == null ? null : aws_dynamodb_table.this.stream_arn
  }
}

