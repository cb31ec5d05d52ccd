locals {
  # Where the interface endpoints stand: the tier that is named, or the only one that is not public.
  _inner         = [for name, tier in var.tiers : name if tier.kind != "public"]
  _endpoint_tier = var.endpoints.tier != null ? var.endpoints.tier : try(one(local._inner), null)

  # Services with a policy of their own on an endpoint, all of whose requests are signed. The others are left open: some
  # take no policy (email-smtp), some are called without credentials (execute-api, cognito-idp, sts with a web identity),
  # and of the rest it is not known here.
  _signed = [
    "autoscaling", "dynamodb", "ec2", "ecr.api", "ecr.dkr", "ecs", "elasticloadbalancing", "events", "kinesis-firehose",
    "kinesis-streams", "kms", "lambda", "logs", "monitoring", "s3", "scheduler", "secretsmanager", "sns", "sqs", "ssm", "states",
    "sync-states",
  ]

  _own_account = {
    Sid       = "OwnAccount"
    Effect    = "Allow"
    Principal = "*"
    Action    = "*"
    Resource  = "*"
    Condition = { StringEquals = { "aws:PrincipalAccount" = local._account } }
  }

  # What instances fetch of AWS's buckets without, or with somebody else's, credentials.
  _aws_buckets = {
    Sid       = "AwsBuckets"
    Effect    = "Allow"
    Principal = "*"
    Action    = "s3:GetObject"
    Resource = [
      for bucket in [
        "al2023-repos-${local._region}-de612dc2", "amazon-ssm-${local._region}", "aws-ssm-${local._region}", "prod-${local._region}-starport-layer-bucket",
      ] :
      "arn:${local._partition}:s3:::${bucket}/*"
    ]
  }

  _endpoint_policies = {
    for name in setunion(var.endpoints.gateway, var.endpoints.interface) : name => contains(local._signed, name) ? jsonencode({
      Version   = "2012-10-17"
      Statement = concat([local._own_account], name == "s3" ? [local._aws_buckets] : [])
    }) : null
  }
  endpoint_policies = merge(local._endpoint_policies, var.endpoints.policies)
}

resource "aws_vpc_endpoint" "gateway" {
  for_each = var.endpoints.gateway

  vpc_id            = aws_vpc.this.id
  vpc_endpoint_type = "Gateway"
  service_name      = "com.amazonaws.${local._region}.${each.key}"
  policy            = local.endpoint_policies[each.key]
  route_table_ids   = [for table in aws_route_table.this : table.id]
  tags              = merge(var.tags, { Name = "${var.name}-${each.key}" })
}

resource "aws_vpc_endpoint" "interface" {
  for_each = var.endpoints.interface

  vpc_id              = aws_vpc.this.id
  vpc_endpoint_type   = "Interface"
  service_name        = "com.amazonaws.${local._region}.${each.key}"
  policy              = local.endpoint_policies[each.key]
  private_dns_enabled = true
  security_group_ids  = [aws_security_group.endpoints[0].id]
  subnet_ids          = [for key, subnet in local.subnets : aws_subnet.this[key].id if subnet.tier == local._endpoint_tier]
  tags                = merge(var.tags, { Name = "${var.name}-${each.key}" })
}

resource "aws_security_group" "endpoints" {
  count = length(var.endpoints.interface) > 0 ? 1 : 0

  name        = "${var.name}-endpoints"
  description = "Interface endpoints, reached from within the network"
  vpc_id      = aws_vpc.this.id
  tags        = merge(var.tags, { Name = "${var.name}-endpoints" })
}

resource "aws_vpc_security_group_ingress_rule" "endpoints" {
  count = length(var.endpoints.interface) > 0 ? 1 : 0

  security_group_id = aws_security_group.endpoints[0].id
  description       = "TLS from within the network"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = aws_vpc.this.cidr_block
  tags              = var.tags
}
