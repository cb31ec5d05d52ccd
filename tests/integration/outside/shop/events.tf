# What happened, for whoever wants to know: this state knows no consumer.

module "events" {
  source = "KIT/terraform/modules/event-bus?ref=TAG"
  name   = "shop-events"
}

output "bus" {
  value = module.events.bus
}
