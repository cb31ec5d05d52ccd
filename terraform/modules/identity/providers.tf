locals {
  # "ssm:/path" and "secretsmanager:name or ARN" are resolved here, where the value is used. Which of the two it is, the shorter beginning
  # tells: also of a reference whose end is not known yet.
  _secrets         = { for name, provider in var.identity_providers : name => provider.secret if provider.secret != null }
  _parameters      = { for name, reference in local._secrets : name => trimprefix(reference, "ssm:") if startswith(reference, "ssm:") }
  _secret_versions = { for name, reference in local._secrets : name => trimprefix(reference, "secretsmanager:") if !startswith(reference, "ssm:") }

  provider_secrets = merge(
    { for name, parameter in data.aws_ssm_parameter.provider : name => parameter.value },
    { for name, secret in data.aws_secretsmanager_secret_version.provider : name => secret.secret_string },
  )

  # What Cognito would ask for, or answer with, when nobody says otherwise.
  _details = {
    Facebook        = { authorize_scopes = "public_profile,email" }
    Google          = { authorize_scopes = "openid email", oidc_issuer = "https://accounts.google.com", token_request_method = "POST" }
    LoginWithAmazon = { authorize_scopes = "profile" }
    OIDC            = { authorize_scopes = "openid email", attributes_request_method = "GET" }
    SAML            = {}
    SignInWithApple = { authorize_scopes = "email name" }
  }
  _attributes = {
    Facebook        = { email = "email", username = "id" }
    Google          = { email = "email", username = "sub" }
    LoginWithAmazon = { email = "email", username = "user_id" }
    OIDC            = { email = "email", username = "sub" }
    SAML            = { email = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress" }
    SignInWithApple = { email = "email", username = "sub" }
  }
}

data "aws_ssm_parameter" "provider" {
  for_each = local._parameters

  name = each.value
}

data "aws_secretsmanager_secret_version" "provider" {
  for_each = local._secret_versions

  secret_id = each.value
}

resource "aws_cognito_identity_provider" "this" {
  for_each = var.identity_providers

  user_pool_id      = aws_cognito_user_pool.this.id
  provider_name     = each.key
  provider_type     = each.value.type
  attribute_mapping = coalesce(each.value.attributes, local._attributes[each.value.type])
  provider_details = merge(
    local._details[each.value.type],
    each.value.details,
    # Apple's secret is the key that signs, by another name.
    contains(keys(local._secrets), each.key) ? { (each.value.type == "SignInWithApple" ? "private_key" : "client_secret") = local.provider_secrets[each.key] } : {},
  )

  lifecycle {
    # Cognito adds addresses it discovers at the issuer or in the metadata, how it asks for tokens, and a certificate of its own.
    ignore_changes = [
      provider_details["ActiveEncryptionCertificate"], provider_details["SLORedirectBindingURI"], provider_details["SSORedirectBindingURI"],
      provider_details["attributes_url"], provider_details["attributes_url_add_attributes"], provider_details["authorize_url"],
      provider_details["jwks_uri"], provider_details["token_request_method"], provider_details["token_url"],
    ]
  }
}
