# AWS services that API Gateway calls itself, with a role that may do just that.
locals {
  _queue_calls = {
    for key, route in local.direct : key => {
      subtype = "SQS-SendMessage"
      parameters = {
        QueueUrl               = route.queue.url
        MessageBody            = route.queue.body
        MessageGroupId         = route.queue.group_id
        MessageDeduplicationId = route.queue.deduplication_id
      }
    } if route.queue != null
  }
  _bus_calls = {
    for key, route in local.direct : key => {
      subtype = "EventBridge-PutEvents"
      parameters = {
        EventBusName = route.bus.arn
        Source       = route.bus.source
        DetailType   = route.bus.detail_type
        Detail       = route.bus.detail
      }
    } if route.bus != null
  }
  _workflow_calls = {
    for key, route in local.direct : key => {
      subtype = route.workflow.sync ? "StepFunctions-StartSyncExecution" : "StepFunctions-StartExecution"
      parameters = {
        StateMachineArn = coalesce(route.workflow.alias_arn, route.workflow.arn)
        Input           = route.workflow.input
        Name            = route.workflow.execution_name
      }
    } if route.workflow != null
  }
  _stream_calls = {
    for key, route in local.direct : key => {
      subtype = "Kinesis-PutRecord"
      parameters = {
        StreamName   = route.stream.name
        Data         = route.stream.data
        PartitionKey = route.stream.partition_key
      }
    } if route.stream != null
  }
  direct_calls = merge(local._queue_calls, local._bus_calls, local._workflow_calls, local._stream_calls)

  parameters = {
    for key in keys(var.routes) : key => merge(local._request_mappings[key], {
      for name, value in try(local.direct_calls[key].parameters, {}) : name => value if value != null
    })
  }

  # One statement for each action; the keys of queues, streams and workflows with theirs.
  _targets = {
    "events:PutEvents"          = [for route in values(local.direct) : route.bus.arn if route.bus != null]
    "kinesis:PutRecord"         = [for route in values(local.direct) : route.stream.arn if route.stream != null]
    "sqs:SendMessage"           = [for route in values(local.direct) : route.queue.arn if route.queue != null]
    "states:StartExecution"     = [for workflow in local._whole_workflows : workflow.arn if !workflow.sync]
    "states:StartSyncExecution" = [for workflow in local._whole_workflows : workflow.arn if workflow.sync]
  }
  # IAM names the state machine, whatever is started of it, and tells the alias by a condition. One statement for each name of an
  # alias: in one for all, each state machine's aliases could be started by the others' names too.
  _workflows       = [for route in values(local.direct) : route.workflow if route.workflow != null]
  _whole_workflows = [for workflow in local._workflows : workflow if workflow.alias_arn == null]
  _released        = [for workflow in local._workflows : workflow if workflow.alias_arn != null]
  _aliases = {
    for workflow in local._released : "states:Start${workflow.sync ? "Sync" : ""}Execution ${reverse(split(":", workflow.alias_arn))[0]}" => workflow.arn...
  }
  _keys = flatten([
    for route in values(local.direct) : [for target in [route.queue, route.stream, route.workflow] : target.key.arn if target == null ? false : target.key != null]
  ])

  role_name = "${var.name}-api"
  role_arn  = "arn:${local._partition}:iam::${local._account}:role${var.role.path}${local.role_name}"
}

resource "aws_iam_role" "this" {
  count = length(local.direct) == 0 ? 0 : 1

  name                 = local.role_name
  path                 = var.role.path
  permissions_boundary = var.role.permissions_boundary
  tags                 = var.tags

  # API Gateway takes only roles of its own account and sends no source account with them today (a condition that must hold
  # turns every call away with 500); the condition binds on the day it does.
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "apigateway.amazonaws.com" }
      Condition = { StringEqualsIfExists = { "aws:SourceAccount" = local._account } }
    }]
  })
}

# A document, not jsonencode(): which actions it allows is seen in the first plan even when an ARN is not known yet.
data "aws_iam_policy_document" "direct" {
  count = length(local.direct) == 0 ? 0 : 1

  dynamic "statement" {
    for_each = { for action, arns in local._targets : action => arns if length(arns) > 0 }

    content {
      sid       = split(":", statement.key)[1]
      actions   = [statement.key]
      resources = statement.value
    }
  }

  dynamic "statement" {
    for_each = local._aliases

    content {
      sid       = replace(title(replace(trimprefix(statement.key, "states:"), "/[^0-9A-Za-z]+/", " ")), " ", "")
      actions   = [split(" ", statement.key)[0]]
      resources = statement.value

      condition {
        test     = "StringEquals"
        variable = "states:StateMachineQualifier"
        values   = [split(" ", statement.key)[1]]
      }
    }
  }

  dynamic "statement" {
    for_each = length(local._keys) == 0 ? [] : [local._keys]

    content {
      sid       = "Keys"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = statement.value
    }
  }
}

resource "aws_iam_role_policy" "direct" {
  count = length(local.direct) == 0 ? 0 : 1

  name   = "direct"
  role   = aws_iam_role.this[0].name
  policy = data.aws_iam_policy_document.direct[0].json
}
