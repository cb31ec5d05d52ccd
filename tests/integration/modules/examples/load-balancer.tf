# Internal, by plain http within: a function by path and method, a group of instances nobody has joined, access logs.
module "load_balancer_network" {
  source    = "../../modules/network"
  name      = "${var.prefix}-balanced"
  cidr      = "10.21.0.0/20"
  zones     = ["${data.aws_region.current.id}a", "${data.aws_region.current.id}b"]
  tiers     = { app = { kind = "isolated", cidr = "10.21.0.0/22" } }
  endpoints = { gateway = [] }
  flow_logs = null
  role      = var.role
}

module "load_balancer_logs" {
  source  = "../../modules/bucket"
  name    = "${var.prefix}-load-balancer-logs"
  senders = { balancer = module.load_balancer.sender }
  protect = var.protect
}

module "load_balancer_function" {
  source = "../../modules/function"
  name   = "${var.prefix}-load-balancer"
  code   = var.handlers["library/balanced"]
  role   = var.role
}

# needs waf
resource "aws_wafv2_web_acl" "load_balancer" {
  name  = "${var.prefix}-load-balancer"
  scope = "REGIONAL"

  default_action {
    allow {}
  }

  visibility_config {
    cloudwatch_metrics_enabled = false
    metric_name                = "load-balancer"
    sampled_requests_enabled   = false
  }
}
# end

module "load_balancer" {
  source               = "../../modules/load-balancer"
  name                 = "${var.prefix}-lb"
  network              = module.load_balancer_network.tiers["app"]
  ingress              = { cidrs = ["10.21.0.0/20"], security_groups = { app = one(module.load_balancer_network.tiers["app"].security_group_ids) } }
  listener             = { plain = true }
  access_logs          = { bucket = module.load_balancer_logs.bucket, prefix = "balancer" }
  idle_timeout_seconds = 120
  protect              = var.protect
  tags                 = { example = "load-balancer" }

  # needs waf
  web_acl = { arn = aws_wafv2_web_acl.load_balancer.arn }
  # end

  targets = {
    web = {
      port                         = 8080
      deregistration_delay_seconds = 30
      stickiness_seconds           = 3600
      health_check                 = { path = "/health", port = 9000, matcher = "200-299", interval_seconds = 10 }
      rules                        = { all = { priority = 20, hosts = ["web.example.com"] } }
    }
    tasks = {
      type     = "ip"
      port     = 8443
      protocol = "HTTPS"
      rules    = { all = { priority = 30, hosts = ["tasks.example.com"], paths = ["/tasks/*"] } }
    }
    hooks = {
      function = module.load_balancer_function.function
      rules    = { hooks = { priority = 10, paths = ["/hooks/*"], methods = ["GET", "POST"] } }
    }
  }

  alarms = { overrides = { latency_web = { threshold = 0.5 }, errors_hooks = { evaluation_periods = 1 } } }
}

output "load_balancer" {
  value = {
    load_balancer = module.load_balancer.load_balancer
    listener      = module.load_balancer.listener
    target_groups = module.load_balancer.target_groups
    name          = "${var.prefix}-lb"
  }
}
