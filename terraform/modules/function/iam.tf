# One local for each policy: Terraform waits for all that a local names, and the function must not wait for grants or sources.
# Keys have a policy of their own: the ARN of one made in the same plan is not known yet, and would hide all that stands beside it.
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
  name                 = local.role_name
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

  # Of a function made with the first release, what moves to the other policy must be there before it goes from this one.
  depends_on = [aws_iam_role_policy.keys]
}

locals {
  # The function waits for the first of these, and must not wait for its sources and destinations.
  own_keys = { for label, grant in {
    key            = { key = var.key, actions = ["kms:Decrypt"] }
    "dead letters" = { key = one(local._dead_letters[*].key), actions = ["kms:Decrypt", "kms:GenerateDataKey"] }
  } : label => grant if grant.key != null }

  other_keys = { for label, grant in merge(
    { for label, key in local._destination_keys : "to ${label}" => { key = key, actions = ["kms:Decrypt", "kms:GenerateDataKey"] } },
    { for label, key in local._source_keys : "from ${label}" => { key = key, actions = ["kms:Decrypt"] } },
  ) : label => grant if grant.key != null }
}

# Documents, not jsonencode(): which actions they allow is seen in the first plan even when an ARN is not known yet.
data "aws_iam_policy_document" "keys" {
  count = length(local.own_keys) > 0 ? 1 : 0

  dynamic "statement" {
    for_each = local.own_keys

    content {
      sid       = replace(title(replace(statement.key, "/[^0-9A-Za-z]+/", " ")), " ", "")
      actions   = statement.value.actions
      resources = [statement.value.key.arn]
    }
  }
}

resource "aws_iam_role_policy" "keys" {
  count = length(local.own_keys) > 0 ? 1 : 0

  name   = "keys"
  role   = aws_iam_role.this.name
  policy = data.aws_iam_policy_document.keys[0].json
}

data "aws_iam_policy_document" "other_keys" {
  count = length(local.other_keys) > 0 ? 1 : 0

  dynamic "statement" {
    for_each = local.other_keys

    content {
      sid       = replace(title(replace(statement.key, "/[^0-9A-Za-z]+/", " ")), " ", "")
      actions   = statement.value.actions
      resources = [statement.value.key.arn]
    }
  }
}

resource "aws_iam_role_policy" "other_keys" {
  count = length(local.other_keys) > 0 ? 1 : 0

  name   = "keys-of-others"
  role   = aws_iam_role.this.name
  policy = data.aws_iam_policy_document.other_keys[0].json
}

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

  depends_on = [aws_iam_role_policy.other_keys]
}

resource "aws_iam_role_policy" "destinations" {
  count = length(local.destination_statements) > 0 ? 1 : 0

  name   = "destinations"
  role   = aws_iam_role.this.name
  policy = jsonencode({ Version = "2012-10-17", Statement = local.destination_statements })

  depends_on = [aws_iam_role_policy.other_keys]
}

resource "aws_iam_role_policy" "dead_letters" {
  count = length(local.dead_letter_statements) > 0 ? 1 : 0

  name   = "dead-letters"
  role   = aws_iam_role.this.name
  policy = jsonencode({ Version = "2012-10-17", Statement = local.dead_letter_statements })
}
