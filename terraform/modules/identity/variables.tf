variable "clients" {
  description = "Applications people sign in with, by name: straight from a page or app (`auth_flows`), by the hosted pages with PKCE (`oauth`), or both. Without a secret unless `secret`: a page can't keep one."
  type = map(object({
    auth_flows = optional(set(string), ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"])
    oauth = optional(object({
      callback_urls = optional(set(string), [])
      logout_urls   = optional(set(string), [])
      flows         = optional(set(string), ["code"])
      scopes        = optional(set(string), ["email", "openid"])
    }))
    providers            = optional(set(string), ["COGNITO"])
    secret               = optional(bool, false)
    read_attributes      = optional(set(string))
    write_attributes     = optional(set(string))
    session_minutes      = optional(number, 3)
    access_token_minutes = optional(number, 60)
    id_token_minutes     = optional(number, 60)
    refresh_token_days   = optional(number, 30)
  }))
  default  = {}
  nullable = false

  validation {
    condition = alltrue(flatten([
      for client in var.clients : [
        for flow in client.auth_flows : contains([
          "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH",
          "ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH",
        ], flow)
      ]
    ]))
    error_message = "clients: auth_flows are Cognito's ALLOW_… names (ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH, …), not ${jsonencode({ for name, client in var.clients : name => client.auth_flows })}"
  }

  validation {
    condition = alltrue([
      for client in var.clients : client.oauth == null ? true : length(setsubtract(client.oauth.flows, ["client_credentials", "code"])) == 0
    ])
    error_message = "clients: oauth.flows are `code` (with PKCE) or `client_credentials`; the implicit flow puts tokens into addresses"
  }

  validation {
    condition = alltrue([
      for client in var.clients : client.oauth == null ? true : !contains(client.oauth.flows, "client_credentials") || (client.secret && length(client.oauth.flows) == 1)
    ])
    error_message = "clients: client_credentials needs `secret = true` and stands alone in oauth.flows"
  }

  validation {
    condition = alltrue([
      for client in var.clients : client.oauth == null ? true : !contains(client.oauth.flows, "code") || length(client.oauth.callback_urls) > 0
    ])
    error_message = "clients: the code flow needs oauth.callback_urls"
  }

  validation {
    condition = alltrue(flatten([
      for client in var.clients : client.oauth == null ? [] : [
        for url in setunion(client.oauth.callback_urls, client.oauth.logout_urls) : !startswith(url, "http://") && !strcontains(url, "*")
      ]
    ]))
    error_message = "clients: callback and logout addresses are https (or an app's own scheme) and exact, never `*`"
  }

  validation {
    condition = alltrue([
      for client in var.clients : alltrue([
        for minutes in [client.access_token_minutes, client.id_token_minutes] : minutes >= 5 && minutes <= 1440
      ])
    ])
    error_message = "clients: access and id tokens live 5 to 1440 minutes"
  }

  validation {
    condition     = alltrue([for client in var.clients : client.refresh_token_days >= 1 && client.refresh_token_days <= 3650])
    error_message = "clients: refresh tokens live 1 to 3650 days"
  }

  validation {
    condition     = alltrue([for client in var.clients : client.session_minutes >= 3 && client.session_minutes <= 15])
    error_message = "clients: session_minutes is 3 to 15"
  }
}

variable "domain" {
  description = "Domain of the hosted sign-in pages: a prefix of Cognito's own, or a whole name with its certificate (in us-east-1). Null: none."
  type = object({
    name                  = string
    certificate           = optional(object({ arn = string }))
    managed_login_version = optional(number, 1)
  })
  default = null

  validation {
    condition     = var.domain == null ? true : strcontains(var.domain.name, ".") == (var.domain.certificate != null)
    error_message = "domain: a name of your own (with a dot) needs its certificate, a prefix takes none; not ${try(var.domain.name, "null")}"
  }

  validation {
    condition     = var.domain == null ? true : contains([1, 2], var.domain.managed_login_version)
    error_message = "domain.managed_login_version: 1 (classic) or 2 (managed login), not ${try(var.domain.managed_login_version, "null")}"
  }
}

variable "email" {
  description = "Verified SES identity that Cognito's mails are sent with. Null: Cognito's own sender, 50 mails a day."
  type        = object({ arn = string, address = string, configuration_set = optional(string) })
  default     = null
}

variable "groups" {
  description = "Groups by name; the lowest precedence wins where one must."
  type        = map(object({ description = optional(string), precedence = optional(number) }))
  default     = {}
  nullable    = false
}

variable "identity_providers" {
  description = "Other places people sign in with, by name. `secret` is a reference (`ssm:/path`, `secretsmanager:name`), never a value."
  type = map(object({
    type       = string
    details    = map(string)
    attributes = optional(map(string), { email = "email", username = "sub" })
    secret     = optional(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for provider in var.identity_providers : contains(["Facebook", "Google", "LoginWithAmazon", "OIDC", "SAML", "SignInWithApple"], provider.type)
    ])
    error_message = "identity_providers: type is Facebook, Google, LoginWithAmazon, OIDC, SAML or SignInWithApple, not ${join(", ", distinct([for provider in var.identity_providers : provider.type]))}"
  }

  validation {
    condition     = alltrue([for provider in var.identity_providers : !contains(keys(provider.details), "client_secret")])
    error_message = "identity_providers: details hold no client_secret; name it in `secret` (ssm:/path or secretsmanager:name)"
  }

  validation {
    condition = alltrue([
      for provider in var.identity_providers : provider.secret == null ? true : can(regex("^(ssm|secretsmanager):.", provider.secret))
    ])
    error_message = "identity_providers: secret is a reference, ssm:/path or secretsmanager:name"
  }
}

variable "mfa" {
  description = "Second factor by an authenticator app: `OFF`, `OPTIONAL` or `ON` (everyone)."
  type        = string
  default     = "OPTIONAL"
  nullable    = false

  validation {
    condition     = contains(["OFF", "ON", "OPTIONAL"], var.mfa)
    error_message = "mfa: OFF, OPTIONAL or ON, not ${var.mfa}"
  }
}

variable "name" {
  description = "Name of the user pool."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,60}$", var.name))
    error_message = "name: 1 to 60 letters, digits, hyphens and underscores, not ${var.name}"
  }
}

