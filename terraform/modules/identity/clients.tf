resource "aws_cognito_user_pool_client" "this" {
  for_each = var.clients

  user_pool_id                  = aws_cognito_user_pool.this.id
  name                          = "${var.name}-${each.key}"
  generate_secret               = each.value.secret
  explicit_auth_flows           = each.value.auth_flows
  prevent_user_existence_errors = "ENABLED"
  enable_token_revocation       = true
  auth_session_validity         = each.value.session_minutes

  access_token_validity  = each.value.access_token_minutes
  id_token_validity      = each.value.id_token_minutes
  refresh_token_validity = each.value.refresh_token_days

  token_validity_units {
    access_token  = "minutes"
    id_token      = "minutes"
    refresh_token = "days"
  }

  allowed_oauth_flows_user_pool_client = each.value.oauth != null
  allowed_oauth_flows                  = try(each.value.oauth.flows, [])
  allowed_oauth_scopes                 = try(each.value.oauth.scopes, [])
  callback_urls                        = try(each.value.oauth.callback_urls, [])
  logout_urls                          = try(each.value.oauth.logout_urls, [])
  supported_identity_providers         = each.value.providers
  read_attributes                      = each.value.read_attributes
  write_attributes                     = each.value.write_attributes

  enable_propagate_additional_user_context_data = false

  # A client can name only providers and scopes that exist.
  depends_on = [aws_cognito_identity_provider.this, aws_cognito_resource_server.this]
}

resource "aws_cognito_user_group" "this" {
  for_each = var.groups

  user_pool_id = aws_cognito_user_pool.this.id
  name         = each.key
  description  = each.value.description
  precedence   = each.value.precedence
  role_arn     = try(aws_iam_role.identity_pool["group/${each.key}"].arn, each.value.role.arn, null)
}

resource "aws_cognito_resource_server" "this" {
  for_each = var.resource_servers

  user_pool_id = aws_cognito_user_pool.this.id
  identifier   = each.key
  name         = each.value.name

  dynamic "scope" {
    for_each = each.value.scopes
    content {
      scope_name        = scope.key
      scope_description = scope.value
    }
  }
}

resource "aws_cognito_user_pool_domain" "this" {
  count = var.domain == null ? 0 : 1

  user_pool_id          = aws_cognito_user_pool.this.id
  domain                = var.domain.name
  certificate_arn       = one(var.domain.certificate[*].arn)
  managed_login_version = var.domain.managed_login_version
}
