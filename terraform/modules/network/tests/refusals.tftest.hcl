# What can be seen to be wrong is refused at the plan, with the limit.
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
  name  = "demo"
  cidr  = "10.20.0.0/16"
  zones = ["eu-west-1a", "eu-west-1b"]
  tiers = {
    public = { kind = "public", cidr = "10.20.0.0/20" }
    app    = { kind = "private", cidr = "10.20.64.0/18" }
    data   = { kind = "isolated", cidr = "10.20.16.0/20" }
  }
}

run "refuses_addresses_twice" {
  command         = plan
  expect_failures = [aws_vpc.this]

  variables {
    tiers = {
      app  = { kind = "private", cidr = "10.20.64.0/18" }
      data = { kind = "isolated", subnets = { eu-west-1a = "10.20.127.0/28" } }
    }
  }
}

run "refuses_addresses_elsewhere" {
  command         = plan
  expect_failures = [aws_vpc.this]

  variables {
    tiers = { app = { kind = "private", cidr = "10.21.64.0/18" } }
  }
}

run "refuses_a_network_of_another_size" {
  command         = plan
  expect_failures = [var.cidr]

  variables {
    cidr = "10.0.0.0/8"
  }
}

run "refuses_a_network_that_begins_within" {
  command         = plan
  expect_failures = [var.cidr]

  variables {
    cidr = "10.20.1.0/16"
  }
}

run "refuses_zones_of_elsewhere_and_local_ones" {
  command         = plan
  expect_failures = [var.zones]

  variables {
    zones = ["us-west-2-lax-1a", "eu-central-1a"]
  }
}

run "refuses_a_zone_twice" {
  command         = plan
  expect_failures = [var.zones]

  variables {
    zones = ["eu-west-1a", "eu-west-1a"]
  }
}

run "refuses_tiers_of_no_kind_or_two_addresses" {
  command         = plan
  expect_failures = [var.tiers]

  variables {
    tiers = { app = { kind = "inner", cidr = "10.20.64.0/18", subnets = { eu-west-1a = "10.20.1.0/28" } } }
  }
}

run "refuses_subnets_of_no_zone_or_size" {
  command         = plan
  expect_failures = [var.tiers]

  variables {
    tiers = {
      app  = { kind = "private", subnets = { eu-west-1c = "10.20.1.0/29" } }
      data = { kind = "isolated", cidr = "10.20.16.0/26", ipv6 = 32 }
    }
  }
}

run "refuses_a_number_twice" {
  command         = plan
  expect_failures = [var.tiers]

  variables {
    tiers = {
      app  = { kind = "private", cidr = "10.20.64.0/18", ipv6 = 1 }
      data = { kind = "isolated", cidr = "10.20.16.0/20", ipv6 = 1 }
    }
  }
}

run "refuses_gateways_without_a_place_or_a_use" {
  command         = plan
  expect_failures = [var.nat]

  variables {
    nat   = "single"
    tiers = { data = { kind = "isolated", cidr = "10.20.16.0/20" } }
  }
}

run "refuses_gateways_where_the_public_tier_is_not" {
  command         = plan
  expect_failures = [var.nat]

  variables {
    nat = "per_az"
    tiers = {
      public = { kind = "public", subnets = { eu-west-1a = "10.20.0.0/26" } }
      app    = { kind = "private", cidr = "10.20.64.0/18" }
    }
  }
}

run "refuses_another_word_for_nat" {
  command         = plan
  expect_failures = [var.nat]

  variables {
    nat = "both"
  }
}

run "refuses_endpoints_by_another_name" {
  command         = plan
  expect_failures = [var.endpoints]

  variables {
    endpoints = { gateway = ["sqs"], interface = ["kinesis", "s3", "com.amazonaws.eu-west-1.sqs"], tier = "app" }
  }
}

run "refuses_endpoints_that_stand_nowhere" {
  command         = plan
  expect_failures = [var.endpoints]

  variables {
    endpoints = { interface = ["sqs"], policies = { sns = "{}" } }
  }
}

run "refuses_endpoints_of_no_tier" {
  command         = plan
  expect_failures = [var.endpoints]

  variables {
    endpoints = { interface = ["sqs"], tier = "inner" }
  }
}

run "refuses_other_limits" {
  command         = plan
  expect_failures = [var.alarms, var.flow_logs, var.log_retention_days, var.name]

  variables {
    alarms             = { overrides = { drops_eu-west-1c = {} } }
    flow_logs          = { traffic = "SOME", aggregation_seconds = 61 }
    log_retention_days = 31
    name               = "sg-demo"
  }
}
