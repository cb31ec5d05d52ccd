# A function that hears of each change in a table
module "orders" {
  source = "git::https://example.com/eventyard.git//terraform/modules/table?ref=v0.2.0"
  name   = "shop-orders"
  keys   = { partition = { name = "id", type = "S" } }
  stream = "NEW_AND_OLD_IMAGES"
}

module "index" {
  source  = "git::https://example.com/eventyard.git//terraform/modules/function?ref=v0.2.0"
  name    = "shop-index"
  code    = { filename = "build/index.zip", hash = "1", handler = "app.handler", runtime = "python3.13" }
  sources = { orders = { table = module.orders.table } }
}
