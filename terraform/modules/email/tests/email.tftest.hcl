# Planned with the real provider and nothing else: dummy credentials, no call to AWS.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

override_data {
  target = data.aws_caller_identity.current
  values = { account_id = "111122223333" }
}

variables {
  name     = "shop-mail"
  identity = "orders@example.com"
}

run "sends_as_the_sender_and_nobody_else" {
  command = plan

  assert {
    condition = output.grants.send == {
      actions    = ["ses:SendEmail"]
      resources  = ["arn:aws:ses:eu-west-1:111122223333:configuration-set/shop-mail", "arn:aws:ses:eu-west-1:111122223333:identity/orders@example.com"]
      conditions = { StringEquals = { "ses:FromAddress" = ["orders@example.com"] } }
    }
    error_message = "grants.send is wider than one sender"
  }

  assert {
    condition     = aws_sesv2_configuration_set.this.delivery_options[0].tls_policy == "REQUIRE"
    error_message = "mail would go in the clear"
  }
}

run "feedback_topic_takes_from_this_set_alone" {
  command = plan

  assert {
    condition = jsondecode(aws_sns_topic_policy.feedback.policy).Statement[0] == {
      Sid       = "Ses"
      Effect    = "Allow"
      Principal = { Service = "ses.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = "arn:aws:sns:eu-west-1:111122223333:shop-mail-feedback"
      Condition = {
        ArnEquals    = { "aws:SourceArn" = "arn:aws:ses:eu-west-1:111122223333:configuration-set/shop-mail" }
        StringEquals = { "aws:SourceAccount" = "111122223333" }
      }
    }
    error_message = "somebody else could publish bounces"
  }

  assert {
    condition     = aws_sesv2_configuration_set_event_destination.feedback.event_destination[0].matching_event_types == toset(["BOUNCE", "COMPLAINT"])
    error_message = "bounces or complaints are lost"
  }
}

run "a_domain_has_a_sender_of_its_own" {
  command = plan

  variables {
    identity = "example.com"
    sender   = "orders@example.com"
    key      = { arn = "arn:aws:kms:eu-west-1:111122223333:key/abc" }
  }

  assert {
    condition     = output.identity == { address = "orders@example.com", arn = "arn:aws:ses:eu-west-1:111122223333:identity/example.com" }
    error_message = "sender and identity are mixed up"
  }

  assert {
    condition     = aws_sns_topic.feedback.kms_master_key_id == "arn:aws:kms:eu-west-1:111122223333:key/abc"
    error_message = "the key is not used"
  }
}

run "refuses_what_is_no_address" {
  command = plan
  variables {
    identity = "nobody"
  }
  expect_failures = [var.identity]
}

run "refuses_a_sender_outside_the_identity" {
  command = plan
  variables {
    identity = "example.com"
    sender   = "orders@example.org"
  }
  expect_failures = [var.sender]
}

run "refuses_to_be_deaf_to_complaints" {
  command = plan
  variables {
    events = ["BOUNCE"]
  }
  expect_failures = [var.events]
}
