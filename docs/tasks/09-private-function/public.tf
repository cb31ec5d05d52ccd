module "network" {
  source  = "terraform-aws-modules/vpc/aws"
  version = "6.6.0"

  name                                            = "shop"
  cidr                                            = "10.20.0.0/20"
  azs                                             = ["eu-west-1a", "eu-west-1b"]
  intra_subnets                                   = ["10.20.0.0/24", "10.20.1.0/24"]
  enable_flow_log                                 = true
  create_flow_log_cloudwatch_log_group            = true
  create_flow_log_cloudwatch_iam_role             = true
  flow_log_cloudwatch_log_group_retention_in_days = 30
}

module "endpoints" {
  source  = "terraform-aws-modules/vpc/aws//modules/vpc-endpoints"
  version = "6.6.0"

  vpc_id                = module.network.vpc_id
  create_security_group = true
  security_group_name   = "shop-endpoints"

  security_group_rules = {
    https = { cidr_blocks = [module.network.vpc_cidr_block] }
  }

  endpoints = {
    dynamodb = {
      service         = "dynamodb"
      service_type    = "Gateway"
      route_table_ids = module.network.intra_route_table_ids
    }
    sqs = {
      service             = "sqs"
      private_dns_enabled = true
      subnet_ids          = module.network.intra_subnets
    }
  }
}

resource "aws_security_group" "work" {
  name   = "shop-work"
  vpc_id = module.network.vpc_id
}

resource "aws_vpc_security_group_egress_rule" "work" {
  security_group_id = aws_security_group.work.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

module "work" {
  source  = "terraform-aws-modules/lambda/aws"
  version = "8.8.1"

  function_name                     = "shop-work"
  handler                           = "app.handler"
  runtime                           = "python3.13"
  architectures                     = ["arm64"]
  timeout                           = 30
  create_package                    = false
  local_existing_package            = "build/work.zip"
  publish                           = true
  tracing_mode                      = "Active"
  attach_tracing_policy             = true
  cloudwatch_logs_retention_in_days = 30
  vpc_subnet_ids                    = module.network.intra_subnets
  vpc_security_group_ids            = [aws_security_group.work.id]
  attach_network_policy             = true
}
