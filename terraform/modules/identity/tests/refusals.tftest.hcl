# Refusals. What is refused at once in one run does not depend on each other: a variable that waits for a refused one says nothing.

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

variables {
  name    = "people"
  clients = { page = {} }
}

run "refuses_words_cognito_does_not_know" {
  command         = plan
  expect_failures = [var.clients, var.domain, var.mfa, var.sign_in, var.sign_up, var.threat_protection, var.triggers]

  variables {
    clients           = { page = { auth_flows = ["ALLOW_ALL"] } }
    domain            = { name = "people", managed_login_version = 3 }
    mfa               = "MAYBE"
    sign_in           = ["username"]
    sign_up           = { verify = ["letter"] }
    threat_protection = "ON"
    triggers          = { after_lunch = { name = "f", alias = "live", alias_arn = "arn:aws:lambda:eu-west-1:111122223333:function:f:live" } }
  }
}

run "refuses_more_than_cognito_takes" {
  command         = plan
  expect_failures = [var.clients, var.groups, var.password, var.sign_up]

  variables {
    clients  = { page = { id_token_minutes = 1441 } }
    groups   = { managers = { precedence = 2147483648 } }
    password = { minimum_length = 100 }
    sign_up  = { attributes = { for number in range(51) : "a${number}" => {} } }
  }
}

run "refuses_less_than_cognito_takes" {
  command         = plan
  expect_failures = [var.clients, var.groups, var.password, var.sign_up]

  variables {
    clients  = { page = { access_token_minutes = 4 } }
    groups   = { managers = { precedence = -1 } }
    password = { minimum_length = 5 }
    sign_up  = { attributes = { team = { minimum = 10, maximum = 5 } } }
  }
}

run "refuses_what_lasts_too_long" {
  command         = plan
  expect_failures = [var.clients, var.password, var.sign_up]

  variables {
    clients  = { page = { refresh_token_days = 3651 } }
    password = { temporary_days = 366 }
    sign_up  = { attributes = { team = { maximum = 2049 } } }
  }
}

run "refuses_what_is_remembered_too_long" {
  command         = plan
  expect_failures = [var.clients, var.password, var.sign_up]

  variables {
    clients  = { page = { session_minutes = 16 } }
    password = { history_size = 25 }
    sign_up  = { attributes = { a-name-of-more-than-twenty = {} } }
  }
}

run "refuses_the_implicit_flow_and_other_regions" {
  command         = plan
  expect_failures = [var.clients, var.domain, var.email]

  variables {
    clients = { page = { oauth = { flows = ["implicit"], callback_urls = ["https://app.example.com/"] } } }
    domain  = { name = "login.example.com", certificate = { arn = "arn:aws:acm:eu-west-1:111122223333:certificate/abc" } }
    email   = { arn = "arn:aws:sns:eu-west-1:111122223333:mail", address = "no-reply@example.com" }
  }
}

run "refuses_addresses_in_the_clear" {
  command         = plan
  expect_failures = [var.clients, var.domain, var.email]

  variables {
    clients = { page = { oauth = { callback_urls = ["http://app.example.com/"] } } }
    domain  = { name = "login.example.com" }
    email   = { arn = "arn:aws:ses:eu-west-1:111122223333:identity/example.com", address = "example.com" }
  }
}

run "refuses_names_that_are_none" {
  command         = plan
  expect_failures = [var.clients, var.domain, var.groups, var.sign_up]

  variables {
    clients = { "page!" = {} }
    domain  = { name = "my-cognito" }
    groups  = { "the managers" = {} }
    sign_up = { attributes = { team = { type = "List" } } }
  }
}

run "refuses_two_where_one_is_meant" {
  command         = plan
  expect_failures = [var.groups, var.password, var.triggers]

  variables {
    groups   = { for name in ["a", "b"] : name => { precedence = 1, role = { arn = "arn:aws:iam::111122223333:role/${name}" } } }
    password = { recovery = ["admin_only", "verified_email"] }
    triggers = { for moment in ["pre_token_generation", "pre_token_generation_v1"] : moment => { name = "f", alias = "live", alias_arn = "arn:aws:lambda:eu-west-1:111122223333:function:f:live" } }
  }
}

