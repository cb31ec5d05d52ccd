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
        for url in setunion(client.oauth.callback_urls, client.oauth.logout_urls) : (!startswith(url, "http://") || can(regex("^http://localhost(:[0-9]+)?(/|$)", url))) && !strcontains(url, "*")
      ]
    ]))
    error_message = "clients: callback and logout addresses are https (or an app's own scheme, or http://localhost) and exact, never `*`"
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

  validation {
    condition     = alltrue([for label in keys(var.clients) : can(regex("^[A-Za-z0-9_+=,.@ -]+$", label)) && length("${var.name}-${label}") <= 128])
    error_message = "clients: labels are letters, digits, spaces and any of _ + = , . @ -, with `name` at most 128 characters; not ${join(", ", keys(var.clients))}"
  }

  validation {
    condition = alltrue([
      for client in var.clients : client.oauth == null ? true : length(client.oauth.callback_urls) <= 100 && length(client.oauth.logout_urls) <= 100 && length(client.oauth.scopes) <= 50
    ])
    error_message = "clients: at most 100 callback_urls, 100 logout_urls and 50 scopes each"
  }

  validation {
    condition = alltrue(flatten([
      for client in var.clients : client.oauth == null ? [] : [
        for scope in client.oauth.scopes : contains(["aws.cognito.signin.user.admin", "email", "openid", "phone", "profile"], scope) || contains(flatten([
          for identifier, server in var.resource_servers : formatlist("${identifier}/%s", keys(server.scopes))
        ]), scope)
      ]
    ]))
    error_message = "clients: oauth.scopes are openid, email, phone, profile, aws.cognito.signin.user.admin or <identifier>/<scope> of resource_servers (${join(", ", flatten([for identifier, server in var.resource_servers : formatlist("${identifier}/%s", keys(server.scopes))]))}); given: ${join(", ", distinct(flatten([for client in var.clients : tolist(try(client.oauth.scopes, []))])))}"
  }

  validation {
    condition = alltrue([
      for client in var.clients : !contains(try(client.oauth.flows, []), "client_credentials") ? true : length(setintersection(client.oauth.scopes, ["aws.cognito.signin.user.admin", "email", "openid", "phone", "profile"])) == 0 && length(client.oauth.scopes) > 0
    ])
    error_message = "clients: a machine (client_credentials) has scopes of resource_servers alone, and one at least; not ${jsonencode({ for name, client in var.clients : name => try(client.oauth.scopes, []) if contains(try(client.oauth.flows, []), "client_credentials") })}"
  }

  validation {
    condition     = length(setsubtract(flatten([for client in var.clients : tolist(client.providers)]), concat(["COGNITO"], keys(var.identity_providers)))) == 0
    error_message = "clients: providers are COGNITO and those of identity_providers (${join(", ", keys(var.identity_providers))}), not ${join(", ", setsubtract(flatten([for client in var.clients : tolist(client.providers)]), concat(["COGNITO"], keys(var.identity_providers))))}"
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

  validation {
    condition     = try(var.domain.certificate, null) == null ? true : can(regex("^arn:[a-z-]+:acm:us-east-1:[0-9]{12}:certificate/.+$", var.domain.certificate.arn))
    error_message = "domain.certificate: the pages are behind CloudFront, which takes certificates of us-east-1 only, not ${try(var.domain.certificate.arn, "null")}"
  }

  validation {
    condition     = var.domain == null ? true : strcontains(var.domain.name, ".") || (can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.domain.name)) && !can(regex("aws|amazon|cognito", var.domain.name)))
    error_message = "domain.name: a prefix has 1 to 63 lower-case letters, digits and hyphens, and neither aws, amazon nor cognito in it; not ${try(var.domain.name, "null")}"
  }
}

