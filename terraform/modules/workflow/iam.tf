locals {
  # Neither log delivery nor tracing has a resource level in IAM; the region is the narrowest there is.
  _own_region = { StringEquals = { "aws:RequestedRegion" = [local._region] } }

  service_statements = [
    {
      Sid    = "LogDelivery"
      Effect = "Allow"
      Action = [
        "logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies",
        "logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery",
      ]
      Resource  = ["*"]
      Condition = local._own_region
    },
    {
      Sid    = "Tracing"
      Effect = "Allow"
      Action = [
        "xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments",
      ]
      Resource  = ["*"]
      Condition = local._own_region
    },
  ]

  _own_grants = { for label, key in { "own key" = var.key } : label => {
    actions    = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources  = [key.arn]
    conditions = {}
  } if key != null }

  granted = merge(local._own_grants, { for label, grant in var.grants : "grant ${label}" => grant })
}

resource "aws_iam_role" "this" {
  name                 = local.role_name
  path                 = var.role.path
  permissions_boundary = var.role.permissions_boundary
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "states.amazonaws.com" }
      Condition = {
        # Which of the two it is for a version or an alias, AWS does not say.
        ArnLike      = { "aws:SourceArn" = concat([local.arn], [for release in var.release[*] : "${local.arn}:*"]) }
        StringEquals = { "aws:SourceAccount" = local._account }
      }
    }]
  })
}

resource "aws_iam_role_policy" "service" {
  #checkov:skip=CKV_AWS_290:log delivery and tracing have no resource level in IAM
  #checkov:skip=CKV_AWS_355:log delivery and tracing have no resource level in IAM
  name   = "service"
  role   = aws_iam_role.this.name
  policy = jsonencode({ Version = "2012-10-17", Statement = local.service_statements })
}

# A document, not jsonencode(): which actions it allows is seen in the first plan even when an ARN is not known yet.
data "aws_iam_policy_document" "grants" {
  count = length(local.granted) > 0 ? 1 : 0

  dynamic "statement" {
    for_each = local.granted

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
  count = length(local.granted) > 0 ? 1 : 0

  name   = "grants"
  role   = aws_iam_role.this.name
  policy = data.aws_iam_policy_document.grants[0].json
}
