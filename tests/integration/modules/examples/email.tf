# An address whose feedback topic has a key of its own, events on the default bus and in a stream, and a function that sends with the grant.
module "email_key" {
  source   = "../../modules/key"
  name     = "${var.prefix}-email"
  services = ["ses.amazonaws.com"]
  protect  = var.protect
}

module "email" {
  source      = "../../modules/email"
  name        = "${var.prefix}-email"
  identity    = "mail.example.com"
  sender      = "orders@mail.example.com"
  events      = ["BOUNCE", "COMPLAINT", "DELIVERY"]
  key         = module.email_key.key
  role        = var.role
  suppression = ["COMPLAINT"]
  alarms      = { overrides = { bounces = { threshold = 0.03 } } }

  destinations = {
    lake  = { delivery_stream = { arn = "arn:aws:firehose:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:deliverystream/mail" } }
    rules = { bus = { arn = "arn:aws:events:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:event-bus/default" }, events = ["DELIVERY"] }
  }
}

module "email_send" {
  source      = "../../modules/function"
  name        = "${var.prefix}-email-send"
  code        = var.handlers["library/send_mail"]
  environment = { SENDER = module.email.identity.address, CONFIGURATION_SET = module.email.configuration_set.name }
  grants      = { mail = module.email.grants.send }
  role        = var.role
}

output "email" {
  value = {
    sender   = module.email.identity.address
    function = module.email_send.function.name
    set      = module.email.configuration_set.name
    records  = module.email.dns_records
  }
}
