# The real provider without a network: addresses, names, policies and limits are known at the plan.
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

override_data {
  target = data.aws_caller_identity.current
  values = { account_id = "111122223333" }
}

variables {
  name  = "demo"
  cidr  = "10.20.0.0/16"
  zones = ["eu-west-1a", "eu-west-1b"]
  tiers = {
    public = { kind = "public", cidr = "10.20.0.0/20" }
    app    = { kind = "private", cidr = "10.20.64.0/18" }
    data   = { kind = "isolated", cidr = "10.20.16.0/20" }
  }
}

run "safe_by_default" {
  command = plan

  assert {
    condition = { for key, subnet in aws_subnet.this : key => subnet.cidr_block } == {
      "app/eu-west-1a"    = "10.20.64.0/21"
      "app/eu-west-1b"    = "10.20.72.0/21"
      "data/eu-west-1a"   = "10.20.16.0/23"
      "data/eu-west-1b"   = "10.20.18.0/23"
      "public/eu-west-1a" = "10.20.0.0/23"
      "public/eu-west-1b" = "10.20.2.0/23"
    }
    error_message = "A subnet is not the eighth of its tier's block that its zone's letter says."
  }

  assert {
    condition     = length(aws_default_security_group.this.ingress) == 0 && length(aws_default_security_group.this.egress) == 0
    error_message = "The default security group has rules."
  }

  assert {
    condition     = alltrue([for subnet in aws_subnet.this : !subnet.map_public_ip_on_launch && !subnet.assign_ipv6_address_on_creation])
    error_message = "Something gets a public address without asking."
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 0 && length(aws_eip.nat) == 0 && keys(aws_route.internet) == ["public/eu-west-1a", "public/eu-west-1b"]
    error_message = "Without being asked, something but the public tier has a way out, or costs by the hour."
  }

  assert {
    condition     = keys(aws_vpc_endpoint.gateway) == ["dynamodb", "s3"] && length(aws_vpc_endpoint.interface) == 0 && length(aws_security_group.endpoints) == 0
    error_message = "The free endpoints are missing, or one that costs is there."
  }

  assert {
    condition = jsondecode(aws_vpc_endpoint.gateway["dynamodb"].policy) == {
      Version = "2012-10-17"
      Statement = [{
        Sid       = "OwnAccount"
        Effect    = "Allow"
        Principal = "*"
        Action    = "*"
        Resource  = "*"
        Condition = { StringEquals = { "aws:PrincipalAccount" = "111122223333" } }
      }]
    }
    error_message = "An endpoint lets other accounts' identities through."
  }

  assert {
    condition = jsondecode(aws_vpc_endpoint.gateway["s3"].policy).Statement[1] == {
      Sid       = "AwsBuckets"
      Effect    = "Allow"
      Principal = "*"
      Action    = "s3:GetObject"
      Resource = [
        "arn:aws:s3:::al2023-repos-eu-west-1-de612dc2/*", "arn:aws:s3:::amazon-ssm-eu-west-1/*", "arn:aws:s3:::aws-ssm-eu-west-1/*",
        "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*",
      ]
    }
    error_message = "Instances can't fetch packages or images through the endpoint of S3, or more than those."
  }

  assert {
    condition     = aws_flow_log.this[0].traffic_type == "ALL" && aws_flow_log.this[0].log_destination == "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/vpc-flow-logs/demo"
    error_message = "Flow logs are off, or write elsewhere."
  }

  assert {
    condition     = aws_cloudwatch_log_group.flow[0].retention_in_days == 30
    error_message = "Flow logs have no end."
  }

  assert {
    condition = jsondecode(aws_iam_role.flow[0].assume_role_policy) == {
      Version = "2012-10-17"
      Statement = [{
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { Service = "vpc-flow-logs.amazonaws.com" }
        Condition = {
          ArnLike      = { "aws:SourceArn" = "arn:aws:ec2:eu-west-1:111122223333:vpc-flow-log/*" }
          StringEquals = { "aws:SourceAccount" = "111122223333" }
        }
      }]
    }
    error_message = "Another account's flow log may use the role."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.flow[0].policy) == {
      Version = "2012-10-17"
      Statement = [
        {
          Sid      = "Write"
          Effect   = "Allow"
          Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
          Resource = ["arn:aws:logs:eu-west-1:111122223333:log-group:/aws/vpc-flow-logs/demo:*"]
        },
        {
          Sid      = "Find"
          Effect   = "Allow"
          Action   = ["logs:DescribeLogGroups"]
          Resource = ["arn:aws:logs:eu-west-1:111122223333:log-group:*"]
        },
      ]
    }
    error_message = "The role may write to more than the flow logs' group, or to less."
  }

  assert {
    condition     = { for name, tier in output.tiers : name => tier.egress } == { app = "endpoints", data = "endpoints", public = "internet" }
    error_message = "A tier does not say how it reaches out."
  }

  assert {
    condition     = keys(aws_vpc_security_group_egress_rule.egress) == ["ipv4"] && output.tiers.app.cidrs == { "eu-west-1a" = "10.20.64.0/21", "eu-west-1b" = "10.20.72.0/21" }
    error_message = "The group has more rules than one way out, or a tier's addresses are not known at the first plan."
  }
}

