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

run "safe_by_default" {
  command = plan

  assert {
    condition = alltrue([
      aws_sesv2_configuration_set.this.delivery_options[0].tls_policy == "REQUIRE",
      aws_sesv2_configuration_set.this.reputation_options[0].reputation_metrics_enabled,
      aws_sesv2_configuration_set.this.suppression_options[0].suppressed_reasons == tolist(["BOUNCE", "COMPLAINT"]),
    ])
    error_message = "mail in the clear, a reputation nobody watches, or a second mail to who complained"
  }

  assert {
    condition = aws_cloudwatch_metric_alarm.this["bounces"].threshold == 0.04 && aws_cloudwatch_metric_alarm.this["complaints"].threshold == 0.0008 && alltrue([
      for alarm in aws_cloudwatch_metric_alarm.this : alarm.treat_missing_data == "notBreaching" && alarm.dimensions == tomap({ "ses:configuration-set" = "shop-mail" })
    ])
    error_message = "SES would speak before the alarms do"
  }

  assert {
    condition = output.alarms == {
      bounces    = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:shop-mail-bounces"
      complaints = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:shop-mail-complaints"
    }
    error_message = "the alarms' ARNs are not known at the first plan"
  }

  assert {
    condition     = length(aws_iam_role.destinations) + length(aws_sesv2_email_identity_policy.this) + length(aws_sesv2_email_identity_mail_from_attributes.this) == 0 && output.mail_from_records == null
    error_message = "a role, a policy or a domain that nobody asked for"
  }
}

run "events_go_elsewhere_too" {
  command = plan

  override_resource {
    target          = aws_iam_role.destinations
    override_during = plan
    values          = { arn = "arn:aws:iam::111122223333:role/apps/shop-mail-mail-events" }
  }

  variables {
    role = { path = "/apps/", permissions_boundary = "arn:aws:iam::111122223333:policy/boundary" }
    destinations = {
      lake  = { delivery_stream = { arn = "arn:aws:firehose:eu-west-1:111122223333:deliverystream/mail" } }
      rules = { bus = { arn = "arn:aws:events:eu-west-1:111122223333:event-bus/default" }, events = ["DELIVERY"] }
    }
  }

  assert {
    condition = jsondecode(aws_iam_role.destinations[0].assume_role_policy) == {
      Version = "2012-10-17"
      Statement = [{
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { Service = "ses.amazonaws.com" }
        Condition = { StringEquals = { "aws:SourceAccount" = "111122223333", "aws:SourceArn" = "arn:aws:ses:eu-west-1:111122223333:configuration-set/shop-mail" } }
      }]
    }
    error_message = "SES could use the role for somebody else"
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.destinations[0].policy) == {
      Version = "2012-10-17"
      Statement = [{
        Sid      = "DeliveryStreams"
        Effect   = "Allow"
        Action   = ["firehose:PutRecordBatch"]
        Resource = ["arn:aws:firehose:eu-west-1:111122223333:deliverystream/mail"]
      }]
    }
    error_message = "the role may do more than write to the stream"
  }

  assert {
    condition     = aws_iam_role.destinations[0].path == "/apps/" && aws_iam_role.destinations[0].permissions_boundary == "arn:aws:iam::111122223333:policy/boundary"
    error_message = "path or boundary is lost"
  }

  assert {
    condition = alltrue([
      aws_sesv2_configuration_set_event_destination.this["lake"].event_destination[0].kinesis_firehose_destination[0].iam_role_arn == "arn:aws:iam::111122223333:role/apps/shop-mail-mail-events",
      aws_sesv2_configuration_set_event_destination.this["rules"].event_destination[0].event_bridge_destination[0].event_bus_arn == "arn:aws:events:eu-west-1:111122223333:event-bus/default",
      aws_sesv2_configuration_set_event_destination.this["rules"].event_destination[0].matching_event_types == toset(["DELIVERY"]),
    ])
    error_message = "events go elsewhere than asked"
  }
}