variable "identity_pool" {
  description = <<-EOT
    AWS credentials for who signed in, straight from a page: what all of them may do (`authenticated`), what a group's people may do besides
    (`groups`, by name), and what may do who has not signed in (`guests`). Each is said by `grants`, and by `own`: the part of a bucket below
    `prefix` and their own identity id, which they may `read`, `write`, `delete` and `list`. `clients` are those whose tokens count (null: all
    without a secret). Null: no identity pool.
  EOT
  type = object({
    name    = optional(string)
    clients = optional(set(string))
    authenticated = optional(object({
      grants = optional(map(object({ actions = set(string), resources = set(string), conditions = optional(map(map(list(string))), {}) })), {})
      own = optional(map(object({
        bucket = object({ arn = string, key = optional(object({ arn = string })) })
        prefix = optional(string, "")
        may    = optional(set(string), ["delete", "list", "read", "write"])
      })), {})
    }), {})
    groups = optional(map(object({
      grants = optional(map(object({ actions = set(string), resources = set(string), conditions = optional(map(map(list(string))), {}) })), {})
      own = optional(map(object({
        bucket = object({ arn = string, key = optional(object({ arn = string })) })
        prefix = optional(string, "")
        may    = optional(set(string), ["delete", "list", "read", "write"])
      })), {})
    })), {})
    guests = optional(object({
      grants = map(object({ actions = set(string), resources = set(string), conditions = optional(map(map(list(string))), {}) }))
    }))
  })
  default = null

  validation {
    condition     = var.identity_pool == null ? true : length(setsubtract(coalesce(var.identity_pool.clients, []), keys(var.clients))) == 0
    error_message = "identity_pool.clients: those of `clients` (${join(", ", keys(var.clients))}), not ${join(", ", coalesce(try(var.identity_pool.clients, null), []))}"
  }

  validation {
    condition     = var.identity_pool == null ? true : length(coalesce(var.identity_pool.clients, [for label, client in var.clients : label if !client.secret])) > 0
    error_message = "identity_pool: takes the tokens of one client at least; `clients` has none without a secret"
  }

  validation {
    condition     = var.identity_pool == null ? true : can(regex("^[A-Za-z0-9_+=,.@ -]{1,128}$", coalesce(var.identity_pool.name, "x")))
    error_message = "identity_pool.name: 1 to 128 letters, digits, spaces and any of _ + = , . @ -, not ${try(coalesce(var.identity_pool.name), "null")}"
  }

  validation {
    condition = var.identity_pool == null ? true : alltrue([
      for name in keys(var.identity_pool.groups) : try(var.groups[name].precedence, null) != null && try(var.groups[name].role, null) == null && can(regex("^[A-Za-z0-9_+=,.@-]+$", name)) && length("${var.name}-group-${name}") <= 64
    ])
    error_message = "identity_pool.groups: names of `groups` that have a precedence, no role of another's and, with \"${var.name}-group-\", the characters and length (64) of a role's name; given: ${jsonencode({ for name, group in var.groups : name => group.precedence })}, of which ${join(", ", keys(try(var.identity_pool.groups, {})))}"
  }

  validation {
    condition     = var.identity_pool == null ? true : length(distinct([for name in keys(var.identity_pool.groups) : try(var.groups[name].precedence, null)])) == length(var.identity_pool.groups)
    error_message = "identity_pool.groups: each has a precedence of its own, by which one role is chosen for who is in two; given: ${jsonencode({ for name, group in var.groups : name => group.precedence })}"
  }

  validation {
    condition     = var.identity_pool == null || length(var.name) <= 50
    error_message = "identity_pool: `name` has at most 50 characters with it (a role's 64, of which the module adds 14), not ${length(var.name)}"
  }

  validation {
    condition = var.identity_pool == null ? true : alltrue(flatten([
      for party in concat([var.identity_pool.authenticated], values(var.identity_pool.groups), var.identity_pool.guests[*]) : [
        for grant in values(party.grants) : !contains(grant.actions, "*") && (!contains(grant.resources, "*") || length(grant.conditions) > 0)
      ]
    ]))
    error_message = "identity_pool: grants name their actions, and * as a resource needs a condition; this is what strangers' browsers may do"
  }

  validation {
    condition = var.identity_pool == null ? true : alltrue(flatten([
      for party in concat([var.identity_pool.authenticated], values(var.identity_pool.groups)) : [
        for own in values(party.own) : length(own.may) > 0 && length(setsubtract(own.may, ["delete", "list", "read", "write"])) == 0 && (own.prefix == "" || can(regex("^[^/*?$][^*?$]*/$", own.prefix)))
      ]
    ]))
    error_message = "identity_pool: own.may is delete, list, read, write or some of them, own.prefix ends with a slash (`uploads/`), begins with none and holds no * ? $; given: ${jsonencode(flatten([for party in try(concat([var.identity_pool.authenticated], values(var.identity_pool.groups)), []) : [for own in values(party.own) : "${own.prefix} ${join(" ", own.may)}"]]))}"
  }
}

