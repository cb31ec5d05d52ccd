# What the module refuses, each with its limit; the real provider without a network.
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
  name = "demo-orders"
}

run "refuses_bad_names_and_publishers" {
  command         = plan
  expect_failures = [var.name, var.publishers]

  variables {
    name       = "demo.orders"
    publishers = { everyone = { service = "*", source_arn = "*" } }
  }
}

run "refuses_wrong_values_beside_each_other" {
  command         = plan
  expect_failures = [var.delivery_status, var.display_name, var.key, var.log_retention_days, var.subscribers]

  variables {
    delivery_status    = { email = {} }
    display_name       = join("", range(60))
    key                = { arn = "arn:aws:kms:eu-west-1:111122223333:alias/demo" }
    log_retention_days = 31
    subscribers        = { everyone = {} }
  }
}

run "refuses_a_sample_that_is_no_percentage" {
  command         = plan
  expect_failures = [var.delivery_status, var.subscribers]

  variables {
    delivery_status = { queue = { success_percent = 101 } }
    subscribers     = { pigeons = { account = "111122223333", kinds = ["pigeon"] } }
  }
}

run "refuses_a_publisher_that_is_two" {
  command         = plan
  expect_failures = [var.publishers]

  variables {
    key        = { arn = "arn:aws:kms:eu-west-1:111122223333:key/1" }
    publishers = { two = { account = "222233334444", organisation = "o-a1b2c3d4e5" } }
  }
}

run "refuses_accounts_and_organisations_that_are_none" {
  command         = plan
  expect_failures = [var.publishers, var.subscribers]

  variables {
    key         = { arn = "arn:aws:kms:eu-west-1:111122223333:key/1" }
    publishers  = { account = { account = "me" } }
    subscribers = { company = { organisation = "us" } }
  }
}

run "refuses_to_own_what_another_state_owns" {
  command         = plan
  expect_failures = [var.topic]

  variables {
    topic       = { name = "orders", arn = "arn:aws:sns:eu-west-1:111122223333:orders" }
    subscribers = { partner = { account = "444455556666" } }
  }
}

run "refuses_alarms_it_has_not" {
  command         = plan
  expect_failures = [var.alarms]

  variables {
    alarms = { overrides = { all = {} } }
  }
}

run "refuses_to_archive_for_more_than_a_year" {
  command         = plan
  expect_failures = [var.fifo]

  variables {
    fifo = { archive_days = 366 }
  }
}

run "refuses_publishers_without_a_key" {
  command         = plan
  expect_failures = [var.publishers]

  variables {
    publishers = { placed = { service = "events.amazonaws.com", source_arn = "arn:aws:events:eu-west-1:111122223333:rule/demo/placed" } }
  }
}

run "refuses_a_subscriber_that_is_none" {
  command         = plan
  expect_failures = [var.subscriptions]

  variables {
    subscriptions = { audit = {} }
  }
}

