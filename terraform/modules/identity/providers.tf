locals {
  # "ssm:/path" and "secretsmanager:name or ARN" are resolved here, where the value is used.
  _secrets = { for name, provider in var.identity_providers : name => provider.secret if provider.secret != null }
  _parameters = {
    for name, reference in local._secrets : name => trimprefix(reference, "ssm:") if startswith(reference, "ssm:")
  }
  _secret_versions = {
    for name, reference in local._secrets : name => trimprefix(reference, "secretsmanager:")
    if startswith(reference, "secretsmanager:")
  }
  provider_secrets = merge(
    { for name, parameter in data.aws_ssm_parameter.provider : name => parameter.value },
    { for name, secret in data.aws_secretsmanager_secret_version.provider : name => secret.secret_string },
  )
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
  attribute_mapping = each.value.attributes
  provider_details = merge(
    each.value.details,
    contains(keys(local._secrets), each.key) ? { client_secret = local.provider_secrets[each.key] } : {},
  )

  lifecycle {
    # Cognito adds addresses it discovers at the issuer.
    ignore_changes = [
      provider_details["attributes_url"], provider_details["attributes_url_add_attributes"],
      provider_details["authorize_url"], provider_details["jwks_uri"], provider_details["token_url"],
    ]
  }
}
