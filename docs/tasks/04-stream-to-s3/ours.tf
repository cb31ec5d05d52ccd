# A stream whose records end in a bucket
module "clicks" {
  source = "git::https://example.com/eventyard.git//terraform/modules/stream?ref=v0.2.0"
  name   = "shop-clicks"
}

module "lake" {
  source = "git::https://example.com/eventyard.git//terraform/modules/bucket?ref=v0.2.0"
  name   = "shop-lake-123456789012"
}

module "archive" {
  source = "git::https://example.com/eventyard.git//terraform/modules/delivery-stream?ref=v0.2.0"
  name   = "shop-archive"
  bucket = module.lake.bucket
  stream = module.clicks.stream
}