variable "password" {
  description = "What a password must have; `history_size` recent ones are refused."
  type = object({
    minimum_length = optional(number, 12)
    lowercase      = optional(bool, true)
    numbers        = optional(bool, true)
    symbols        = optional(bool, true)
    uppercase      = optional(bool, true)
    history_size   = optional(number, 0)
    temporary_days = optional(number, 3)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.password.minimum_length >= 8 && var.password.minimum_length <= 99
    error_message = "password.minimum_length: 8 to 99 (Cognito would take 6), not ${var.password.minimum_length}"
  }

  validation {
    condition     = var.password.history_size >= 0 && var.password.history_size <= 24
    error_message = "password.history_size: 0 to 24, not ${var.password.history_size}"
  }

  validation {
    condition     = var.password.temporary_days >= 1 && var.password.temporary_days <= 365
    error_message = "password.temporary_days: 1 to 365, not ${var.password.temporary_days}"
  }
}

variable "protect" {
  description = "Deletion protection: the pool holds people's accounts, which can't be brought back."
  type        = bool
  default     = true
  nullable    = false
}

variable "resource_servers" {
  description = "APIs that define scopes of their own, by identifier; `scopes` maps a scope's name to what it allows."
  type        = map(object({ name = string, scopes = map(string) }))
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for server in var.resource_servers : length(server.scopes) <= 100])
    error_message = "resource_servers: at most 100 scopes each"
  }
}

variable "role" {
  description = "Path and permissions boundary of the role for text messages."
  type        = object({ path = optional(string, "/"), permissions_boundary = optional(string) })
  default     = {}
  nullable    = false
}

variable "sign_in" {
  description = "What people sign in with: `email`, `phone_number` or both. Fixed once the pool exists."
  type        = set(string)
  default     = ["email"]
  nullable    = false

  validation {
    condition     = length(var.sign_in) > 0 && length(setsubtract(var.sign_in, ["email", "phone_number"])) == 0
    error_message = "sign_in: email, phone_number or both, not ${jsonencode(var.sign_in)}"
  }
}

variable "sign_up" {
  description = "Who may sign up (`open`: people themselves, else only an administrator adds them), what must be confirmed by a code before it counts (`verify`; a phone number brings a role that lets Cognito send text messages), and the attributes the pool requires or adds, by name; `minimum` and `maximum` are lengths of strings and values of numbers. Attributes are fixed once the pool exists."
  type = object({
    open   = optional(bool, true)
    verify = optional(set(string), ["email"])
    attributes = optional(map(object({
      type     = optional(string, "String")
      required = optional(bool, false)
      mutable  = optional(bool, true)
      minimum  = optional(number)
      maximum  = optional(number)
    })), { email = { required = true } })
  })
  default  = {}
  nullable = false

  validation {
    condition     = length(setsubtract(var.sign_up.verify, ["email", "phone_number"])) == 0
    error_message = "sign_up.verify: email, phone_number or both, not ${jsonencode(var.sign_up.verify)}"
  }

  validation {
    condition     = alltrue([for attribute in var.sign_up.attributes : contains(["Boolean", "DateTime", "Number", "String"], attribute.type)])
    error_message = "sign_up.attributes: type is Boolean, DateTime, Number or String, not ${join(", ", [for name, attribute in var.sign_up.attributes : "${attribute.type} (${name})" if !contains(["Boolean", "DateTime", "Number", "String"], attribute.type)])}"
  }

  validation {
    condition     = alltrue([for name in keys(var.sign_up.attributes) : can(regex("^[A-Za-z0-9_-]{1,20}$", name))])
    error_message = "sign_up.attributes: names are 1 to 20 letters, digits, hyphens and underscores, not ${join(", ", [for name in keys(var.sign_up.attributes) : name if !can(regex("^[A-Za-z0-9_-]{1,20}$", name))])}"
  }
}

variable "tags" {
  description = "Tags of everything that takes tags."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "threat_protection" {
  description = "Cognito's protection against taken-over accounts: `OFF`, `AUDIT` (watch) or `ENFORCED` (block). The last two need the dearer Plus tier."
  type        = string
  default     = "OFF"
  nullable    = false

  validation {
    condition     = contains(["AUDIT", "ENFORCED", "OFF"], var.threat_protection)
    error_message = "threat_protection: OFF, AUDIT or ENFORCED, not ${var.threat_protection}"
  }
}

variable "triggers" {
  description = "Functions Cognito calls on the way, by moment (`pre_sign_up`, `post_confirmation`, `pre_token_generation`, …)."
  type        = map(object({ name = string, alias = string, alias_arn = string }))
  default     = {}
  nullable    = false

  validation {
    condition = length(setsubtract(keys(var.triggers), [
      "create_auth_challenge", "custom_message", "define_auth_challenge", "post_authentication", "post_confirmation",
      "pre_authentication", "pre_sign_up", "pre_token_generation", "user_migration", "verify_auth_challenge_response",
    ])) == 0
    error_message = "triggers: create_auth_challenge, custom_message, define_auth_challenge, post_authentication, post_confirmation, pre_authentication, pre_sign_up, pre_token_generation, user_migration or verify_auth_challenge_response, not ${join(", ", keys(var.triggers))}"
  }
}
