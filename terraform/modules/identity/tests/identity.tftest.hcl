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

override_resource {
  target          = aws_cognito_user_pool.this
  override_during = plan
  values = {
    id  = "eu-west-1_abc"
    arn = "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_abc"
  }
}

variables {
  name    = "people"
  clients = { page = {} }
}

run "safe_without_being_asked" {
  command = plan

  assert {
    condition     = aws_cognito_user_pool.this.deletion_protection == "ACTIVE"
    error_message = "the pool can be deleted by a slip"
  }

  assert {
    condition     = aws_cognito_user_pool.this.password_policy[0].minimum_length == 12 && aws_cognito_user_pool.this.mfa_configuration == "OPTIONAL"
    error_message = "passwords or second factor are weaker than promised"
  }

  assert {
    condition     = aws_cognito_user_pool.this.user_attribute_update_settings[0].attributes_require_verification_before_update == toset(["email"])
    error_message = "a changed address would count before it is confirmed"
  }

  assert {
    condition = alltrue([
      aws_cognito_user_pool_client.this["page"].generate_secret == false,
      aws_cognito_user_pool_client.this["page"].prevent_user_existence_errors == "ENABLED",
      aws_cognito_user_pool_client.this["page"].allowed_oauth_flows_user_pool_client == false,
      aws_cognito_user_pool_client.this["page"].explicit_auth_flows == toset(["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"]),
    ])
    error_message = "a page's client is not what a page should have"
  }

  assert {
    condition     = length(aws_iam_role.sms) == 0
    error_message = "a role for text messages that nobody asked for"
  }
}

run "read_grant_is_for_this_pool_alone" {
  command = plan

  assert {
    condition = output.grants.read == {
      actions    = ["cognito-idp:AdminGetUser"]
      resources  = ["arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_abc"]
      conditions = {}
    }
    error_message = "grants.read is wider than one pool"
  }

  assert {
    condition     = output.pool.issuer == "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc" && output.jwt.issuer == output.pool.issuer
    error_message = "issuer is not the one in the pool's tokens"
  }
}

run "text_messages_role_is_cognitos_and_sends_to_phones_only" {
  command = plan

  variables {
    sign_up = { verify = ["email", "phone_number"] }
    role    = { path = "/apps/", permissions_boundary = "arn:aws:iam::111122223333:policy/boundary" }
  }

  assert {
    condition = jsondecode(aws_iam_role.sms[0].assume_role_policy).Statement[0].Condition == {
      StringEquals = { "aws:SourceAccount" = "111122223333", "sts:ExternalId" = "people-sms" }
      ArnLike      = { "aws:SourceArn" = "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/*" }
    }
    error_message = "others could use the role"
  }

  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.sms[0].policy).Statement : statement.Effect] == ["Allow", "Deny"]
    error_message = "the role can publish to topics"
  }

  assert {
    condition     = aws_iam_role.sms[0].path == "/apps/" && aws_iam_role.sms[0].permissions_boundary == "arn:aws:iam::111122223333:policy/boundary"
    error_message = "path or boundary is lost"
  }
}

run "triggers_bring_their_permission" {
  command = plan

  variables {
    triggers = {
      pre_sign_up = { name = "check", alias = "live", alias_arn = "arn:aws:lambda:eu-west-1:111122223333:function:check:live" }
    }
  }

  assert {
    condition     = aws_lambda_permission.trigger["pre_sign_up"].source_arn == "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_abc"
    error_message = "others could invoke the trigger"
  }

  assert {
    condition     = aws_lambda_permission.trigger["pre_sign_up"].source_account == "111122223333" && aws_lambda_permission.trigger["pre_sign_up"].qualifier == "live"
    error_message = "the permission names neither account nor alias"
  }
}

run "provider_secret_comes_from_where_it_is_kept" {
  command = plan

  override_data {
    target = data.aws_ssm_parameter.provider
    values = { value = "from-the-parameter" }
  }

  variables {
    identity_providers = {
      work = { type = "OIDC", secret = "ssm:/people/work", details = { client_id = "c", oidc_issuer = "https://id.example.com", authorize_scopes = "openid", attributes_request_method = "GET" } }
    }
  }

  assert {
    condition     = nonsensitive(aws_cognito_identity_provider.this["work"].provider_details["client_secret"]) == "from-the-parameter"
    error_message = "the reference is not resolved"
  }
}

run "refuses_a_secret_in_the_open" {
  command = plan
  variables {
    identity_providers = { work = { type = "OIDC", details = { client_id = "c", client_secret = "s" } } }
  }
  expect_failures = [var.identity_providers]
}

run "refuses_short_passwords" {
  command = plan
  variables {
    password = { minimum_length = 6 }
  }
  expect_failures = [var.password]
}

run "refuses_the_implicit_flow" {
  command = plan
  variables {
    clients = { page = { oauth = { flows = ["implicit"], callback_urls = ["https://app.example.com/"] } } }
  }
  expect_failures = [var.clients]
}

run "refuses_callbacks_without_tls" {
  command = plan
  variables {
    clients = { page = { oauth = { callback_urls = ["http://app.example.com/"] } } }
  }
  expect_failures = [var.clients]
}

run "refuses_an_unknown_trigger" {
  command = plan
  variables {
    triggers = { after_lunch = { name = "f", alias = "live", alias_arn = "arn:f" } }
  }
  expect_failures = [var.triggers]
}
