# One local for each policy: Terraform waits for all that a local names.
locals {
  heartbeat = { namespace = "eventyard", metric = "Heartbeat" }

  # Session Manager and metrics have no resource level in IAM; the region is the narrowest there is.
  _own_region = { StringEquals = { "aws:RequestedRegion" = [local._region] } }

  service_statements = [
    {
      Sid    = "Queue"
      Effect = "Allow"
      Action = [
        "sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage",
      ]
      Resource = [var.queue.arn]
    },
    {
      Sid    = "OwnGroup"
      Effect = "Allow"
      Action = [
        "autoscaling:CompleteLifecycleAction", "autoscaling:RecordLifecycleActionHeartbeat", "autoscaling:SetInstanceHealth",
        "autoscaling:SetInstanceProtection",
      ]
      Resource = [local.group_arn]
    },
    {
      Sid      = "Logs"
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
      Resource = ["${local.log_group_arn}:*"]
    },
    {
      Sid       = "Heartbeat"
      Effect    = "Allow"
      Action    = ["cloudwatch:PutMetricData"]
      Resource  = ["*"]
      Condition = { StringEquals = { "cloudwatch:namespace" = [local.heartbeat.namespace] } }
    },
    {
      Sid    = "SessionManager"
      Effect = "Allow"
      Action = [
        "ssm:UpdateInstanceInformation", "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
      ]
      Resource  = ["*"]
      Condition = local._own_region
    },
  ]

  _queue_key = {
    for key in var.queue.key[*] : "queue key" => {
      actions    = toset(["kms:Decrypt"])
      resources  = toset([key.arn])
      conditions = { StringEquals = { "kms:ViaService" = ["sqs.${local._region}.${data.aws_partition.current.dns_suffix}"] } }
    }
  }
  grants = merge(local._queue_key, var.grants)
}

# EC2 takes the role for instances of its own account alone, and sends no source account.
resource "aws_iam_role" "this" {
  name                 = var.name
  path                 = var.role.path
  permissions_boundary = var.role.permissions_boundary
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_instance_profile" "this" {
  name = var.name
  path = var.role.path
  role = aws_iam_role.this.name
  tags = var.tags
}

resource "aws_iam_role_policy" "service" {
  #checkov:skip=CKV_AWS_290:Session Manager and metrics have no resource level in IAM
  #checkov:skip=CKV_AWS_355:Session Manager and metrics have no resource level in IAM
  name   = "service"
  role   = aws_iam_role.this.name
  policy = jsonencode({ Version = "2012-10-17", Statement = local.service_statements })
}

# A document, not jsonencode(): which actions it allows is seen in the first plan even when a grant's ARN is not known yet.
data "aws_iam_policy_document" "grants" {
  count = length(local.grants) > 0 ? 1 : 0

  dynamic "statement" {
    for_each = local.grants

    content {
      sid       = replace(title(replace(statement.key, "/[^0-9A-Za-z]+/", " ")), " ", "")
      actions   = statement.value.actions
      resources = statement.value.resources

      dynamic "condition" {
        for_each = merge([
          for operator, keys in statement.value.conditions : {
            for key, values in keys : "${operator} ${key}" => { test = operator, variable = key, values = values }
          }
        ]...)

        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}

resource "aws_iam_role_policy" "grants" {
  count = length(local.grants) > 0 ? 1 : 0

  name   = "grants"
  role   = aws_iam_role.this.name
  policy = data.aws_iam_policy_document.grants[0].json
}
