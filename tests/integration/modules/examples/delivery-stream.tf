# From a stream through a function into folders by what is in the records, with what came kept beside it; and one that is put to directly.
module "delivery_stream_key" {
  source   = "../../modules/key"
  name     = "${var.prefix}-delivery-stream"
  services = ["logs.${data.aws_region.current.id}.amazonaws.com"]
  protect  = var.protect
}

module "delivery_stream_clicks" {
  source  = "../../modules/stream"
  name    = "${var.prefix}-delivery-stream-clicks"
  key     = module.delivery_stream_key.key
  shards  = 1
  protect = var.protect
}

module "delivery_stream_bucket" {
  source          = "../../modules/bucket"
  name            = "${var.prefix}-delivery-stream"
  key             = module.delivery_stream_key.key
  lifecycle_rules = null
  protect         = var.protect
}

module "delivery_stream_transform" {
  source          = "../../modules/function"
  name            = "${var.prefix}-delivery-stream-transform"
  code            = var.handlers["library/transform"]
  timeout_seconds = 60
  role            = var.role
}

module "delivery_stream" {
  source    = "../../modules/delivery-stream"
  name      = "${var.prefix}-delivery-stream"
  backup    = { prefix = "raw/" }
  bucket    = module.delivery_stream_bucket.bucket
  buffer    = { interval_seconds = 60, size_mb = 128 }
  key       = module.delivery_stream_key.key
  role      = var.role
  stream    = module.delivery_stream_clicks.stream
  tags      = { system = "library" }
  transform = { function = module.delivery_stream_transform.function, buffer_mb = 0.5, retries = 1 }

  log_retention_days = 7

  objects = {
    file_extension = ".jsonl.gz"
    time_zone      = "Europe/Berlin"
  }

  partitions = {
    jq        = { customer = ".customer.id" }
    transform = ["device"]
  }

  alarms = {
    overrides = { behind = { threshold = 60000 } }
  }
}

module "delivery_stream_direct" {
  source  = "../../modules/delivery-stream"
  name    = "${var.prefix}-delivery-stream-direct"
  bucket  = module.delivery_stream_bucket.bucket
  role    = var.role
  objects = { prefix = "direct/!{timestamp:yyyy}/", compression = "UNCOMPRESSED" }
}

module "delivery_stream_plain" {
  source  = "../../modules/delivery-stream"
  name    = "${var.prefix}-delivery-stream-plain"
  bucket  = module.delivery_stream_bucket.bucket
  role    = var.role
  objects = { prefix = "plain/", new_lines = false }
}

output "delivery_stream" {
  value = {
    bucket = module.delivery_stream_bucket.bucket
    direct = module.delivery_stream_direct.delivery_stream
    stream = module.delivery_stream_clicks.stream
    from   = module.delivery_stream.delivery_stream
    alarms = module.delivery_stream.alarms
  }
}
