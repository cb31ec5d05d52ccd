data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  _account   = data.aws_caller_identity.current.account_id
  _partition = data.aws_partition.current.partition
  _region    = data.aws_region.current.id
  _ses       = "arn:${local._partition}:ses:${local._region}:${local._account}"

  is_domain             = !strcontains(var.identity, "@")
  sender                = coalesce(var.sender, local.is_domain ? "no-reply@${var.identity}" : var.identity)
  identity_arn          = "${local._ses}:identity/${var.identity}"
  configuration_set_arn = "${local._ses}:configuration-set/${var.name}"
  topic_name            = "${var.name}-feedback"
  topic_arn             = "arn:${local._partition}:sns:${local._region}:${local._account}:${local.topic_name}"
}

resource "aws_sesv2_configuration_set" "this" {
  configuration_set_name = var.name
  tags                   = var.tags

  delivery_options {
    tls_policy = "REQUIRE"
  }

  reputation_options {
    reputation_metrics_enabled = true
  }

  sending_options {
    sending_enabled = true
  }

  # Who bounced or complained once is not written to again.
  suppression_options {
    suppressed_reasons = ["BOUNCE", "COMPLAINT"]
  }
}

# An address is confirmed by a mail, a domain by the three records in `dns_records`.
resource "aws_sesv2_email_identity" "this" {
  email_identity         = var.identity
  configuration_set_name = aws_sesv2_configuration_set.this.configuration_set_name
  tags                   = var.tags
}

resource "aws_sesv2_configuration_set_event_destination" "feedback" {
  configuration_set_name = aws_sesv2_configuration_set.this.configuration_set_name
  event_destination_name = "feedback"

  event_destination {
    enabled              = true
    matching_event_types = var.events

    sns_destination {
      topic_arn = local.topic_arn
    }
  }

  # SES tries the topic when it is told of it, and must be allowed to publish by then.
  depends_on = [aws_sns_topic.feedback, aws_sns_topic_policy.feedback]
}
