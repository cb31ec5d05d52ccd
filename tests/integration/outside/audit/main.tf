# Another team, another state: a consumer on the shop's bus.
terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7.0"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
}

variable "bus" {
  description = "The shop's bus, as its state gives it."
  type        = object({ name = string, arn = string })
}

module "refunds" {
  source           = "KIT/terraform/modules/queue?ref=TAG"
  name             = "audit-refunds"
  consumer_timeout = 30
  senders          = { shop = module.on_shop.sender }
}

module "on_shop" {
  source = "KIT/terraform/modules/event-bus?ref=TAG"
  name   = "audit-on-shop"
  bus    = var.bus

  rules = {
    refunded = {
      pattern = jsonencode({ source = ["shop"], detail-type = ["Refunded"], detail = { total = [{ numeric = [">=", 100] }] } })
      targets = { refunds = { queue = module.refunds.queue, input_path = "$.detail" } }
    }
  }
}

output "refunds" {
  value = module.refunds.queue.url
}
