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

override_resource {
  target          = aws_cognito_user_pool_client.this
  override_during = plan
  values          = { id = "clientid" }
}

override_resource {
  target          = aws_cognito_identity_pool.this
  override_during = plan
  values = {
    id  = "eu-west-1:1234"
    arn = "arn:aws:cognito-identity:eu-west-1:111122223333:identitypool/eu-west-1:1234"
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
    condition     = length(aws_iam_role.sms) + length(aws_cognito_identity_pool.this) == 0 && output.identity_pool == null
    error_message = "a role for text messages or an identity pool that nobody asked for"
  }

  assert {
    condition = aws_cognito_user_pool_client.this["page"].enable_token_revocation && aws_cognito_user_pool_client.this["page"].access_token_validity == 60 && aws_cognito_user_pool_client.this["page"].token_validity_units[0] == {
      access_token = "minutes", id_token = "minutes", refresh_token = "days"
    }
    error_message = "tokens can't be revoked, or live as long as nobody said"
  }

  assert {
    condition     = toset([for way in aws_cognito_user_pool.this.account_recovery_setting[0].recovery_mechanism : "${way.priority} ${way.name}"]) == toset(["1 verified_email"])
    error_message = "who forgot the password is let in another way"
  }

  assert {
    condition     = length(aws_cognito_user_pool.this.software_token_mfa_configuration) == 1 && length(aws_cognito_user_pool.this.email_mfa_configuration) == 0 && aws_cognito_user_pool.this.user_pool_tier == "ESSENTIALS"
    error_message = "second factors or the tier are not the default ones"
  }

  assert {
    condition = output.alarms == {
      failed_sign_ins_page = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:people-failed-sign-ins-page"
      throttled_page       = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:people-throttled-page"
    }
    error_message = "nobody hears of passwords tried or people turned away"
  }

  assert {
    condition = alltrue(flatten([for alarm in aws_cloudwatch_metric_alarm.this : [
      for query in alarm.metric_query : query.metric[0].dimensions == tomap({ UserPool = "eu-west-1_abc", UserPoolClient = "clientid" }) if length(query.metric) > 0
    ]]))
    error_message = "an alarm looks at another pool or client"
  }
}

run "machines_get_tokens_for_their_scopes_and_no_alarm_for_passwords" {
  command = plan

  variables {
    resource_servers = { orders = { name = "Orders", scopes = { read = "Read orders" } } }
    clients = {
      nightly = { auth_flows = [], secret = true, oauth = { flows = ["client_credentials"], scopes = ["orders/read"] } }
    }
  }

  assert {
    condition     = aws_cognito_user_pool_client.this["nightly"].generate_secret && aws_cognito_user_pool_client.this["nightly"].allowed_oauth_flows == toset(["client_credentials"]) && aws_cognito_user_pool_client.this["nightly"].allowed_oauth_scopes == toset(["orders/read"])
    error_message = "a machine gets more than its scopes"
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.this) == 0
    error_message = "an alarm that can't go off"
  }
}

run "second_factors_and_ways_back" {
  command = plan

  variables {
    mfa         = "ON"
    mfa_methods = ["email", "sms"]
    email       = { arn = "arn:aws:ses:eu-west-1:111122223333:identity/example.com", address = "Shop <no-reply@example.com>" }
    password    = { recovery = ["verified_phone_number", "verified_email"], history_size = 5 }
  }

  assert {
    condition     = length(aws_cognito_user_pool.this.software_token_mfa_configuration) == 0 && strcontains(aws_cognito_user_pool.this.email_mfa_configuration[0].message, "{####}") && length(aws_iam_role.sms) == 1
    error_message = "factors are others than asked for"
  }

  assert {
    condition     = toset([for way in aws_cognito_user_pool.this.account_recovery_setting[0].recovery_mechanism : "${way.priority} ${way.name}"]) == toset(["1 verified_phone_number", "2 verified_email"])
    error_message = "ways back are others than asked for"
  }
}

run "administrators_alone_let_people_back_in" {
  command = plan

  variables {
    password = { recovery = ["admin_only"] }
  }

  assert {
    condition     = [for way in aws_cognito_user_pool.this.account_recovery_setting[0].recovery_mechanism : way.name] == ["admin_only"]
    error_message = "ways back are others than asked for"
  }
}

run "nothing_to_verify_is_no_setting" {
  command = plan

  variables {
    sign_up = { open = false, verify = [] }
  }

  assert {
    condition     = length(aws_cognito_user_pool.this.user_attribute_update_settings) == 0 && [for way in aws_cognito_user_pool.this.account_recovery_setting[0].recovery_mechanism : way.name] == ["admin_only"]
    error_message = "Cognito answers without the block, and each plan would ask for it again"
  }
}