variable "identity_providers" {
  description = "Other places people sign in with, by name (Facebook, Google, LoginWithAmazon and SignInWithApple are their own names). `details` are Cognito's, with `authorize_scopes` and an OIDC provider's `attributes_request_method` filled in; `secret` is a reference (`ssm:/path`, `secretsmanager:name`) to the client's secret, of SignInWithApple to its private key, never a value. Null `attributes`: the address, and where it is needed the user's name."
  type = map(object({
    type       = string
    details    = map(string)
    attributes = optional(map(string))
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
    condition     = alltrue([for provider in var.identity_providers : length(setintersection(["client_secret", "private_key"], keys(provider.details))) == 0])
    error_message = "identity_providers: details hold no client_secret and no private_key; name it in `secret` (ssm:/path or secretsmanager:name)"
  }

  validation {
    condition = alltrue([
      for provider in var.identity_providers : provider.secret == null ? true : can(regex("^(ssm|secretsmanager):.", provider.secret))
    ])
    error_message = "identity_providers: secret is a reference, ssm:/path or secretsmanager:name"
  }

  validation {
    condition = alltrue([
      for name, provider in var.identity_providers : contains(["OIDC", "SAML"], provider.type) ? can(regex("^[^_\\s][^\\s]{0,31}$", name)) : name == provider.type
    ])
    error_message = "identity_providers: the name is the type for Facebook, Google, LoginWithAmazon and SignInWithApple, else 1 to 32 characters without spaces, the first no underscore; not ${jsonencode({ for name, provider in var.identity_providers : name => provider.type })}"
  }

  validation {
    condition = alltrue([
      for provider in values(var.identity_providers) : length(setsubtract(
        lookup({ OIDC = ["client_id", "oidc_issuer"], SAML = [], SignInWithApple = ["client_id", "key_id", "team_id"] }, provider.type, ["client_id"]), keys(provider.details)
      )) == 0 && (provider.type != "SAML" || length(setintersection(["MetadataFile", "MetadataURL"], keys(provider.details))) == 1)
    ])
    error_message = "identity_providers: details hold client_id (OIDC: oidc_issuer too; SignInWithApple: key_id and team_id too), of SAML one of MetadataURL and MetadataFile; given: ${jsonencode({ for name, provider in var.identity_providers : name => keys(provider.details) })}"
  }

  validation {
    condition     = alltrue([for provider in values(var.identity_providers) : startswith(lookup(provider.details, "oidc_issuer", "https://"), "https://") && startswith(lookup(provider.details, "MetadataURL", "https://"), "https://")])
    error_message = "identity_providers: oidc_issuer and MetadataURL are https addresses; given: ${join(", ", [for provider in values(var.identity_providers) : lookup(provider.details, "oidc_issuer", lookup(provider.details, "MetadataURL", "-"))])}"
  }
}

variable "resource_servers" {
  description = "APIs that define scopes of their own, by identifier; `scopes` maps a scope's name to what it allows."
  type        = map(object({ name = string, scopes = map(string) }))
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for server in var.resource_servers : length(server.scopes) <= 100])
    error_message = "resource_servers: at most 100 scopes each, not ${jsonencode({ for identifier, server in var.resource_servers : identifier => length(server.scopes) })}"
  }

  validation {
    condition     = alltrue([for identifier, server in var.resource_servers : can(regex("^[!#-\\[\\]-~]{1,256}$", identifier)) && can(regex("^[A-Za-z0-9_+=,.@ -]{1,256}$", server.name))])
    error_message = "resource_servers: an identifier has 1 to 256 visible characters without quotes and backslashes, a name 1 to 256 letters, digits, spaces and any of _ + = , . @ -; not ${jsonencode({ for identifier, server in var.resource_servers : identifier => server.name })}"
  }

  validation {
    condition = alltrue(flatten([
      for server in values(var.resource_servers) : [for scope, what in server.scopes : can(regex("^[!#-.0-\\[\\]-~]{1,256}$", scope)) && length(what) >= 1 && length(what) <= 256]
    ]))
    error_message = "resource_servers: a scope has 1 to 256 visible characters without slashes, quotes and backslashes, and says what it allows in 1 to 256; not ${jsonencode({ for identifier, server in var.resource_servers : identifier => server.scopes })}"
  }
}
