locals {
  # Neither log delivery nor tracing has a resource level in IAM; the region is the narrowest there is.
  _own_region = { StringEquals = { "aws:RequestedRegion" = [local._region] } }

  _own_grants = merge(
    {
      log_delivery = {
        actions = [
          "logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies",
          "logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery",
        ]
        resources  = ["*"]
        conditions = local._own_region
      }
      tracing = {
        actions = [
          "xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments",
        ]
        resources  = ["*"]
        conditions = local._own_region
      }
    },
    { for label in ["key"] : label => {
      actions    = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources  = [var.key.arn]
      conditions = {}
    } if var.key != null },
  )

  _statements = [
    for grant in concat(
      [for label, grant in local._own_grants : merge(grant, { sid = "own ${label}" })],
      [for label, grant in var.grants : merge(grant, { sid = "grant ${label}" })],
      ) : merge(
      {
        Sid      = replace(title(replace(grant.sid, "/[^0-9A-Za-z]+/", " ")), " ", "")
        Effect   = "Allow"
        Action   = sort(grant.actions)
        Resource = sort(grant.resources)
      },
      { for name, conditions in { Condition = grant.conditions } : name => conditions if length(conditions) > 0 },
    )
  ]
}

resource "aws_iam_role" "this" {
  name                 = "${var.name}-workflow"
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
        ArnEquals    = { "aws:SourceArn" = local.arn }
        StringEquals = { "aws:SourceAccount" = local._account }
      }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  #checkov:skip=CKV_AWS_290:log delivery and tracing have no resource level in IAM
  #checkov:skip=CKV_AWS_355:log delivery and tracing have no resource level in IAM
  name = "workflow"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = local._statements
  })
}
