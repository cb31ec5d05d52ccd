# Two shards and an own key; one consumer of its own beside those that share the stream, and another account's.
module "stream_key" {
  source  = "../../modules/key"
  name    = "${var.prefix}-stream"
  protect = var.protect
}

module "stream" {
  source          = "../../modules/stream"
  name            = "${var.prefix}-stream"
  consumers       = ["search"]
  key             = module.stream_key.key
  protect         = var.protect
  retention_hours = 48
  shard_metrics   = ["IncomingBytes", "WriteProvisionedThroughputExceeded"]
  shards          = 2
  tags            = { system = "library" }

  accounts = {
    partner = { id = "111122223333", write = true, consumers = ["search"] }
  }

  alarms = {
    overrides = { full = { threshold = 70 }, iterator_age = { threshold = 60000 } }
  }
}

module "stream_on_demand" {
  source  = "../../modules/stream"
  name    = "${var.prefix}-stream-on-demand"
  protect = var.protect
}

output "stream" {
  value = {
    stream    = module.stream.stream
    on_demand = module.stream_on_demand.stream
    consumers = module.stream.consumers
    alarms    = module.stream.alarms
  }
}