run "a_zone_more_moves_nothing" {
  command = plan

  variables {
    zones = ["eu-west-1c", "eu-west-1a", "eu-west-1b"]
    tiers = {
      aaa    = { kind = "isolated", cidr = "10.20.32.0/20" }
      public = { kind = "public", cidr = "10.20.0.0/20" }
      app    = { kind = "private", cidr = "10.20.64.0/18" }
      data   = { kind = "isolated", cidr = "10.20.16.0/20" }
    }
  }

  assert {
    condition = length(aws_subnet.this) == 12 && { for key, subnet in aws_subnet.this : key => subnet.cidr_block if !startswith(key, "aaa") && !endswith(key, "c") } == {
      "app/eu-west-1a"    = "10.20.64.0/21"
      "app/eu-west-1b"    = "10.20.72.0/21"
      "data/eu-west-1a"   = "10.20.16.0/23"
      "data/eu-west-1b"   = "10.20.18.0/23"
      "public/eu-west-1a" = "10.20.0.0/23"
      "public/eu-west-1b" = "10.20.2.0/23"
    }
    error_message = "A zone or a tier that comes before the others moves their addresses."
  }

  assert {
    condition     = aws_subnet.this["app/eu-west-1c"].cidr_block == "10.20.80.0/21"
    error_message = "The new zone's subnet is not the one of its letter."
  }
}

run "endpoints_in_a_tier_of_several" {
  command = plan

  variables {
    endpoints = { gateway = [], interface = ["sqs"], tier = "data" }
  }

  assert {
    condition     = local._endpoint_tier == "data" && length(aws_vpc_endpoint.interface["sqs"].subnet_ids) == 2 && length(aws_vpc_endpoint.gateway) == 0
    error_message = "The endpoint does not stand in the tier that was named."
  }

  override_resource {
    target          = aws_subnet.this["data/eu-west-1a"]
    override_during = plan
    values          = { id = "subnet-a" }
  }

  override_resource {
    target          = aws_subnet.this["data/eu-west-1b"]
    override_during = plan
    values          = { id = "subnet-b" }
  }
}

run "a_single_way_out" {
  command = plan

  variables {
    nat    = "single"
    alarms = { actions = ["arn:aws:sns:eu-west-1:111122223333:ops"], overrides = { drops_eu-west-1a = { enabled = false }, ports_eu-west-1a = { threshold = 10 } } }
  }

  assert {
    condition     = keys(aws_nat_gateway.this) == ["eu-west-1a"] && keys(aws_eip.nat) == ["eu-west-1a"]
    error_message = "There is not one gateway, in the first zone."
  }

  assert {
    condition     = keys(aws_route.internet) == ["app/eu-west-1a", "app/eu-west-1b", "public/eu-west-1a", "public/eu-west-1b"]
    error_message = "A private tier has no way out, or an isolated one has."
  }

  assert {
    condition     = output.tiers.app.egress == "nat" && output.tiers.data.egress == "endpoints"
    error_message = "A tier does not say how it reaches out."
  }

  assert {
    condition     = keys(aws_cloudwatch_metric_alarm.this) == ["ports_eu-west-1a"] && aws_cloudwatch_metric_alarm.this["ports_eu-west-1a"].threshold == 10
    error_message = "Overrides of alarms are not kept."
  }
}

