# An event that starts a workflow, which writes to a table
module "orders" {
  source = "git::https://example.com/eventyard.git//terraform/modules/table?ref=v0.2.0"
  name   = "shop-orders"
  keys   = { partition = { name = "id", type = "S" } }
}

module "accept" {
  source        = "git::https://example.com/eventyard.git//terraform/modules/workflow?ref=v0.2.0"
  name          = "shop-accept"
  definition    = file("${path.module}/accept.asl.json")
  substitutions = { table = module.orders.table.name }
  grants        = { orders = module.orders.grants.write }
}

module "events" {
  source = "git::https://example.com/eventyard.git//terraform/modules/event-bus?ref=v0.2.0"
  name   = "shop-events"
  rules = {
    ordered = {
      pattern = jsonencode({ source = ["shop"], detail-type = ["Ordered"] })
      targets = { accept = { workflow = module.accept.workflow } }
    }
  }
}
