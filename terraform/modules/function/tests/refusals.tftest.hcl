# One mistake in each input of a run; what an input's limits depend on is right in that run.
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
  name = "demo-work"
  code = {
    s3      = { bucket = "demo-artefacts", key = "work.zip" }
    hash    = "d34db33f"
    handler = "demo.work.app.handler"
    runtime = "python3.13"
  }
}

run "refuses_six_layers" {
  command         = plan
  expect_failures = [var.code, var.asynchronous, var.sources, var.url]

  variables {
    code         = { filename = "a.zip", hash = "1", handler = "a.b", runtime = "ruby3.4", layers = [for i in range(6) : "arn:aws:lambda:eu-west-1:111122223333:layer:tools:${i}"] }
    asynchronous = { on_success = { bucket = { arn = "arn:aws:s3:::demo" } } }
    sources      = { clicks = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:a" }, consumer = { arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/a/consumer/b:1" } } }
    url          = { callers = { everyone = { principal = "*" } } }
  }
}

run "refuses_a_layer_without_version" {
  command         = plan
  expect_failures = [var.code, var.asynchronous, var.sources, var.url]

  variables {
    code         = { filename = "a.zip", hash = "1", handler = "a.b", runtime = "ruby3.4", layers = ["arn:aws:lambda:eu-west-1:111122223333:layer:tools"] }
    asynchronous = { dead_letters = {} }
    sources      = { jobs = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:a" }, filters = [for i in range(11) : jsonencode({ i = [i] })] } }
    url          = { callers = { pages = { principal = "cloudfront.amazonaws.com" } } }
  }
}

run "refuses_layers_of_an_image" {
  command         = plan
  expect_failures = [var.code, var.asynchronous, var.sources, var.url]

  variables {
    code         = { image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/work:1", hash = "1", layers = ["arn:aws:lambda:eu-west-1:111122223333:layer:tools:1"] }
    asynchronous = { on_failure = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:a.fifo" } } }
    sources      = { jobs = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:a" }, filters = ["[1]"] } }
    url          = { cors = { origins = ["*"] } }
  }
}

run "refuses_an_image_with_a_snapshot" {
  command         = plan
  expect_failures = [var.code, var.network, var.sources, var.url]

  variables {
    code    = { image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/work:1", hash = "1", snap_start = true }
    network = { subnet_ids = [for i in range(17) : "subnet-${i}"], security_group_ids = ["sg-1"] }
    sources = { clicks = { stream = { arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/a" }, starting_position = "AT_TIMESTAMP" } }
    url     = { cors = { origins = ["https://app.example.com"], methods = ["OPTIONS"] } }
  }
}

run "refuses_a_snapshot_of_what_starts_fast" {
  command         = plan
  expect_failures = [var.code, var.network, var.sources, var.url]

  variables {
    code    = { filename = "a.zip", hash = "1", handler = "a.b", runtime = "python3.11", snap_start = true }
    network = { subnet_ids = ["subnet-1"], security_group_ids = [for i in range(6) : "sg-${i}"] }
    sources = { rows = { table = { arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/a", stream_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/a/stream/1" }, starting_position = "AT_TIMESTAMP", starting_time = "2026-01-31T06:00:00Z" } }
    url     = { cors = { origins = ["https://app.example.com"], headers = ["*"] } }
  }
}

run "refuses_a_snapshot_with_a_large_disk" {
  command         = plan
  expect_failures = [var.code, var.names, var.sources, var.url]

  variables {
    code                 = { filename = "a.zip", hash = "1", handler = "a.b", runtime = "python3.13", snap_start = true }
    ephemeral_storage_mb = 513
    names                = { role = "a role" }
    sources              = { jobs = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:a" }, tumbling_window_seconds = 60 } }
    url                  = { cors = { origins = ["https://app.example.com"], max_age_seconds = 86401 } }
  }
}

run "refuses_a_snapshot_with_warm_environments" {
  command         = plan
  expect_failures = [var.provisioned_concurrency, var.names, var.sources]

  variables {
    code                    = { filename = "a.zip", hash = "1", handler = "a.b", runtime = "dotnet8", snap_start = true }
    provisioned_concurrency = { executions = 1 }
    names                   = { log_group = "a group" }
    sources                 = { clicks = { stream = { arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/a" }, tumbling_window_seconds = 901 } }
  }
}

run "refuses_warm_environments_of_a_split_alias" {
  command         = plan
  expect_failures = [var.provisioned_concurrency, var.names, var.sources]

  variables {
    release                 = { version = "1", weights = { "2" = 0.5 } }
    provisioned_concurrency = { executions = 1 }
    names                   = { failure_queue = "a queue" }
    sources                 = { jobs = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:a" }, pollers = { minimum = 1 } } }
  }
}

run "refuses_pollers_beside_a_maximum_concurrency" {
  command         = plan
  expect_failures = [var.provisioned_concurrency, var.sources]

  variables {
    provisioned_concurrency = { executions = 2, target_utilization = 0.5, maximum_executions = 1 }
    sources                 = { jobs = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:a" }, pollers = {}, maximum_concurrency = 5 } }
  }
}

run "refuses_other_words_than_aws_knows" {
  command         = plan
  expect_failures = [var.code]

  variables {
    code = { filename = "a.zip", hash = "1", handler = "a.b", runtime = "java21", recursion = "Never" }
  }
}

run "refuses_an_update_of_the_runtime_that_is_none" {
  command         = plan
  expect_failures = [var.code]

  variables {
    code = { filename = "a.zip", hash = "1", handler = "a.b", runtime = "java21", runtime_updates = "Manual" }
  }
}

run "refuses_settings_of_an_image_for_a_zip" {
  command         = plan
  expect_failures = [var.code]

  variables {
    code = { filename = "a.zip", hash = "1", handler = "a.b", runtime = "java21", entry_point = ["/bin/sh"] }
  }
}

run "refuses_an_unknown_architecture" {
  command         = plan
  expect_failures = [var.code]

  variables {
    code = { filename = "a.zip", hash = "1", handler = "a.b", runtime = "nodejs22.x", architecture = "riscv" }
  }
}

run "refuses_a_handler_with_blanks" {
  command         = plan
  expect_failures = [var.code]

  variables {
    code = { filename = "a.zip", hash = "1", handler = "a b", runtime = "java21" }
  }
}

run "refuses_nothing_kept_warm" {
  command         = plan
  expect_failures = [var.provisioned_concurrency]

  variables {
    provisioned_concurrency = { executions = 0 }
  }
}

run "refuses_a_use_out_of_reach" {
  command         = plan
  expect_failures = [var.provisioned_concurrency]

  variables {
    provisioned_concurrency = { executions = 1, maximum_executions = 2, target_utilization = 0.95 }
  }
}

run "refuses_a_schedule_that_is_none" {
  command         = plan
  expect_failures = [var.provisioned_concurrency]

  variables {
    provisioned_concurrency = { executions = 1, schedules = { morning = { expression = "every morning", executions = 2 } } }
  }
}

run "refuses_to_reserve_less_than_is_kept_warm" {
  command         = plan
  expect_failures = [var.reserved_concurrency]

  variables {
    provisioned_concurrency = { executions = 1, schedules = { morning = { expression = "rate(1 day)", executions = 11 } } }
    reserved_concurrency    = 10
  }
}

run "refuses_to_reserve_less_than_a_queue_may_use" {
  command         = plan
  expect_failures = [var.reserved_concurrency]

  variables {
    sources              = { jobs = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:a" }, maximum_concurrency = 11 } }
    reserved_concurrency = 10
  }
}

run "refuses_to_reserve_less_than_nothing" {
  command         = plan
  expect_failures = [var.reserved_concurrency]

  variables {
    reserved_concurrency = -1
  }
}

run "stops_a_function_that_consumes" {
  command = plan

  variables {
    sources              = { jobs = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:a" }, maximum_concurrency = 11 } }
    reserved_concurrency = 0
  }

  assert {
    condition     = aws_lambda_function.this.reserved_concurrent_executions == 0
    error_message = "A function can't be stopped in an emergency."
  }
}

run "refuses_a_starting_time_that_is_not_used" {
  command         = plan
  expect_failures = [var.provisioned_concurrency, var.sources, var.url]

  variables {
    provisioned_concurrency = { executions = 5, maximum_executions = 2, schedules = { morning = { expression = "rate(1 day)", executions = 5 } } }
    sources                 = { clicks = { stream = { arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/a" }, starting_time = "tomorrow" } }
    url                     = { callers = { pages = { principal = "cloudfront.amazonaws.com", source_arn = "arn:aws:cloudfront::*:distribution/*" } } }
  }
}

run "refuses_a_share_for_what_is_no_version" {
  command         = plan
  expect_failures = [var.release]

  variables {
    release = { version = "1", weights = { live = 0.5 } }
  }
}
