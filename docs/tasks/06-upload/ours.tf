# A function that hears of each upload
module "uploads" {
  source = "git::https://example.com/eventyard.git//terraform/modules/bucket?ref=v0.2.0"
  name   = "shop-uploads-123456789012"
  events = true
}

module "look" {
  source       = "git::https://example.com/eventyard.git//terraform/modules/function?ref=v0.2.0"
  name         = "shop-look"
  code         = { filename = "build/look.zip", hash = "1", handler = "app.handler", runtime = "python3.13" }
  asynchronous = {}
  grants       = { uploads = module.uploads.grants.read }
}

module "on_upload" {
  source = "git::https://example.com/eventyard.git//terraform/modules/event-bus?ref=v0.2.0"
  name   = "shop-on-upload"
  bus    = { name = "default", arn = "arn:aws:events:eu-west-1:123456789012:event-bus/default" }
  rules = {
    made = {
      pattern = jsonencode({ source = ["aws.s3"], detail-type = ["Object Created"], detail = { bucket = { name = [module.uploads.bucket.name] } } })
      targets = { look = { function = module.look.function } }
    }
  }
}
