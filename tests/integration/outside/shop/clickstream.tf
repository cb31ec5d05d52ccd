# click → stream → delivery stream → objects

module "clicks" {
  source = "KIT/terraform/modules/stream?ref=TAG"
  name   = "shop-clicks"
  shards = 1
}

module "lake" {
  source          = "KIT/terraform/modules/bucket?ref=TAG"
  name            = "shop-lake-000000000000"
  lifecycle_rules = null
  protect         = false
}

module "archive" {
  source = "KIT/terraform/modules/delivery-stream?ref=TAG"
  name   = "shop-archive"
  bucket = module.lake.bucket
  stream = module.clicks.stream
}

module "click" {
  source      = "KIT/terraform/modules/function?ref=TAG"
  name        = "shop-click"
  code        = local.code.click
  environment = { STREAM = module.clicks.stream.name }
  grants      = { clicks = module.clicks.grants.write }
}

output "lake" {
  value = module.lake.bucket.name
}
