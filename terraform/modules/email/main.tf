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
  _alarm_prefix         = "arn:${local._partition}:cloudwatch:${local._region}:${local._account}:alarm:${coalesce(var.alarms.prefix, var.name)}-"
  mail_from             = var.mail_from == null ? null : "${var.mail_from.subdomain}.${var.identity}"
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
    suppressed_reasons = sort(var.suppression)
  }
}

# An address is confirmed by a mail, a domain by the three records in `dns_records`.
resource "aws_sesv2_email_identity" "this" {
  email_identity         = var.identity
  configuration_set_name = aws_sesv2_configuration_set.this.configuration_set_name
  tags                   = var.tags
}

resource "aws_sesv2_email_identity_mail_from_attributes" "this" {
  count = var.mail_from == null ? 0 : 1

  email_identity         = aws_sesv2_email_identity.this.email_identity
  mail_from_domain       = local.mail_from
  behavior_on_mx_failure = var.mail_from.when_missing
}

# Accounts of others need their own IAM permission on this identity besides.
resource "aws_sesv2_email_identity_policy" "this" {
  for_each = var.senders

  email_identity = aws_sesv2_email_identity.this.email_identity
  policy_name    = each.key

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Send"
      Effect    = "Allow"
      Principal = { AWS = "arn:${local._partition}:iam::${each.value.account}:root" }
      Action    = ["ses:SendEmail", "ses:SendRawEmail"]
      Resource  = local.identity_arn
      Condition = { StringLike = { "ses:FromAddress" = sort(coalesce(each.value.addresses, [local.sender])) } }
    }]
  })
}
