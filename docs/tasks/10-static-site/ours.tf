# Static pages over https from a private bucket
module "site" {
  source = "git::https://example.com/eventyard.git//terraform/modules/site?ref=v0.2.0"
  name   = "shop-site-123456789012"
}
