locals {
  _targets = { for kind in local.kinds : kind => [for s in values(var.schedules) : s.target[kind] if s.target[kind] != null] }

  # IAM names the state machine, whatever is started of it, and tells the alias by a condition: a statement for each alias, or that
  # of one state machine would let another's be started too.
  _aliases = { for target in local._targets.workflow : reverse(split(":", target.alias_arn))[0] => target.arn... if target.alias_arn != null }
  _alias_statements = [
    for alias in sort(keys(local._aliases)) : {
      Sid       = "StartWorkflowAlias${replace(title(replace(alias, "/[^0-9A-Za-z]+/", " ")), " ", "")}"
      Effect    = "Allow"
      Action    = ["states:StartExecution"]
      Resource  = sort(toset(local._aliases[alias]))
      Condition = { StringEquals = { "states:StateMachineQualifier" = [alias] } }
    }
  ]

  _statements = [
    {
      Sid      = "InvokeFunctions"
      Effect   = "Allow"
      Action   = ["lambda:InvokeFunction"]
      Resource = sort(toset([for target in local._targets.function : target.alias_arn]))
    },
    {
      Sid    = "SendToQueues"
      Effect = "Allow"
      Action = ["sqs:SendMessage"]
      Resource = sort(toset(concat(
        [local.dead_letters_arn],
        [for target in local._targets.queue : target.arn],
        [for s in values(var.schedules) : s.dead_letter_queue.arn if s.dead_letter_queue != null],
      )))
    },
    {
      Sid      = "StartWorkflows"
      Effect   = "Allow"
      Action   = ["states:StartExecution"]
      Resource = sort(toset([for target in local._targets.workflow : target.arn if target.alias_arn == null]))
    },
  ]

  # Each kind has a policy of its own, and so have the keys: an ARN that is known only after the apply hides nothing of the others.
  _more_statements = {
    bus = [
      {
        Sid       = "PutOnBuses"
        Effect    = "Allow"
        Action    = ["events:PutEvents"]
        Resource  = sort(toset([for target in local._targets.bus : target.arn]))
        Condition = {}
      },
    ]
    delivery_stream = [
      {
        Sid       = "PutToDeliveryStreams"
        Effect    = "Allow"
        Action    = ["firehose:PutRecord"]
        Resource  = sort(toset([for target in local._targets.delivery_stream : target.arn]))
        Condition = {}
      },
    ]
    stream = [
      {
        Sid       = "PutToStreams"
        Effect    = "Allow"
        Action    = ["kinesis:PutRecord"]
        Resource  = sort(toset([for target in local._targets.stream : target.arn]))
        Condition = {}
      },
    ]
    task = [
      {
        Sid    = "RunTasks"
        Effect = "Allow"
        Action = ["ecs:RunTask"]
        # Without a revision it is the newest, whichever that is.
        Resource = sort(toset([
          for target in local._targets.task :
          can(regex(":[0-9]+$", target.definition_arn)) ? target.definition_arn : "${target.definition_arn}:*"
        ]))
        Condition = { ArnEquals = { "ecs:cluster" = sort(toset([for target in local._targets.task : target.cluster_arn])) } }
      },
      {
        Sid       = "PassTaskRoles"
        Effect    = "Allow"
        Action    = ["iam:PassRole"]
        Resource  = sort(setunion(toset([]), [for target in local._targets.task : target.role_arns]...))
        Condition = { StringEquals = { "iam:PassedToService" = ["ecs-tasks.amazonaws.com"] } }
      },
    ]
    topic = [
      {
        Sid       = "PublishToTopics"
        Effect    = "Allow"
        Action    = ["sns:Publish"]
        Resource  = sort(toset([for target in local._targets.topic : target.arn]))
        Condition = {}
      },
    ]
  }

  # No `try()` here: of what holds the ARN of a key made in the same plan it would know nothing at all. Step Functions asks who
  # starts an execution for its key.
  _keys = concat(
    var.key == null ? [] : [var.key.arn],
    [for target in concat(local._targets.queue, local._targets.stream, local._targets.topic, local._targets.workflow) : target.key.arn if target.key != null],
    [for s in values(var.schedules) : s.dead_letter_queue.key.arn if s.dead_letter_queue == null ? false : s.dead_letter_queue.key != null],
  )

  _grants = merge([
    for name, s in var.schedules : {
      for label, grant in s.target.api.grants : "${name}/${label}" => grant
    } if s.target.api != null
  ]...)
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
    Statement = [for statement in concat(local._statements, local._alias_statements) : statement if length(statement.Resource) > 0]
  })

  # It held the keys once: what uses them must not be without for a moment.
  depends_on = [aws_iam_role_policy.keys]
}

resource "aws_iam_role_policy" "by_kind" {
  for_each = toset([for kind in keys(local._more_statements) : kind if length(local._targets[kind]) > 0])

  name = replace(each.key, "_", "-")
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for statement in local._more_statements[each.key] : {
        for name, value in statement : name => value if length(value) > 0
      } if length(statement.Resource) > 0
    ]
  })
}

resource "aws_iam_role_policy" "grants" {
  count = length(local._grants) == 0 ? 0 : 1

  name = "grants"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for label in sort(keys(local._grants)) : {
        for name, value in {
          Sid       = replace(title(replace("grant ${label}", "/[^0-9A-Za-z]+/", " ")), " ", "")
          Effect    = "Allow"
          Action    = sort(local._grants[label].actions)
          Resource  = sort(local._grants[label].resources)
          Condition = local._grants[label].conditions
        } : name => value if length(value) > 0
      }
    ]
  })
}

resource "aws_iam_role_policy" "keys" {
  count = length(local._keys) == 0 ? 0 : 1

  name = "keys"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "UseKeys"
      Effect   = "Allow"
      Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource = sort(toset(local._keys))
    }]
  })
}
