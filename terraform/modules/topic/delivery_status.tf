# What became of each delivery, as SNS tells it: of the log groups it names itself, made here so that they have an end.
locals {
  _status_kinds = ["delivery_stream", "function", "https", "push", "queue"]
  _status_roles = {
    for kind in local._status_kinds : kind => contains(keys(var.delivery_status), kind) ? one(aws_iam_role.delivery_status[*].arn) : null
  }
  _status_rates = { for kind in local._status_kinds : kind => try(var.delivery_status[kind].success_percent, null) }

  _status_group = "sns/${local._region}/${local._account}/${local.name}"
  log_groups    = length(var.delivery_status) == 0 ? {} : { failure = "${local._status_group}/Failure", success = local._status_group }
}

resource "aws_cloudwatch_log_group" "delivery_status" {
  #checkov:skip=CKV_AWS_158:CloudWatch Logs encrypts with its own key; SNS names no key for the logs it writes
  #checkov:skip=CKV_AWS_338:how long logs are kept is the caller's to say (log_retention_days)
  for_each = local.log_groups

  name              = each.value
  retention_in_days = var.log_retention_days
  skip_destroy      = false
  tags              = var.tags
}

resource "aws_iam_role" "delivery_status" {
  count = length(var.delivery_status) == 0 ? 0 : 1

  name                 = "${var.name}-delivery-status"
  path                 = var.role.path
  permissions_boundary = var.role.permissions_boundary
  tags                 = var.tags

  assume_role_policy = local._trust
}

resource "aws_iam_role_policy" "delivery_status" {
  count = length(var.delivery_status) == 0 ? 0 : 1

  name = "logs"
  role = aws_iam_role.delivery_status[0].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Action = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = [
        for label in ["failure", "success"] : "arn:${local._partition}:logs:${local._region}:${local._account}:log-group:${local.log_groups[label]}:*"
      ]
    }]
  })
}