run "refuses_a_scope_and_an_attribute_nobody_has" {
  command         = plan
  expect_failures = [var.clients, var.sign_up]

  variables {
    clients = { page = { oauth = { callback_urls = ["https://app.example.com/"], scopes = ["openid", "orders/read"] } } }
    sign_up = { attributes = { team = { required = true } } }
  }
}

run "refuses_the_code_flow_without_a_way_back" {
  command         = plan
  expect_failures = [var.clients]

  variables {
    clients = { page = { oauth = {} } }
  }
}

run "refuses_too_many_callbacks" {
  command         = plan
  expect_failures = [var.clients]

  variables {
    clients = { page = { oauth = { callback_urls = [for number in range(101) : "https://app.example.com/${number}"] } } }
  }
}

run "refuses_a_provider_that_is_not_there" {
  command         = plan
  expect_failures = [var.clients]

  variables {
    clients = { page = { providers = ["COGNITO", "Google"] } }
  }
}

run "refuses_a_machine_with_a_person_s_scopes" {
  command         = plan
  expect_failures = [var.clients]

  variables {
    clients = { nightly = { auth_flows = [], secret = true, oauth = { flows = ["client_credentials"] } } }
  }
}

run "refuses_a_machine_without_a_secret" {
  command         = plan
  expect_failures = [var.clients]

  variables {
    resource_servers = { orders = { name = "Orders", scopes = { read = "Read orders" } } }
    clients          = { nightly = { auth_flows = [], oauth = { flows = ["client_credentials"], scopes = ["orders/read"] } } }
  }
}

run "refuses_providers_that_are_none" {
  command         = plan
  expect_failures = [var.identity_providers, var.resource_servers]

  variables {
    identity_providers = { Work = { type = "LDAP", details = {} } }
    resource_servers   = { "the orders" = { name = "Orders", scopes = { read = "Read orders" } } }
  }
}

run "refuses_google_by_another_name" {
  command         = plan
  expect_failures = [var.identity_providers, var.resource_servers]

  variables {
    identity_providers = { Search = { type = "Google", details = { client_id = "g" } } }
    resource_servers   = { orders = { name = "Orders", scopes = { "read/all" = "Read orders" } } }
  }
}

run "refuses_a_provider_without_its_details" {
  command         = plan
  expect_failures = [var.identity_providers, var.resource_servers]

  variables {
    identity_providers = { Work = { type = "OIDC", details = { client_id = "c" } } }
    resource_servers   = { orders = { name = "Orders", scopes = { for number in range(101) : "s${number}" => "Read orders" } } }
  }
}

run "refuses_saml_without_metadata" {
  command         = plan
  expect_failures = [var.identity_providers]

  variables {
    identity_providers = { Work = { type = "SAML", details = {} } }
  }
}

run "refuses_an_issuer_in_the_clear" {
  command         = plan
  expect_failures = [var.identity_providers]

  variables {
    identity_providers = { Work = { type = "OIDC", details = { client_id = "c", oidc_issuer = "http://id.example.com" } } }
  }
}

run "refuses_a_secret_in_the_open" {
  command         = plan
  expect_failures = [var.identity_providers]

  variables {
    identity_providers = { Work = { type = "OIDC", details = { client_id = "c", oidc_issuer = "https://id.example.com", client_secret = "s" } } }
  }
}

run "refuses_a_private_key_in_the_open" {
  command         = plan
  expect_failures = [var.identity_providers]

  variables {
    identity_providers = { SignInWithApple = { type = "SignInWithApple", details = { client_id = "c", key_id = "k", team_id = "t", private_key = "p" } } }
  }
}

run "refuses_hosts_that_begin_like_one_s_own_machine" {
  command         = plan
  expect_failures = [var.clients, var.role]

  variables {
    clients = { page = { oauth = { callback_urls = ["http://localhost.example.com/"] } } }
    role    = { path = "team" }
  }
}

run "refuses_alarms_of_machines" {
  command         = plan
  expect_failures = [var.alarms]

  variables {
    alarms           = { overrides = { failed_sign_ins_nightly = {} } }
    resource_servers = { orders = { name = "Orders", scopes = { read = "Read orders" } } }
    clients          = { nightly = { auth_flows = [], secret = true, oauth = { flows = ["client_credentials"], scopes = ["orders/read"] } } }
  }
}

