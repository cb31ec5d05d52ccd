# A queue with dead letters, and a function that works on it
module "jobs" {
  source           = "git::https://example.com/eventyard.git//terraform/modules/queue?ref=v0.2.0"
  name             = "shop-jobs"
  consumer_timeout = 30
}

module "work" {
  source  = "git::https://example.com/eventyard.git//terraform/modules/function?ref=v0.2.0"
  name    = "shop-work"
  code    = { filename = "build/work.zip", hash = "1", handler = "app.handler", runtime = "python3.13" }
  sources = { jobs = { queue = module.jobs.queue } }
}