run "pages_on_ones_own_machine" {
  command = plan

  variables {
    clients = { page = { oauth = { callback_urls = ["http://localhost:3000/signed-in", "https://app.example.com/"], logout_urls = ["http://localhost"] } } }
  }

  assert {
    condition     = contains(aws_cognito_user_pool_client.this["page"].callback_urls, "http://localhost:3000/signed-in")
    error_message = "a page can't be tried where it is written"
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

run "every_moment_has_its_function" {
  command = plan

  variables {
    key = { arn = "arn:aws:kms:eu-west-1:111122223333:key/abc" }
    triggers = { for moment in [
      "create_auth_challenge", "custom_email_sender", "custom_message", "custom_sms_sender", "define_auth_challenge", "post_authentication",
      "post_confirmation", "pre_authentication", "pre_sign_up", "pre_token_generation", "user_migration", "verify_auth_challenge_response",
    ] : moment => { name = moment, alias = "live", alias_arn = "arn:aws:lambda:eu-west-1:111122223333:function:${moment}:live" } }
  }

  assert {
    condition = alltrue([for moment in ["create_auth_challenge", "custom_message", "define_auth_challenge", "post_authentication", "post_confirmation", "pre_authentication", "pre_sign_up", "user_migration", "verify_auth_challenge_response"] :
      aws_cognito_user_pool.this.lambda_config[0][moment] == "arn:aws:lambda:eu-west-1:111122223333:function:${moment}:live"
    ])
    error_message = "a moment calls another function, or none"
  }

  assert {
    condition = alltrue([
      aws_cognito_user_pool.this.lambda_config[0].kms_key_id == "arn:aws:kms:eu-west-1:111122223333:key/abc",
      aws_cognito_user_pool.this.lambda_config[0].custom_email_sender[0] == { lambda_arn = "arn:aws:lambda:eu-west-1:111122223333:function:custom_email_sender:live", lambda_version = "V1_0" },
      aws_cognito_user_pool.this.lambda_config[0].custom_sms_sender[0] == { lambda_arn = "arn:aws:lambda:eu-west-1:111122223333:function:custom_sms_sender:live", lambda_version = "V1_0" },
      aws_cognito_user_pool.this.lambda_config[0].pre_token_generation_config[0] == { lambda_arn = "arn:aws:lambda:eu-west-1:111122223333:function:pre_token_generation:live", lambda_version = "V2_0" },
    ])
    error_message = "a sender has no key, or a function the wrong version"
  }

  assert {
    condition     = length(aws_lambda_permission.trigger) == 12 && alltrue([for permission in aws_lambda_permission.trigger : permission.principal == "cognito-idp.amazonaws.com" && permission.source_arn == "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_abc"])
    error_message = "a moment without its permission"
  }
}

run "tokens_in_another_version" {
  command = plan

  variables {
    triggers = { pre_token_generation_v1 = { name = "old", alias = "live", alias_arn = "arn:aws:lambda:eu-west-1:111122223333:function:old:live" } }
  }

  assert {
    condition     = aws_cognito_user_pool.this.lambda_config[0].pre_token_generation_config[0].lambda_version == "V1_0"
    error_message = "an old function gets a new event"
  }
}

run "tokens_of_machines_too" {
  command = plan

  variables {
    triggers = { pre_token_generation_v3 = { name = "new", alias = "live", alias_arn = "arn:aws:lambda:eu-west-1:111122223333:function:new:live" } }
  }

  assert {
    condition     = aws_cognito_user_pool.this.lambda_config[0].pre_token_generation_config[0] == { lambda_arn = "arn:aws:lambda:eu-west-1:111122223333:function:new:live", lambda_version = "V3_0" }
    error_message = "a machine's token passes the function by"
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

run "apples_secret_is_a_private_key" {
  command = plan

  override_data {
    target = data.aws_ssm_parameter.provider
    values = { value = "from-the-parameter" }
  }

  variables {
    identity_providers = {
      SignInWithApple = { type = "SignInWithApple", secret = "ssm:/people/apple", details = { client_id = "com.example.people", key_id = "K", team_id = "T" } }
    }
  }

  assert {
    condition     = toset(keys(nonsensitive(aws_cognito_identity_provider.this["SignInWithApple"].provider_details))) == toset(["authorize_scopes", "client_id", "key_id", "private_key", "team_id"])
    error_message = "Cognito asks for private_key, and gets the key under another name"
  }
}

run "providers_are_filled_in" {
  command = plan

  override_data {
    target = data.aws_secretsmanager_secret_version.provider
    values = { secret_string = "from-the-secret" }
  }

  variables {
    identity_providers = {
      Google = { type = "Google", secret = "secretsmanager:people/google", details = { client_id = "g" } }
      Work   = { type = "SAML", details = { MetadataURL = "https://saml.example.com/metadata" } }
    }
  }

  assert {
    condition     = nonsensitive(aws_cognito_identity_provider.this["Google"].provider_details["client_secret"]) == "from-the-secret" && nonsensitive(aws_cognito_identity_provider.this["Google"].provider_details["authorize_scopes"]) == "openid email"
    error_message = "Google is asked for nothing, or without its secret"
  }

  assert {
    condition     = aws_cognito_identity_provider.this["Work"].attribute_mapping == tomap({ email = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress" })
    error_message = "no address comes from SAML"
  }
}

run "a_domain_of_ones_own" {
  command = plan

  variables {
    domain = { name = "login.example.com", certificate = { arn = "arn:aws:acm:us-east-1:111122223333:certificate/abc" } }
  }

  assert {
    condition     = output.domain == "login.example.com"
    error_message = "the pages are elsewhere"
  }
}

run "attributes_always_say_their_constraints" {
  command = plan

  variables {
    sign_up = { attributes = { email = { required = true }, number = { type = "Number", minimum = 1 }, member = { type = "Boolean" } } }
  }

  assert {
    condition = toset([
      for attribute in aws_cognito_user_pool.this.schema : join(" ", concat(
        [attribute.name], [for limits in attribute.string_attribute_constraints : "${limits.min_length}-${limits.max_length}"], [for limits in attribute.number_attribute_constraints : "${limits.min_value}-${limits.max_value}"],
      ))
    ]) == toset(["email 0-2048", "member", "number 1-2147483647"])
    error_message = "an attribute without its constraints would plan another pool"
  }
}
