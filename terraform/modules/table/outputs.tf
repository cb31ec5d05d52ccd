output "alarms" {
  description = "ARNs of the alarms, by label."
  value       = { for label, alarm in aws_cloudwatch_metric_alarm.this : label => alarm.arn }
}

output "grants" {
  description = "Ready grants on the table, its indexes and its stream, which include the actions of its key: read, write, follow (the stream)."
  value = {
    follow = {
      actions = setunion(
        ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"],
        var.key == null ? [] : ["kms:Decrypt"],
      )
      resources  = toset(concat(["${local.arn}/stream/*"], var.key[*].arn))
      conditions = {}
    }
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

output "index_grants" {
  description = "Ready grants on one index alone, by its name, which include the actions of the table's key: query."
  value = {
    for name in keys(var.indexes) : name => {
      query = {
        actions    = setunion(["dynamodb:Query"], var.key == null ? [] : ["kms:Decrypt"])
        resources  = toset(concat(["${local.arn}/index/${name}"], var.key[*].arn))
        conditions = {}
      }
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