run "another_account_sends_as_the_sender_alone" {
  command = plan

  variables {
    identity = "example.com"
    senders = {
      billing = { account = "444455556666" }
      news    = { account = "444455556666", addresses = ["news-*@example.com", "news@example.com"] }
    }
  }

  assert {
    condition = jsondecode(aws_sesv2_email_identity_policy.this["billing"].policy) == {
      Version = "2012-10-17"
      Statement = [{
        Sid       = "Send"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::444455556666:root" }
        Action    = ["ses:SendEmail", "ses:SendRawEmail"]
        Resource  = "arn:aws:ses:eu-west-1:111122223333:identity/example.com"
        Condition = { StringLike = { "ses:FromAddress" = ["no-reply@example.com"] } }
      }]
    }
    error_message = "another account could write as anybody"
  }

  assert {
    condition     = jsondecode(aws_sesv2_email_identity_policy.this["news"].policy).Statement[0].Condition == { StringLike = { "ses:FromAddress" = ["news-*@example.com", "news@example.com"] } }
    error_message = "addresses are lost"
  }
}

# A domain stands for what is below it, too.
run "a_subdomain_sends_as_well" {
  command = plan

  variables {
    identity = "example.com"
    sender   = "orders@mail.example.com"
    senders  = { news = { account = "444455556666", addresses = ["*@news.example.com"] } }
  }

  assert {
    condition     = output.grants.send.conditions.StringEquals["ses:FromAddress"] == ["orders@mail.example.com"] && output.identity.arn == "arn:aws:ses:eu-west-1:111122223333:identity/example.com"
    error_message = "a subdomain of the identity can't send"
  }

  assert {
    condition     = jsondecode(aws_sesv2_email_identity_policy.this["news"].policy).Statement[0].Condition == { StringLike = { "ses:FromAddress" = ["*@news.example.com"] } }
    error_message = "another account can't send from a subdomain"
  }
}

run "alarms_of_another_prefix_are_named_so" {
  command = plan

  variables {
    alarms = { prefix = "shop-letters" }
  }

  assert {
    condition = output.alarms == {
      for label, alarm in aws_cloudwatch_metric_alarm.this : label => "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:${alarm.alarm_name}"
    } && aws_cloudwatch_metric_alarm.this["bounces"].alarm_name == "shop-letters-bounces"
    error_message = "the output names alarms that are not there"
  }
}

