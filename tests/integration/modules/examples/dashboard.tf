# One alarm over another module's, silenced by an alarm of its own, and widgets of every kind.
module "dashboard_mail" {
  source   = "../../modules/email"
  name     = "${var.prefix}-dashboard"
  identity = "dashboard@example.com"
  role     = var.role
}

module "dashboard_quiet" {
  source = "../../modules/dashboard"
  name   = "${var.prefix}-dashboard-quiet"
  alarms = { mail = module.dashboard_mail.alarms }
}

module "dashboard" {
  source     = "../../modules/dashboard"
  name       = "${var.prefix}-dashboard"
  actions    = [module.dashboard_mail.topic.arn]
  alarms     = { mail = module.dashboard_mail.alarms }
  suppressor = { arn = module.dashboard_quiet.alarms["composite"], extension_seconds = 120 }
  tags       = { part = "dashboard" }

  widgets = {
    about = { note = { title = "Mail", text = "Who to call: \"ops\" <ops@example.com>" } }
    mail = {
      sent   = { title = "Sent", metrics = { sent = { namespace = "AWS/SES", metric = "Send", statistic = "Sum" } }, view = "singleValue" }
      share  = { metrics = { all = { namespace = "AWS/SES", metric = "Send", statistic = "Sum", visible = false }, half = { expression = "all / 2", label = "half" } } }
      errors = { logs = { groups = ["/aws/lambda/mail"], query = "filter level = 'ERROR' | limit 20" } }
    }
  }
}

output "dashboard" {
  value = {
    name      = module.dashboard.dashboard.name
    url       = module.dashboard.dashboard.url
    composite = module.dashboard.alarms["composite"]
    children  = module.dashboard_mail.alarms
  }
}