run "a_way_out_in_each_zone" {
  command = plan

  variables {
    nat = "per_az"
  }

  assert {
    condition     = keys(aws_nat_gateway.this) == ["eu-west-1a", "eu-west-1b"] && keys(aws_cloudwatch_metric_alarm.this) == ["drops_eu-west-1a", "drops_eu-west-1b", "ports_eu-west-1a", "ports_eu-west-1b"]
    error_message = "Not each zone has a gateway under its own name, with its alarms."
  }
}

run "no_way_out_but_endpoints" {
  command = plan

  variables {
    tiers = { app = { kind = "isolated", cidr = "10.20.64.0/18" } }
    endpoints = {
      interface = ["sqs", "execute-api", "secretsmanager"]
      policies  = { secretsmanager = jsonencode({ Version = "2012-10-17", Statement = [] }) }
    }
    flow_logs = null
    key       = { arn = "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555" }
  }

  assert {
    condition     = length(aws_internet_gateway.this) == 0 && length(aws_route.internet) == 0
    error_message = "There is a way out that nobody asked for."
  }

  assert {
    condition     = alltrue([for endpoint in aws_vpc_endpoint.interface : endpoint.private_dns_enabled]) && aws_vpc_endpoint.interface["sqs"].service_name == "com.amazonaws.eu-west-1.sqs"
    error_message = "The service's own name does not lead to the endpoint."
  }

  assert {
    condition     = jsondecode(aws_vpc_endpoint.interface["sqs"].policy).Statement[0].Condition.StringEquals["aws:PrincipalAccount"] == "111122223333"
    error_message = "An interface endpoint lets other accounts' identities through."
  }

  assert {
    condition     = jsondecode(aws_vpc_endpoint.interface["secretsmanager"].policy).Statement == []
    error_message = "The caller's policy does not replace the module's."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.endpoints[0].cidr_ipv4 == "10.20.0.0/16" && aws_vpc_security_group_ingress_rule.endpoints[0].from_port == 443 && aws_vpc_security_group_ingress_rule.endpoints[0].to_port == 443
    error_message = "The endpoints can be reached from elsewhere, or on more than TLS's port."
  }

  assert {
    condition     = length(aws_flow_log.this) == 0 && length(aws_iam_role.flow) == 0 && output.log_group == null
    error_message = "Something of the flow logs is left without them."
  }
}

run "own_addresses_and_ipv6" {
  command = plan

  variables {
    nat = "single"
    tiers = {
      public = { kind = "public", subnets = { eu-west-1a = "10.20.0.0/26" }, ipv6 = 0 }
      app    = { kind = "private", cidr = "10.20.64.0/18", ipv6 = 1 }
      data   = { kind = "isolated", subnets = { eu-west-1a = "10.20.1.0/28", eu-west-1b = "10.20.1.16/28" } }
    }
  }

  override_resource {
    target          = aws_vpc.this
    override_during = plan
    values          = { ipv6_cidr_block = "2a05:d018:abc:de00::/56" }
  }

  assert {
    condition     = aws_subnet.this["data/eu-west-1b"].cidr_block == "10.20.1.16/28" && !contains(keys(aws_subnet.this), "public/eu-west-1b")
    error_message = "A tier does not keep the addresses it states."
  }

  assert {
    condition     = aws_vpc.this.assign_generated_ipv6_cidr_block && aws_subnet.this["public/eu-west-1a"].ipv6_cidr_block == "2a05:d018:abc:de00::/64" && aws_subnet.this["app/eu-west-1b"].ipv6_cidr_block == "2a05:d018:abc:de09::/64"
    error_message = "A subnet's IPv6 addresses do not follow from its tier's number and its zone's letter."
  }

  assert {
    condition     = keys(aws_route.internet_ipv6) == ["app/eu-west-1a", "app/eu-west-1b", "public/eu-west-1a"] && length(aws_egress_only_internet_gateway.this) == 1
    error_message = "A tier with IPv6 has no way out by it, or an isolated one has."
  }

  assert {
    condition     = keys(aws_vpc_security_group_egress_rule.egress) == ["ipv4", "ipv6"] && output.tiers.app.ipv6 && !output.tiers.data.ipv6
    error_message = "The group or the tier knows nothing of IPv6."
  }
}
