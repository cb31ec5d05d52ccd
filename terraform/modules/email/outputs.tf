output "alarms" {
  description = "Alarm ARNs by label, known at the first plan."
  value       = { for label in keys(local.alarms) : label => "${local._alarm_prefix}${label}" }
  depends_on  = [aws_cloudwatch_metric_alarm.this]
}

output "configuration_set" {
  description = "The configuration set that mails are sent with."
  value       = { name = var.name, arn = local.configuration_set_arn }
  depends_on  = [aws_sesv2_configuration_set.this]
}

output "dns_records" {
  description = "Records that verify a domain, by name, each a CNAME; empty for an address."
  value = {
    for token in try(aws_sesv2_email_identity.this.dkim_signing_attributes[0].tokens, []) :
    "${token}._domainkey.${var.identity}" => "${token}.dkim.amazonses.com" if local.is_domain
  }
}

output "grants" {
  description = "Permissions to hand to others: `send` sends mail as the sender, and as nobody else."
  value = {
    send = {
      actions    = ["ses:SendEmail"]
      resources  = [local.configuration_set_arn, local.identity_arn]
      conditions = { StringEquals = { "ses:FromAddress" = [local.sender] } }
    }
  }
}

output "identity" {
  description = "The verified identity, the address mails come from and the configuration set: what module `identity` takes as `email`."
  value       = { address = local.sender, arn = local.identity_arn, configuration_set = var.name }
  depends_on  = [aws_sesv2_configuration_set.this, aws_sesv2_email_identity.this]
}

output "mail_from_records" {
  description = "Records of the MAIL FROM domain, by type, all for `name`; null without `mail_from`."
  value = local.mail_from == null ? null : {
    name = local.mail_from
    mx   = "10 feedback-smtp.${local._region}.amazonses.com"
    txt  = "v=spf1 include:amazonses.com ~all"
  }
}

output "topic" {
  description = "Where SES tells of bounces and complaints; `key` is what a reader needs to decrypt."
  value       = { name = local.topic_name, arn = local.topic_arn, key = var.key }
  depends_on  = [aws_sns_topic_policy.feedback]
}
