locals {
  # Functions, queues, topics and log groups have policies of their own; the others are reached with a role.
  _with_role = toset(["api_destination", "bus", "delivery_stream", "stream", "task", "workflow"])
  _by_role = {
    for kind in local._with_role : kind => { for id, target in local.targets : id => target[kind] if target[kind] != null }
  }

  # IAM names the state machine, whatever is started of it, and tells the alias by a condition: a statement for each alias, or that
  # of one state machine would let another's be started too.
  _aliases = { for target in local._by_role.workflow : reverse(split(":", target.alias_arn))[0] => target.arn... if target.alias_arn != null }
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
      Sid      = "StartWorkflows"
      Effect   = "Allow"
      Action   = ["states:StartExecution"]
      Resource = sort(toset([for target in local._by_role.workflow : target.arn if target.alias_arn == null]))
    },
    {
      Sid      = "ForwardToBuses"
      Effect   = "Allow"
      Action   = ["events:PutEvents"]
      Resource = sort(toset([for target in local._by_role.bus : target.arn]))
    },
  ]

  # Each kind has a policy of its own: an ARN that is known only after the apply hides nothing of the others.
  _more_statements = {
    api_destination = [
      {
        Sid       = "CallApiDestinations"
        Effect    = "Allow"
        Action    = ["events:InvokeApiDestination"]
        Resource  = sort(toset([for target in local._by_role.api_destination : target.arn]))
        Condition = {}
      },
    ]
    delivery_stream = [
      {
        Sid       = "PutToDeliveryStreams"
        Effect    = "Allow"
        Action    = ["firehose:PutRecord", "firehose:PutRecordBatch"]
        Resource  = sort(toset([for target in local._by_role.delivery_stream : target.arn]))
        Condition = {}
      },
    ]
    stream = [
      {
        Sid       = "PutToStreams"
        Effect    = "Allow"
        Action    = ["kinesis:PutRecord", "kinesis:PutRecords"]
        Resource  = sort(toset([for target in local._by_role.stream : target.arn]))
        Condition = {}
      },
      {
        Sid       = "UseStreamKeys"
        Effect    = "Allow"
        Action    = ["kms:GenerateDataKey"]
        Resource  = sort(toset([for target in local._by_role.stream : target.key.arn if target.key != null]))
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
          for target in local._by_role.task :
          can(regex(":[0-9]+$", target.definition_arn)) ? target.definition_arn : "${target.definition_arn}:*"
        ]))
        Condition = { ArnEquals = { "ecs:cluster" = sort(toset([for target in local._by_role.task : target.cluster_arn])) } }
      },
      {
        Sid       = "PassTaskRoles"
        Effect    = "Allow"
        Action    = ["iam:PassRole"]
        Resource  = sort(setunion(toset([]), [for target in local._by_role.task : target.role_arns]...))
        Condition = { StringEquals = { "iam:PassedToService" = ["ecs-tasks.amazonaws.com"] } }
      },
    ]
  }
}

locals {
  _workflow_keys = [for target in local._by_role.workflow : target.key.arn if target.key != null]
  _statement_ids = { for id, target in local.targets : id => replace("${local.rules[target.rule].name}-${target.key}", ".", "-") }
}

resource "aws_iam_role" "this" {
  count = length(merge(values(local._by_role)...)) == 0 ? 0 : 1

  name                 = "${var.name}-events"
  path                 = var.role.path
  permissions_boundary = var.role.permissions_boundary
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "events.amazonaws.com" }
      Condition = {
        ArnLike      = { "aws:SourceArn" = local.rules_pattern }
        StringEquals = { "aws:SourceAccount" = local._account }
      }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  count = length(local._by_role.workflow) + length(local._by_role.bus) == 0 ? 0 : 1

  name = "targets"
  role = aws_iam_role.this[0].name

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [for statement in concat(local._statements, local._alias_statements) : statement if length(statement.Resource) > 0]
  })
}

resource "aws_iam_role_policy" "by_kind" {
  for_each = toset([for kind in keys(local._more_statements) : kind if length(local._by_role[kind]) > 0])

  name = replace(each.key, "_", "-")
  role = aws_iam_role.this[0].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for statement in local._more_statements[each.key] : {
        for name, value in statement : name => value if length(value) > 0
      } if length(statement.Resource) > 0
    ]
  })
}

# Step Functions asks who starts an execution for its key.
resource "aws_iam_role_policy" "workflow_keys" {
  count = length(local._workflow_keys) == 0 ? 0 : 1

  name = "workflow-keys"
  role = aws_iam_role.this[0].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "UseWorkflowKeys"
      Effect   = "Allow"
      Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource = sort(toset(local._workflow_keys))
    }]
  })
}

resource "aws_lambda_permission" "this" {
  for_each = { for id, target in local.targets : id => target if target.function != null }

  # Lambda takes 100 characters.
  statement_id = (
    length(local._statement_ids[each.key]) <= 100 ? local._statement_ids[each.key] :
    "${substr(local._statement_ids[each.key], 0, 91)}-${substr(sha1(local._statement_ids[each.key]), 0, 8)}"
  )
  action         = "lambda:InvokeFunction"
  function_name  = each.value.function.name
  qualifier      = each.value.function.alias
  principal      = "events.amazonaws.com"
  source_arn     = local.rules[each.value.rule].arn
  source_account = local._account
}

# CloudWatch Logs takes no role from EventBridge, only such a policy, of which a region of an account has ten.
resource "aws_cloudwatch_log_resource_policy" "this" {
  count = length(local._log_groups) == 0 ? 0 : 1

  policy_name = "${var.name}-events"

  policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # With this call EventBridge does not say for which rule it makes it; an empty stream is all it can lead to.
        Sid       = "CreateStreams"
        Effect    = "Allow"
        Action    = "logs:CreateLogStream"
        Principal = { Service = ["delivery.logs.amazonaws.com", "events.amazonaws.com"] }
        Resource  = formatlist("%s:*", sort(local._log_groups))
      },
      {
        Sid       = "WriteEvents"
        Effect    = "Allow"
        Action    = "logs:PutLogEvents"
        Principal = { Service = ["delivery.logs.amazonaws.com", "events.amazonaws.com"] }
        Resource  = formatlist("%s:*", sort(local._log_groups))
        Condition = {
          ArnLike      = { "aws:SourceArn" = local.rules_pattern }
          StringEquals = { "aws:SourceAccount" = local._account }
        }
      },
    ]
  })
}
