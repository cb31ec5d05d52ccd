# refused: module.email.aws_sesv2_email_identity_mail_from_attributes.this[0] | Unknown SES v2 path
# refused: module.email.aws_sesv2_email_identity_policy.this["billing"] | Unknown SES v2 path
module "email" {
  source    = "../../modules/email"
  name      = "${var.prefix}-email"
  identity  = "refused.example.com"
  mail_from = { subdomain = "bounce" }
  senders   = { billing = { account = "444455556666" } }
}
