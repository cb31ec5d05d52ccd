# The real provider without a network: names, rules and limits are known at the plan.
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

override_data {
  target = data.aws_caller_identity.current
  values = { account_id = "111122223333" }
}

variables {
  name     = "demo"
  network  = { vpc_id = "vpc-1", subnet_ids = ["subnet-1", "subnet-2"] }
  ingress  = { cidrs = ["10.20.0.0/16"] }
  listener = { certificate = { arn = "arn:aws:acm:eu-west-1:111122223333:certificate/11111111-2222-3333-4444-555555555555" } }
  targets  = { app = { port = 8080 } }
}

run "safe_by_default" {
  command = plan

  assert {
    condition     = aws_lb.this.internal && aws_lb.this.enable_deletion_protection && aws_lb.this.drop_invalid_header_fields && aws_lb.this.desync_mitigation_mode == "defensive"
    error_message = "It is public, can be deleted by mistake, or passes on headers that smuggle."
  }

  assert {
    condition     = aws_lb_listener.this.protocol == "HTTPS" && aws_lb_listener.this.port == 443 && aws_lb_listener.this.ssl_policy == "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
    error_message = "It is not called by https, or under an old TLS policy."
  }

  assert {
    condition     = aws_lb_listener.redirect[0].port == 80 && aws_lb_listener.redirect[0].default_action[0].redirect[0].protocol == "HTTPS" && aws_lb_listener.redirect[0].default_action[0].redirect[0].status_code == "HTTP_301"
    error_message = "Port 80 does not lead to https."
  }

  assert {
    condition     = keys(aws_vpc_security_group_ingress_rule.this) == ["443 10.20.0.0/16", "80 10.20.0.0/16"] && keys(aws_vpc_security_group_egress_rule.this) == ["8080"]
    error_message = "More can call it than was said, or it can call more than its targets' port."
  }

  assert {
    condition     = aws_lb_listener.this.default_action[0].type == "forward" && length(aws_lb_listener_rule.this) == 0
    error_message = "The only target does not get everything."
  }

  assert {
    condition     = aws_lb_target_group.this["app"].deregistration_delay == "60" && aws_lb_target_group.this["app"].health_check[0].path == "/" && !aws_lb_target_group.this["app"].stickiness[0].enabled
    error_message = "A target's settings are not the ones the README states."
  }

  assert {
    condition     = startswith(aws_lb_target_group.this["app"].name, "demo-app-") && length(aws_lb_target_group.this["app"].name) == 13
    error_message = "A target group's name does not follow from the names given."
  }

  assert {
    condition     = keys(aws_cloudwatch_metric_alarm.this) == ["errors", "errors_app", "latency_app", "unhealthy_app"] && aws_cloudwatch_metric_alarm.this["latency_app"].extended_statistic == "p99"
    error_message = "Errors, slow answers or failing targets raise no alarm."
  }

  assert {
    condition     = output.sender == { service = "logdelivery.elasticloadbalancing.amazonaws.com", source_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/demo/*" }
    error_message = "Who writes the access logs is not known at the first plan."
  }
}

run "public_with_rules_logs_and_a_function" {
  command = plan

  variables {
    internal    = false
    protect     = false
    network     = { vpc_id = "vpc-1", subnet_ids = ["subnet-1", "subnet-2"], ipv6 = true, egress = "internet" }
    ingress     = { cidrs = ["0.0.0.0/0", "::/0"], security_groups = { link = "sg-1" } }
    access_logs = { bucket = { name = "demo-logs", arn = "arn:aws:s3:::demo-logs" }, prefix = "balancer" }
    web_acl     = { arn = "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/demo/1" }
    listener = {
      certificate  = { arn = "arn:aws:acm:eu-west-1:111122223333:certificate/11111111-2222-3333-4444-555555555555" }
      certificates = { shop = { arn = "arn:aws:acm:eu-west-1:111122223333:certificate/66666666-7777-8888-9999-000000000000" } }
    }
    targets = {
      app = {
        port               = 8080
        stickiness_seconds = 3600
        health_check       = { path = "/health", port = 9000 }
        rules              = { all = { priority = 20, paths = ["/*"], hosts = ["app.example.com"] } }
      }
      hooks = {
        function = { name = "demo-hooks", alias = "live", alias_arn = "arn:aws:lambda:eu-west-1:111122223333:function:demo-hooks:live" }
        rules    = { post = { priority = 10, paths = ["/hooks/*"], methods = ["POST"] } }
      }
    }
    alarms = { actions = ["arn:aws:sns:eu-west-1:111122223333:ops"], overrides = { errors_hooks = { threshold = 0 }, latency_app = { enabled = false } } }
  }

  assert {
    condition     = !aws_lb.this.internal && aws_lb.this.ip_address_type == "dualstack" && one(aws_lb.this.access_logs).bucket == "demo-logs" && one(aws_lb.this.access_logs).enabled
    error_message = "It is not public in both kinds of address, or keeps no logs."
  }

  assert {
    condition     = aws_lb_listener.this.default_action[0].type == "fixed-response" && aws_lb_listener.this.default_action[0].fixed_response[0].status_code == "404"
    error_message = "What fits no rule is let in somewhere."
  }

  assert {
    condition     = aws_lb_listener_rule.this["hooks/post"].priority == 10 && length(aws_lb_listener_rule.this["hooks/post"].condition) == 2
    error_message = "A rule lacks its priority or a condition."
  }

  assert {
    condition     = keys(aws_vpc_security_group_egress_rule.this) == ["8080", "9000"] && length(aws_vpc_security_group_ingress_rule.this) == 6 && aws_vpc_security_group_ingress_rule.this["443 ::/0"].cidr_ipv6 == "::/0" && aws_vpc_security_group_ingress_rule.this["443 link"].referenced_security_group_id == "sg-1"
    error_message = "Who may call, or what is called, is not what was said."
  }

  assert {
    condition = (
      aws_lambda_permission.this["hooks"].qualifier == "live" && aws_lambda_permission.this["hooks"].source_account == "111122223333" &&
      aws_lambda_permission.this["hooks"].source_arn == "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/${aws_lb_target_group.this["hooks"].name}/*"
    )
    error_message = "More than this target group may call the function."
  }

  assert {
    condition     = aws_lb_target_group.this["hooks"].target_type == "lambda" && !aws_lb_target_group.this["hooks"].health_check[0].enabled && aws_lb_target_group_attachment.function["hooks"].target_id == var.targets.hooks.function.alias_arn
    error_message = "The function is called by health checks, or not by its alias."
  }

  assert {
    condition     = keys(aws_cloudwatch_metric_alarm.this) == ["errors", "errors_app", "errors_hooks", "unhealthy_app"] && aws_cloudwatch_metric_alarm.this["errors_hooks"].threshold == 0
    error_message = "Overrides of alarms are not kept, or a function has alarms on what it has no metric for."
  }
}

run "another_port_is_another_name" {
  command = plan

  variables {
    targets = { app = { port = 8081 }, old = { port = 8080, name = "what-exists", rules = { old = { priority = 1, hosts = ["old.example.com"] } } } }
  }

  assert {
    condition     = aws_lb_target_group.this["app"].name != run.safe_by_default.target_groups.app.name && aws_lb_target_group.this["old"].name == "what-exists"
    error_message = "A target group that must be made anew can't, because of its name; or a given name is not kept."
  }
}

run "plain_http_within" {
  command = plan

  variables {
    listener = { plain = true }
  }

  assert {
    condition     = aws_lb_listener.this.protocol == "HTTP" && aws_lb_listener.this.port == 80 && length(aws_lb_listener.redirect) == 0 && keys(aws_vpc_security_group_ingress_rule.this) == ["80 10.20.0.0/16"]
    error_message = "Plain http has a port of TLS's."
  }
}

run "refuses_plain_http_in_public" {
  command         = plan
  expect_failures = [var.listener]

  variables {
    internal = false
    listener = { plain = true }
  }
}

run "refuses_neither_tls_nor_plain" {
  command         = plan
  expect_failures = [var.listener]

  variables {
    listener = { port = 0 }
  }
}

run "refuses_old_tls" {
  command         = plan
  expect_failures = [var.listener]

  variables {
    listener = {
      certificate = { arn = "arn:aws:acm:eu-west-1:111122223333:certificate/11111111-2222-3333-4444-555555555555" }
      tls_policy  = "ELBSecurityPolicy-2016-08"
    }
  }
}

run "refuses_nobody_and_one_zone" {
  command         = plan
  expect_failures = [var.ingress, var.network]

  variables {
    ingress = {}
    network = { vpc_id = "vpc-1", subnet_ids = ["subnet-1"] }
  }
}

run "refuses_a_public_one_in_an_inner_tier" {
  command         = plan
  expect_failures = [var.network]

  variables {
    internal = false
    network  = { vpc_id = "vpc-1", subnet_ids = ["subnet-1", "subnet-2"], egress = "nat" }
  }
}

run "refuses_logs_under_a_customer_key" {
  command         = plan
  expect_failures = [var.access_logs]

  variables {
    access_logs = {
      bucket = { name = "demo-logs", arn = "arn:aws:s3:::demo-logs", key = { arn = "arn:aws:kms:eu-west-1:111122223333:key/1" } }
      prefix = "/AWSLogs"
    }
  }
}

run "refuses_two_that_get_the_rest" {
  command         = plan
  expect_failures = [var.targets]

  variables {
    targets = { app = { port = 8080 }, other = { port = 8081 } }
  }
}

run "refuses_targets_that_are_two_things_or_none" {
  command         = plan
  expect_failures = [var.targets]

  variables {
    targets = {
      app = { port = 70000, type = "alb", stickiness_seconds = 0, deregistration_delay_seconds = 3601 }
      none = {
        health_check = { path = "health", interval_seconds = 5, timeout_seconds = 5, matcher = "99" }
        rules        = { one = { priority = 1, hosts = ["a.example.com"] } }
      }
    }
  }
}

run "refuses_rules_that_clash_or_match_too_much" {
  command         = plan
  expect_failures = [var.targets]

  variables {
    targets = {
      app = {
        port = 8080
        rules = {
          one   = { priority = 1, paths = ["/a", "/b", "/c"], hosts = ["a.example.com", "b.example.com", "c.example.com"] }
          two   = { priority = 1, paths = ["a"] }
          three = { priority = 50001, methods = ["get"] }
          four  = { priority = 4, paths = ["/*/*/*/*/*/*"] }
        }
      }
    }
  }
}

run "refuses_a_name_too_long_for_its_groups" {
  command         = plan
  expect_failures = [var.targets]

  variables {
    name = "demo-with-a-rather-long-name"
  }
}

run "refuses_other_limits" {
  command         = plan
  expect_failures = [var.idle_timeout_seconds, var.name]

  variables {
    idle_timeout_seconds = 4001
    name                 = "internal-demo"
  }
}

run "refuses_a_name_no_security_group_may_have" {
  command         = plan
  expect_failures = [var.name]

  variables {
    name = "sg-demo"
  }
}

run "refuses_alarms_of_nothing" {
  command         = plan
  expect_failures = [var.alarms]

  variables {
    alarms = { overrides = { latency_web = {} } }
  }
}
