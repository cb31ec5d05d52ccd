# A topic with two queues, each with what its filter lets through
module "orders" {
  source = "git::https://example.com/eventyard.git//terraform/modules/topic?ref=v0.2.0"
  name   = "shop-orders"

  subscriptions = {
    letters = { queue = module.letters.queue, raw = true, filter = { pattern = jsonencode({ kind = ["letter"] }) } }
    parcels = { queue = module.parcels.queue, raw = true, filter = { pattern = jsonencode({ kind = ["parcel"] }) } }
  }
}

module "letters" {
  source  = "git::https://example.com/eventyard.git//terraform/modules/queue?ref=v0.2.0"
  name    = "shop-letters"
  senders = { orders = module.orders.sender }
}

module "parcels" {
  source  = "git::https://example.com/eventyard.git//terraform/modules/queue?ref=v0.2.0"
  name    = "shop-parcels"
  senders = { orders = module.orders.sender }
}