run "bounces_go_to_a_domain_of_its_own" {
  command = plan

  variables {
    identity  = "example.com"
    mail_from = { subdomain = "bounce" }
  }

  assert {
    condition     = aws_sesv2_email_identity_mail_from_attributes.this[0].mail_from_domain == "bounce.example.com" && aws_sesv2_email_identity_mail_from_attributes.this[0].behavior_on_mx_failure == "USE_DEFAULT_VALUE"
    error_message = "a missing record would stop all mail, or the domain is another"
  }

  assert {
    condition     = output.mail_from_records == { name = "bounce.example.com", mx = "10 feedback-smtp.eu-west-1.amazonses.com", txt = "v=spf1 include:amazonses.com ~all" }
    error_message = "nobody could make the records from the output"
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
    condition     = output.identity == { address = "orders@example.com", arn = "arn:aws:ses:eu-west-1:111122223333:identity/example.com", configuration_set = "shop-mail" }
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

run "refuses_a_sender_that_is_a_domain" {
  command = plan
  variables {
    identity = "example.com"
    sender   = "example.com"
  }
  expect_failures = [var.sender]
}

run "refuses_a_sender_of_a_domain_that_ends_alike" {
  command = plan
  variables {
    identity = "example.com"
    sender   = "orders@notexample.com"
  }
  expect_failures = [var.sender]
}

run "refuses_another_sender_than_the_address" {
  command = plan
  variables {
    sender = "else@orders@example.com"
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

run "refuses_a_share_that_is_none" {
  command = plan
  variables {
    alarms = { overrides = { bounces = { threshold = 4 } } }
  }
  expect_failures = [var.alarms]
}

run "refuses_an_alarm_it_does_not_have" {
  command = plan
  variables {
    alarms = { overrides = { opens = {} } }
  }
  expect_failures = [var.alarms]
}

run "refuses_a_destination_of_two_kinds" {
  command = plan
  variables {
    destinations = {
      both = {
        bus             = { arn = "arn:aws:events:eu-west-1:111122223333:event-bus/default" }
        delivery_stream = { arn = "arn:aws:firehose:eu-west-1:111122223333:deliverystream/mail" }
      }
    }
  }
  expect_failures = [var.destinations]
}

run "refuses_a_bus_that_ses_can_not_reach" {
  command = plan
  variables {
    destinations = { rules = { bus = { arn = "arn:aws:events:eu-west-1:111122223333:event-bus/shop" } } }
  }
  expect_failures = [var.destinations]
}

run "refuses_an_unknown_event" {
  command = plan
  variables {
    destinations = { rules = { bus = { arn = "arn:aws:events:eu-west-1:111122223333:event-bus/default" }, events = ["READ"] } }
  }
  expect_failures = [var.destinations]
}

run "refuses_a_second_feedback" {
  command = plan
  variables {
    destinations = { feedback = { bus = { arn = "arn:aws:events:eu-west-1:111122223333:event-bus/default" } } }
  }
  expect_failures = [var.destinations]
}

run "refuses_too_many_destinations" {
  command = plan
  variables {
    destinations = { for number in range(10) : "d${number}" => { bus = { arn = "arn:aws:events:eu-west-1:111122223333:event-bus/default" } } }
  }
  expect_failures = [var.destinations]
}

run "refuses_a_name_too_long_for_a_role" {
  command = plan
  variables {
    name         = "a-very-long-name-of-a-configuration-set-that-no-role-can-have"
    destinations = { lake = { delivery_stream = { arn = "arn:aws:firehose:eu-west-1:111122223333:deliverystream/mail" } } }
  }
  expect_failures = [var.destinations]
}

run "refuses_a_mail_from_domain_for_an_address" {
  command = plan
  variables {
    mail_from = { subdomain = "bounce" }
  }
  expect_failures = [var.mail_from]
}

run "refuses_a_mail_from_domain_that_is_none" {
  command = plan
  variables {
    identity  = "example.com"
    mail_from = { subdomain = "bounce.example.com" }
  }
  expect_failures = [var.mail_from]
}

run "refuses_an_unknown_behaviour_without_records" {
  command = plan
  variables {
    identity  = "example.com"
    mail_from = { subdomain = "bounce", when_missing = "WAIT" }
  }
  expect_failures = [var.mail_from]
}

run "refuses_senders_that_are_no_account" {
  command = plan
  variables {
    senders = { billing = { account = "billing" } }
  }
  expect_failures = [var.senders]
}

run "refuses_to_lend_another_s_address" {
  command = plan
  variables {
    identity = "example.com"
    senders  = { billing = { account = "444455556666", addresses = ["ceo@example.org"] } }
  }
  expect_failures = [var.senders]
}

run "refuses_to_lend_a_domain_as_an_address" {
  command = plan
  variables {
    identity = "example.com"
    senders  = { billing = { account = "444455556666", addresses = ["example.com"] } }
  }
  expect_failures = [var.senders]
}

run "refuses_a_bad_label_of_a_sender" {
  command = plan
  variables {
    senders = { "the billing" = { account = "444455556666" } }
  }
  expect_failures = [var.senders]
}

run "refuses_an_unknown_suppression" {
  command = plan
  variables {
    suppression = ["BORED"]
  }
  expect_failures = [var.suppression]
}

run "refuses_a_bad_name" {
  command = plan
  variables {
    name = "shop mail"
  }
  expect_failures = [var.name]
}
