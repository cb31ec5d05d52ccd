resource "aws_lambda_permission" "operation" {
  for_each = local.functions

  # Named by its operation; AWS takes 100 letters, digits, hyphens and underscores. What tells long paths apart is not cut off.
  statement_id   = "${substr("${var.name}-${trim(replace(each.key, "/[^A-Za-z0-9_]+/", "-"), "-")}", 0, 93)}-${substr(sha1(each.key), 0, 6)}"
  action         = "lambda:InvokeFunction"
  function_name  = var.functions[each.value].name
  qualifier      = var.functions[each.value].alias
  principal      = "apigateway.amazonaws.com"
  source_account = local._account
  source_arn     = "${local.execution_arn}/${local._operation_paths[each.key]}"
}

resource "aws_lambda_permission" "authorizer" {
  for_each = { for name, authorizer in var.authorizers : name => authorizer.function if authorizer.function != null }

  statement_id   = length("${var.name}-authorizer-${each.key}") <= 100 ? "${var.name}-authorizer-${each.key}" : "${substr("${var.name}-authorizer-${each.key}", 0, 93)}-${substr(sha1(each.key), 0, 6)}"
  action         = "lambda:InvokeFunction"
  function_name  = each.value.name
  qualifier      = each.value.alias
  principal      = "apigateway.amazonaws.com"
  source_account = local._account
  source_arn     = "${local.execution_arn}/authorizers/*" # an imported authoriser's id is not Terraform's to know
}

locals {
  role_name = "${var.name}-api"
  role_arn  = "arn:${local._partition}:iam::${local._account}:role${var.role.path}${local.role_name}"
}

resource "aws_iam_role" "this" {
  count = length(var.grants) == 0 ? 0 : 1

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

# A document, not jsonencode(): which actions it allows is seen in the first plan even when a grant's ARN is not known yet.
data "aws_iam_policy_document" "grants" {
  count = length(var.grants) == 0 ? 0 : 1

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
  count = length(var.grants) == 0 ? 0 : 1

  name   = "grants"
  role   = aws_iam_role.this[0].name
  policy = data.aws_iam_policy_document.grants[0].json
}
