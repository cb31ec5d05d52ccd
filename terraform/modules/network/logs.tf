locals {
  log_group     = "/aws/vpc-flow-logs/${var.name}"
  log_group_arn = "arn:${local._partition}:logs:${local._region}:${local._account}:log-group:${local.log_group}"
}

resource "aws_cloudwatch_log_group" "flow" {
  #checkov:skip=CKV_AWS_158:CloudWatch Logs encrypts with its own key; a customer key is used when `key` is given
  #checkov:skip=CKV_AWS_338:how long logs are kept is the caller's to say (log_retention_days)
  count = var.flow_logs == null ? 0 : 1

  name              = local.log_group
  kms_key_id        = try(var.key.arn, null)
  retention_in_days = var.log_retention_days
  tags              = var.tags
}

resource "aws_iam_role" "flow" {
  count = var.flow_logs == null ? 0 : 1

  name                 = "${var.name}-flow-logs"
  path                 = var.role.path
  permissions_boundary = var.role.permissions_boundary
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "vpc-flow-logs.amazonaws.com" }
      Condition = {
        ArnLike      = { "aws:SourceArn" = "arn:${local._partition}:ec2:${local._region}:${local._account}:vpc-flow-log/*" }
        StringEquals = { "aws:SourceAccount" = local._account }
      }
    }]
  })
}

resource "aws_iam_role_policy" "flow" {
  count = var.flow_logs == null ? 0 : 1

  name = "logs"
  role = aws_iam_role.flow[0].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Write"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        Resource = ["${local.log_group_arn}:*"]
      },
      {
        Sid      = "Find"
        Effect   = "Allow"
        Action   = ["logs:DescribeLogGroups"]
        Resource = ["arn:${local._partition}:logs:${local._region}:${local._account}:log-group:*"]
      },
    ]
  })
}

resource "aws_flow_log" "this" {
  count = var.flow_logs == null ? 0 : 1

  vpc_id                   = aws_vpc.this.id
  traffic_type             = var.flow_logs.traffic
  max_aggregation_interval = var.flow_logs.aggregation_seconds
  log_destination_type     = "cloud-watch-logs"
  log_destination          = local.log_group_arn
  iam_role_arn             = aws_iam_role.flow[0].arn
  tags                     = merge(var.tags, { Name = var.name })

  depends_on = [aws_cloudwatch_log_group.flow, aws_iam_role_policy.flow]
}