run "refuses_a_secret_that_is_no_reference" {
  command         = plan
  expect_failures = [var.identity_providers]

  variables {
    identity_providers = { Work = { type = "OIDC", secret = "hunter2", details = { client_id = "c", oidc_issuer = "https://id.example.com" } } }
  }
}

run "refuses_a_bad_name" {
  command         = plan
  expect_failures = [var.name]

  variables {
    name = "our people"
  }
}

run "refuses_what_is_of_nothing" {
  command         = plan
  expect_failures = [var.alarms, var.identity_pool, var.key, var.mfa_methods]

  variables {
    alarms        = { overrides = { throttled_app = {} } }
    identity_pool = { clients = ["app"] }
    key           = { arn = "arn:aws:kms:eu-west-1:111122223333:key/abc" }
    mfa_methods   = ["voice"]
  }
}

run "refuses_codes_that_nobody_can_send" {
  command         = plan
  expect_failures = [var.identity_pool, var.key, var.mfa_methods]

  variables {
    triggers      = { custom_email_sender = { name = "f", alias = "live", alias_arn = "arn:aws:lambda:eu-west-1:111122223333:function:f:live" } }
    password      = { recovery = ["verified_phone_number"] }
    mfa_methods   = ["email"]
    identity_pool = { name = "people/one" }
  }
}

run "refuses_a_factor_that_is_the_only_way_back" {
  command         = plan
  expect_failures = [var.identity_pool, var.mfa_methods]

  variables {
    email         = { arn = "arn:aws:ses:eu-west-1:111122223333:identity/example.com", address = "no-reply@example.com" }
    mfa_methods   = ["email"]
    identity_pool = { groups = { managers = {} } }
  }
}

run "refuses_no_factor_for_everyone" {
  command         = plan
  expect_failures = [var.identity_pool, var.mfa_methods]

  variables {
    mfa           = "ON"
    mfa_methods   = []
    groups        = { managers = {} }
    identity_pool = { groups = { managers = {} } }
  }
}

run "refuses_credentials_for_machines_alone" {
  command         = plan
  expect_failures = [var.identity_pool]

  variables {
    resource_servers = { orders = { name = "Orders", scopes = { read = "Read orders" } } }
    clients          = { nightly = { auth_flows = [], secret = true, oauth = { flows = ["client_credentials"], scopes = ["orders/read"] } } }
    identity_pool    = {}
  }
}

run "refuses_two_groups_of_one_rank" {
  command         = plan
  expect_failures = [var.identity_pool]

  variables {
    groups        = { a = { precedence = 1 }, b = { precedence = 1 } }
    identity_pool = { groups = { a = {}, b = {} } }
  }
}

run "refuses_a_name_too_long_for_roles" {
  command         = plan
  expect_failures = [var.identity_pool]

  variables {
    name          = "a-name-that-is-as-long-as-no-role-of-the-identity-pool"
    identity_pool = {}
  }
}

run "refuses_everything_to_everybody" {
  command         = plan
  expect_failures = [var.identity_pool]

  variables {
    identity_pool = { authenticated = { grants = { all = { actions = ["*"], resources = ["arn:aws:s3:::uploads/*"] } } } }
  }
}

run "refuses_everywhere_to_guests" {
  command         = plan
  expect_failures = [var.identity_pool]

  variables {
    identity_pool = { guests = { grants = { all = { actions = ["s3:GetObject"], resources = ["*"] } } } }
  }
}

run "refuses_a_part_of_a_bucket_that_is_not_closed" {
  command         = plan
  expect_failures = [var.identity_pool]

  variables {
    identity_pool = { authenticated = { own = { uploads = { bucket = { arn = "arn:aws:s3:::uploads" }, prefix = "people" } } } }
  }
}

run "refuses_an_unknown_verb" {
  command         = plan
  expect_failures = [var.identity_pool]

  variables {
    identity_pool = { authenticated = { own = { uploads = { bucket = { arn = "arn:aws:s3:::uploads" }, may = ["own"] } } } }
  }
}
