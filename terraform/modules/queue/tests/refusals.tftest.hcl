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
  name = "demo-jobs"
}

run "refuses_a_bad_name" {
  command         = plan
  expect_failures = [var.name]

  variables {
    name = "demo.jobs"
  }
}

run "refuses_a_name_that_leaves_no_room" {
  command         = plan
  expect_failures = [var.name]

  variables {
    name = "demo-jobs-that-leave-no-room-for-the-name-of-their-dead-letters-queue"
  }
}

run "refuses_the_alias_of_a_key" {
  command         = plan
  expect_failures = [var.key]

  variables {
    key = { arn = "arn:aws:kms:eu-west-1:111122223333:alias/demo" }
  }
}

run "refuses_a_consumer_that_takes_too_long" {
  command         = plan
  expect_failures = [var.consumer_timeout]

  variables {
    consumer_timeout = 7201
  }
}

run "refuses_dead_letters_that_do_not_outlive_messages" {
  command         = plan
  expect_failures = [var.dead_letters]

  variables {
    dead_letters = { retention_seconds = 345600 }
  }
}

run "refuses_a_bad_name_of_the_dead_letter_queue" {
  command         = plan
  expect_failures = [var.dead_letters]

  variables {
    dead_letters = { name = "dead.letters" }
  }
}

run "refuses_an_existing_dead_letter_queue_with_a_name" {
  command         = plan
  expect_failures = [var.dead_letters]

  variables {
    dead_letters = { name = "other", queue = { name = "demo-failed", arn = "arn:aws:sqs:eu-west-1:111122223333:demo-failed" } }
  }
}

run "refuses_sources_that_are_no_queues" {
  command         = plan
  expect_failures = [var.dead_letters]

  variables {
    dead_letters = { sources = ["arn:aws:sns:eu-west-1:111122223333:demo"] }
  }
}

run "refuses_more_sources_than_sqs_takes" {
  command         = plan
  expect_failures = [var.dead_letters]

  variables {
    dead_letters = { sources = formatlist("arn:aws:sqs:eu-west-1:111122223333:demo-%s", range(10)) }
  }
}

run "refuses_other_limits" {
  command         = plan
  expect_failures = [var.alarms, var.delay_seconds, var.max_receives]

  variables {
    alarms        = { overrides = { dead_letter = {} } }
    delay_seconds = 901
    max_receives  = 0
  }
}

run "refuses_messages_kept_as_long_as_dead_letters" {
  command         = plan
  expect_failures = [var.retention_seconds]

  variables {
    retention_seconds = 1209600
  }
}

run "refuses_senders_that_are_no_source" {
  command         = plan
  expect_failures = [var.senders]

  variables {
    senders = {
      everyone = { service = "*", source_arn = "*" }
    }
  }
}

run "refuses_a_sender_that_is_two" {
  command         = plan
  expect_failures = [var.senders]

  variables {
    senders = {
      two = { account = "222233334444", organisation = "o-a1b2c3d4e5" }
    }
  }
}

run "refuses_a_sender_that_is_none" {
  command         = plan
  expect_failures = [var.senders]

  variables {
    senders = {
      none = { source_arn = "arn:aws:s3:::theirs" }
    }
  }
}

run "refuses_accounts_and_organisations_that_are_none" {
  command         = plan
  expect_failures = [var.senders]

  variables {
    senders = {
      account      = { account = "me" }
      organisation = { organisation = "us" }
    }
  }
}

run "refuses_dead_letters_of_its_own_name" {
  command         = plan
  expect_failures = [var.name]

  variables {
    dead_letters = { name = "demo-jobs" }
  }
}

run "refuses_dead_letters_of_another_order" {
  command         = plan
  expect_failures = [var.dead_letters]

  variables {
    fifo         = {}
    dead_letters = { queue = { name = "demo-failed", arn = "arn:aws:sqs:eu-west-1:111122223333:demo-failed" } }
  }
}

run "refuses_sources_of_another_order" {
  command         = plan
  expect_failures = [var.dead_letters]

  variables {
    dead_letters = { sources = ["arn:aws:sqs:eu-west-1:111122223333:demo-mail.fifo"] }
  }
}

run "refuses_two_senders_of_one_statement" {
  command         = plan
  expect_failures = [var.senders]

  variables {
    senders = {
      the-partner = { account = "222233334444" }
      the_partner = { account = "333344445555" }
    }
  }
}
