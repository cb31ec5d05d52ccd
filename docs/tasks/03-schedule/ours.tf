# A function called each night
module "report" {
  source       = "git::https://example.com/eventyard.git//terraform/modules/function?ref=v0.2.0"
  name         = "shop-report"
  code         = { filename = "build/report.zip", hash = "1", handler = "app.handler", runtime = "python3.13" }
  asynchronous = {}
}

module "nightly" {
  source = "git::https://example.com/eventyard.git//terraform/modules/schedule?ref=v0.2.0"
  name   = "shop-nightly"
  schedules = {
    report = { expression = "cron(30 2 * * ? *)", time_zone = "Europe/London", target = { function = module.report.function } }
  }
}
