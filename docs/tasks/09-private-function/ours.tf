# A function in private subnets that reaches SQS and DynamoDB, and nothing else
module "network" {
  source    = "git::https://example.com/eventyard.git//terraform/modules/network?ref=v0.2.0"
  name      = "shop"
  cidr      = "10.20.0.0/20"
  zones     = ["eu-west-1a", "eu-west-1b"]
  tiers     = { work = { kind = "isolated", cidr = "10.20.0.0/22" } }
  endpoints = { gateway = ["dynamodb"], interface = ["sqs"] }
}

module "work" {
  source  = "git::https://example.com/eventyard.git//terraform/modules/function?ref=v0.2.0"
  name    = "shop-work"
  code    = { filename = "build/work.zip", hash = "1", handler = "app.handler", runtime = "python3.13" }
  network = module.network.tiers["work"]
}