run "refuses_filters_that_are_no_json" {
  command         = plan
  expect_failures = [var.subscriptions]

  variables {
    subscriptions = { audit = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:demo-audit" }, filter = { pattern = "total > 0" } } }
  }
}

run "refuses_functions_of_a_fifo_topic" {
  command         = plan
  expect_failures = [var.subscriptions]

  variables {
    fifo          = {}
    subscriptions = { bill = { function = { name = "demo-bill", alias = "live", alias_arn = "arn:aws:lambda:eu-west-1:111122223333:function:demo-bill:live" } } }
  }
}

run "refuses_raw_delivery_to_functions" {
  command         = plan
  expect_failures = [var.subscriptions]

  variables {
    subscriptions = { bill = { function = { name = "demo-bill", alias = "live", alias_arn = "arn:aws:lambda:eu-west-1:111122223333:function:demo-bill:live" }, raw = true } }
  }
}

run "refuses_labels_that_name_no_queue" {
  command         = plan
  expect_failures = [var.subscriptions]

  variables {
    subscriptions = { "a.b" = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:demo-audit" } } }
  }
}

run "refuses_a_subscriber_that_is_two" {
  command         = plan
  expect_failures = [var.subscriptions]

  variables {
    subscriptions = { both = { email = "ops@example.com", sms = "+4930123456" } }
  }
}

run "refuses_an_address_that_is_none" {
  command         = plan
  expect_failures = [var.subscriptions]

  variables {
    subscriptions = { mail = { email = "ops" } }
  }
}

run "refuses_a_number_without_its_country" {
  command         = plan
  expect_failures = [var.subscriptions]

  variables {
    subscriptions = { text = { sms = "030123456" } }
  }
}

run "refuses_pages_in_plain_text" {
  command         = plan
  expect_failures = [var.subscriptions]

  variables {
    subscriptions = { page = { https = { url = "http://hooks.example.com" } } }
  }
}

run "refuses_retries_beyond_sns_s" {
  command         = plan
  expect_failures = [var.subscriptions]

  variables {
    subscriptions = { page = { https = { url = "https://hooks.example.com", retries = 101 } } }
  }
}

run "refuses_content_sns_does_not_send" {
  command         = plan
  expect_failures = [var.subscriptions]

  variables {
    subscriptions = { page = { https = { url = "https://hooks.example.com", content_type = "text/csv" } } }
  }
}

run "refuses_an_endpoint_that_is_none" {
  command         = plan
  expect_failures = [var.subscriptions]

  variables {
    subscriptions = { phone = { push = { arn = "arn:aws:sns:eu-west-1:111122223333:demo" } } }
  }
}

run "refuses_fifo_queues_of_a_standard_topic" {
  command         = plan
  expect_failures = [var.subscriptions]

  variables {
    subscriptions = { audit = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:demo-audit.fifo" } } }
  }
}

run "refuses_replay_of_a_standard_topic" {
  command         = plan
  expect_failures = [var.subscriptions]

  variables {
    subscriptions = { audit = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:demo-audit" }, replay = { from = "2026-11-01T00:00:00Z" } } }
  }
}

run "refuses_a_filter_of_six_keys" {
  command         = plan
  expect_failures = [var.subscriptions]

  variables {
    subscriptions = { audit = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:demo-audit" }, filter = { pattern = "{\"a\":[1],\"b\":[1],\"c\":[1],\"d\":[1],\"e\":[1],\"f\":[1]}" } } }
  }
}

run "refuses_a_filter_of_too_many_values" {
  command         = plan
  expect_failures = [var.subscriptions]

  variables {
    subscriptions = { audit = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:demo-audit" }, filter = { pattern = jsonencode({ a = range(16), b = range(10) }) } } }
  }
}

run "refuses_bad_names_of_dead_letter_queues" {
  command         = plan
  expect_failures = [var.subscriptions]

  variables {
    subscriptions = { audit = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:demo-audit" }, dead_letters_name = "a.b" } }
  }
}

run "refuses_more_delivery_streams_than_sns_takes" {
  command         = plan
  expect_failures = [var.subscriptions]

  variables {
    subscriptions = { for number in range(6) : "s${number}" => { delivery_stream = { arn = "arn:aws:firehose:eu-west-1:111122223333:deliverystream/demo-${number}" } } }
  }
}

run "refuses_a_name_too_long_for_the_role_that_puts" {
  command         = plan
  expect_failures = [var.subscriptions]

  variables {
    name          = "demo-orders-with-a-name-that-leaves-a-role-no-room"
    subscriptions = { s = { delivery_stream = { arn = "arn:aws:firehose:eu-west-1:111122223333:deliverystream/demo" } } }
  }
}

run "refuses_a_name_too_long_for_the_role_that_logs" {
  command         = plan
  expect_failures = [var.delivery_status]

  variables {
    name            = "demo-orders-with-a-name-that-leaves-a-role-no-room"
    delivery_status = { queue = {} }
  }
}

run "refuses_two_dead_letter_queues_of_one_name" {
  command         = plan
  expect_failures = [var.subscriptions]

  variables {
    subscriptions = { audit = { queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:demo-orders-audit" } } }
  }
}

run "refuses_two_publishers_of_one_statement" {
  command         = plan
  expect_failures = [var.publishers, var.subscribers]

  variables {
    key         = { arn = "arn:aws:kms:eu-west-1:111122223333:key/1" }
    publishers  = { the-partner = { account = "222233334444" }, the_partner = { account = "333344445555" } }
    subscribers = { the-partner = { account = "222233334444" }, the_partner = { account = "333344445555" } }
  }
}

run "refuses_a_dead_letter_queue_of_two_subscriptions" {
  command         = plan
  expect_failures = [var.subscriptions]

  variables {
    subscriptions = {
      ops   = { email = "ops@example.com", dead_letters_name = "demo-failed" }
      night = { email = "night@example.com", dead_letters_name = "demo-failed" }
    }
  }
}

run "refuses_to_retry_for_more_than_an_hour" {
  command         = plan
  expect_failures = [var.subscriptions]

  variables {
    subscriptions = { chat = { https = { url = "https://hooks.example.com", retries = 100, minimum_delay_seconds = 60, maximum_delay_seconds = 60 } } }
  }
}
