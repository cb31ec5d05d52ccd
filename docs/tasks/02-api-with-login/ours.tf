# An API whose callers have signed in
module "people" {
  source  = "git::https://example.com/eventyard.git//terraform/modules/identity?ref=v0.2.0"
  name    = "shop-people"
  clients = { page = {} }
}

module "orders" {
  source = "git::https://example.com/eventyard.git//terraform/modules/function?ref=v0.2.0"
  name   = "shop-orders"
  code   = { filename = "build/orders.zip", hash = "1", handler = "app.handler", runtime = "python3.13" }
}

module "api" {
  source = "git::https://example.com/eventyard.git//terraform/modules/http-api?ref=v0.2.0"
  name   = "shop"
  jwt    = module.people.jwt
  routes = { "POST /orders" = { auth = "jwt", function = module.orders.function } }
}
