# One local for each policy: Terraform waits for all that a local names, and the function must not wait for grants or sources.
locals {
  # Tracing and network interfaces have no resource level in IAM; the region is the narrowest there is.
  _own_region = { StringEquals = { "aws:RequestedRegion" = [local._region] } }

  _network_actions = [
    "ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
  ]

  service_statements = concat(
    [
      {
        Sid      = "Logs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["${local.log_group_arn}:*"]
      },
      {
        Sid       = "Tracing"
        Effect    = "Allow"
        Action    = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
        Resource  = ["*"]
        Condition = local._own_region
      },
    ],
    [for key in var.key[*] : {
      Sid      = "Key"
      Effect   = "Allow"
      Action   = ["kms:Decrypt"]
      Resource = [key.arn]
    }],
    [for network in var.network[*] : {
      Sid       = "Network"
      Effect    = "Allow"
      Action    = local._network_actions
      Resource  = ["*"]
      Condition = local._own_region
    }],
    # Lambda needs the network actions to run the function; the code it runs has no use for them.
    [for network in var.network[*] : {
      Sid       = "NetworkNotForCode"
      Effect    = "Deny"
      Action    = local._network_actions
      Resource  = ["*"]
      Condition = { ArnEquals = { "lambda:SourceFunctionArn" = [local.arn] } }
    }],
  )
}

# Lambda sends no source account or ARN when it takes the role, so the trust can't ask for one.
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
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "service" {
  #checkov:skip=CKV_AWS_290:tracing and network interfaces have no resource level in IAM
  #checkov:skip=CKV_AWS_355:tracing and network interfaces have no resource level in IAM
  name   = "service"
  role   = aws_iam_role.this.name
  policy = jsonencode({ Version = "2012-10-17", Statement = local.service_statements })
}

# A document, not jsonencode(): which actions it allows is seen in the first plan even when a grant's ARN is not known yet.
data "aws_iam_policy_document" "grants" {
  count = length(var.grants) > 0 ? 1 : 0

  dynamic "statement" {
    for_each = var.grants

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
  count = length(var.grants) > 0 ? 1 : 0

  name   = "grants"
  role   = aws_iam_role.this.name
  policy = data.aws_iam_policy_document.grants[0].json
}

resource "aws_iam_role_policy" "sources" {
  count = length(local.source_statements) > 0 ? 1 : 0

  name   = "sources"
  role   = aws_iam_role.this.name
  policy = jsonencode({ Version = "2012-10-17", Statement = local.source_statements })
}

resource "aws_iam_role_policy" "destinations" {
  count = length(local.destination_statements) > 0 ? 1 : 0

  name   = "destinations"
  role   = aws_iam_role.this.name
  policy = jsonencode({ Version = "2012-10-17", Statement = local.destination_statements })
}
