locals {
  _functions = toset([for s in values(var.schedules) : s.target.function.alias_arn if s.target.function != null])
  _queues    = toset([for s in values(var.schedules) : s.target.queue.arn if s.target.queue != null])
  _workflows = toset([for s in values(var.schedules) : s.target.workflow.arn if s.target.workflow != null])
  _keys = toset(concat(
    var.key == null ? [] : [var.key.arn],
    [for s in values(var.schedules) : s.target.queue.key.arn if try(s.target.queue.key, null) != null],
  ))

  _statements = [
    {
      Sid      = "InvokeFunctions"
      Effect   = "Allow"
      Action   = ["lambda:InvokeFunction"]
      Resource = sort(local._functions)
    },
    {
      Sid      = "SendToQueues"
      Effect   = "Allow"
      Action   = ["sqs:SendMessage"]
      Resource = sort(setunion(local._queues, [local.dead_letters_arn]))
    },
    {
      Sid      = "StartWorkflows"
      Effect   = "Allow"
      Action   = ["states:StartExecution"]
      Resource = sort(local._workflows)
    },
    {
      Sid      = "UseKeys"
      Effect   = "Allow"
      Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource = sort(local._keys)
    },
  ]
}

# The group's ARN, not a schedule's, is what the scheduler gives as its source.
resource "aws_iam_role" "this" {
  name                 = "${var.name}-scheduler"
  path                 = var.role.path
  permissions_boundary = var.role.permissions_boundary
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "scheduler.amazonaws.com" }
      Condition = {
        ArnEquals    = { "aws:SourceArn" = local.group_arn }
        StringEquals = { "aws:SourceAccount" = local._account }
      }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  name = "targets"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [for statement in local._statements : statement if length(statement.Resource) > 0]
  })
}
