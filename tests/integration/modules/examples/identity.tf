# A pool with everything: people, a machine, groups, providers, a trigger, and credentials for a bucket of one's own.
module "identity_claims" {
  source = "../../modules/function"
  name   = "${var.prefix}-identity-claims"
  code   = var.handlers["library/claims"]
  role   = var.role
}

module "identity_uploads" {
  source          = "../../modules/bucket"
  name            = "${var.prefix}-identity-uploads"
  lifecycle_rules = null
  protect         = var.protect
}

module "identity_mail" {
  source   = "../../modules/email"
  name     = "${var.prefix}-identity"
  identity = "identity@example.com"
  role     = var.role
}

resource "aws_ssm_parameter" "identity_provider" {
  name  = "/${var.prefix}/identity/provider"
  type  = "SecureString"
  value = "not-so-secret"
}

module "identity" {
  source      = "../../modules/identity"
  name        = "${var.prefix}-identity"
  email       = module.identity_mail.identity
  mfa_methods = ["email", "sms", "totp"]
  password    = { minimum_length = 14, history_size = 3, recovery = ["verified_phone_number", "verified_email"] }
  sign_in     = ["email", "phone_number"]
  domain      = { name = "${var.prefix}-identity" }
  triggers    = { pre_token_generation = module.identity_claims.function }
  protect     = var.protect
  role        = var.role
  tags        = { part = "identity" }

  sign_up = {
    verify = ["email", "phone_number"]
    attributes = {
      email  = { required = true }
      number = { type = "Number", minimum = 1, maximum = 99999 }
      team   = { maximum = 32 }
    }
  }

  resource_servers = {
    orders = { name = "Orders", scopes = { read = "Read orders", write = "Place orders" } }
  }

  clients = {
    page = { access_token_minutes = 15, refresh_token_days = 1 }
    hosted = {
      auth_flows = ["ALLOW_REFRESH_TOKEN_AUTH"]
      providers  = ["COGNITO", "Company", "Google", "Partner"]
      oauth      = { callback_urls = ["https://app.example.com/"], logout_urls = ["https://app.example.com/out"], scopes = ["openid", "email", "orders/read"] }
    }
    nightly = {
      auth_flows = []
      secret     = true
      oauth      = { flows = ["client_credentials"], scopes = ["orders/read"] }
    }
  }

  identity_providers = {
    Company = { type = "OIDC", details = { client_id = "us", oidc_issuer = "https://id.example.com" }, secret = "ssm:${aws_ssm_parameter.identity_provider.arn}" }
    Google  = { type = "Google", details = { client_id = "us" }, secret = "ssm:${aws_ssm_parameter.identity_provider.arn}" }
    Partner = { type = "SAML", details = { MetadataURL = "https://saml.example.com/metadata" } }
  }

  groups = {
    managers = { description = "May read all", precedence = 10 }
    visitors = {}
  }

  identity_pool = {
    clients = ["page"]
    authenticated = {
      own = { uploads = { bucket = module.identity_uploads.bucket, prefix = "people/" } }
    }
    groups = {
      managers = { grants = { uploads = module.identity_uploads.grants.read } }
    }
  }
}

output "identity" {
  value = {
    pool     = module.identity.pool
    jwt      = module.identity.jwt
    clients  = module.identity.clients
    secrets  = module.identity.client_secrets
    domain   = module.identity.domain
    login    = module.identity.identity_pool
    bucket   = module.identity_uploads.bucket.name
    provider = aws_ssm_parameter.identity_provider.value
  }
  sensitive = true
}
