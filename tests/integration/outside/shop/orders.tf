# topic → one queue for each kind of order → a function in the network, and a public one beside it → a table

module "network" {
  source    = "KIT/terraform/modules/network?ref=TAG"
  name      = "shop"
  cidr      = "10.20.0.0/20"
  zones     = ["eu-west-1a", "eu-west-1b"]
  endpoints = { gateway = ["dynamodb"], interface = ["sqs"] }
  tiers     = { work = { kind = "isolated", cidr = "10.20.0.0/22" } }
}

module "orders" {
  source = "KIT/terraform/modules/topic?ref=TAG"
  name   = "shop-orders"

  subscriptions = {
    parcels = { queue = module.parcels.queue, raw = true, filter = { pattern = jsonencode({ kind = ["parcel"] }), on = "attributes" } }
    letters = { queue = module.letters.queue, raw = true, filter = { pattern = jsonencode({ grams = [{ numeric = ["<", 100] }] }), on = "body" } }
  }
}

module "parcels" {
  source           = "KIT/terraform/modules/queue?ref=TAG"
  name             = "shop-parcels"
  consumer_timeout = 3
  max_receives     = 1
  senders          = { orders = module.orders.sender }
}

module "letters" {
  source           = "KIT/terraform/modules/queue?ref=TAG"
  name             = "shop-letters"
  consumer_timeout = 30
  senders          = { orders = module.orders.sender }
}

module "done" {
  source  = "KIT/terraform/modules/table?ref=TAG"
  name    = "shop-done"
  keys    = { partition = { name = "id", type = "S" } }
  protect = false
}

module "pack" {
  source          = "KIT/terraform/modules/function?ref=TAG"
  name            = "shop-pack"
  code            = local.code.pack
  timeout_seconds = 3
  environment     = { TABLE = module.done.table.name }
  network         = module.network.tiers["work"]
  sources         = { parcels = { queue = module.parcels.queue } }
  grants          = { done = module.done.grants.write }
}

module "post" {
  source      = "KIT/terraform/modules/function?ref=TAG"
  name        = "shop-post"
  code        = local.code.post
  environment = { TABLE = module.done.table.name }
  sources     = { letters = { queue = module.letters.queue } }
  grants      = { done = module.done.grants.write }
}

output "orders" {
  value = module.orders.topic.arn
}

output "done" {
  value = module.done.table.name
}

output "dead_letters" {
  value = [module.parcels.dead_letter_queue.url, module.letters.dead_letter_queue.url]
}
