variable "alarms" {
  description = "Actions of the module's alarms, what their names begin with (`prefix`, null: name), and settings that differ, by label: failed_sign_ins_<client> and throttled_<client> for each client that people sign in with."
  type = object({
    actions = optional(set(string), [])
    prefix  = optional(string)
    overrides = optional(map(object({
      enabled            = optional(bool, true)
      threshold          = optional(number)
      period_seconds     = optional(number)
      evaluation_periods = optional(number)
    })), {})
  })
  default  = {}
  nullable = false

  validation {
    condition = length(setsubtract(keys(var.alarms.overrides), concat(
      formatlist("failed_sign_ins_%s", keys(var.clients)), formatlist("throttled_%s", keys(var.clients)),
    ))) == 0
    error_message = "alarms.overrides: labels are failed_sign_ins_<client> and throttled_<client>, the clients ${join(", ", keys(var.clients))}; not ${join(", ", keys(var.alarms.overrides))}"
  }
}

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

variable "email" {
  description = "Verified SES identity that Cognito's mails are sent with: module `email`'s output `identity`. Null: Cognito's own sender, 50 mails a day."
  type        = object({ arn = string, address = string, configuration_set = optional(string) })
  default     = null

  validation {
    condition     = var.email == null ? true : can(regex("^arn:[^:]+:ses:[^:]+:[0-9]{12}:identity/.+$", var.email.arn))
    error_message = "email.arn: the ARN of an SES identity, not ${try(var.email.arn, "null")}"
  }

  validation {
    condition     = var.email == null ? true : can(regex("^([^<>]+<)?[^@<>\\s]+@[^@<>\\s]+>?$", var.email.address))
    error_message = "email.address: an address, or a name and an address (`Shop <orders@example.com>`), not ${try(var.email.address, "null")}"
  }
}

variable "groups" {
  description = "Groups by name; the lowest precedence wins where one must. `role` is what a group's people get from an identity pool, when it is not one of this module's."
  type = map(object({
    description = optional(string)
    precedence  = optional(number)
    role        = optional(object({ arn = string }))
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.groups) : can(regex("^[^\\s]{1,128}$", name))])
    error_message = "groups: names are 1 to 128 characters without spaces, not ${join(", ", keys(var.groups))}"
  }

  validation {
    condition     = alltrue([for group in values(var.groups) : coalesce(group.precedence, 0) >= 0 && coalesce(group.precedence, 0) <= 2147483647 && floor(coalesce(group.precedence, 0)) == coalesce(group.precedence, 0)])
    error_message = "groups: precedence is a whole number, 0 to 2147483647, not ${jsonencode({ for name, group in var.groups : name => group.precedence })}"
  }

  validation {
    condition     = alltrue([for group in values(var.groups) : group.role == null || group.precedence != null]) && length(distinct([for group in values(var.groups) : group.precedence if group.role != null])) == length([for group in values(var.groups) : group if group.role != null])
    error_message = "groups: with a role a group has a precedence of its own, by which one is chosen for who is in two; not ${jsonencode({ for name, group in var.groups : name => group.precedence if group.role != null })}"
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
  description = "Other places people sign in with, by name (Facebook, Google, LoginWithAmazon and SignInWithApple are their own names). `details` are Cognito's, with `authorize_scopes` and an OIDC provider's `attributes_request_method` filled in; `secret` is a reference (`ssm:/path`, `secretsmanager:name`), never a value. Null `attributes`: the address, and where it is needed the user's name."
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
    condition     = alltrue([for provider in var.identity_providers : !contains(keys(provider.details), "client_secret")])
    error_message = "identity_providers: details hold no client_secret; name it in `secret` (ssm:/path or secretsmanager:name)"
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

variable "key" {
  description = "KMS key with which Cognito encrypts the codes it hands to `custom_email_sender` and `custom_sms_sender`. Null: there are none."
  type        = object({ arn = string })
  default     = null

  validation {
    condition     = (var.key != null) == (length(setintersection(keys(var.triggers), ["custom_email_sender", "custom_sms_sender"])) > 0)
    error_message = "key: the triggers custom_email_sender and custom_sms_sender need one, and nothing else does; given: ${join(", ", keys(var.triggers))}"
  }
}

variable "mfa" {
  description = "Second factor: `OFF`, `OPTIONAL` or `ON` (everyone)."
  type        = string
  default     = "OPTIONAL"
  nullable    = false

  validation {
    condition     = contains(["OFF", "ON", "OPTIONAL"], var.mfa)
    error_message = "mfa: OFF, OPTIONAL or ON, not ${var.mfa}"
  }
}

variable "mfa_methods" {
  description = "What is offered as second factor: `totp` (an authenticator app), `sms`, `email` (needs `email`). `sms` comes along with a telephone number to verify: Cognito offers it in every pool that sends text messages."
  type        = set(string)
  default     = ["totp"]
  nullable    = false

  validation {
    condition     = length(setsubtract(var.mfa_methods, ["email", "sms", "totp"])) == 0 && (var.mfa == "OFF" || length(var.mfa_methods) > 0)
    error_message = "mfa_methods: email, sms and totp, one at least unless mfa is OFF; not ${jsonencode(var.mfa_methods)}"
  }

  validation {
    condition     = !contains(var.mfa_methods, "email") || var.email != null
    error_message = "mfa_methods: codes by mail need `email`; Cognito's own sender takes none"
  }

  # Who signs in with a code to one place can't be let back in by a code to the same place.
  validation {
    condition = var.mfa == "OFF" || alltrue([
      for method in setintersection(var.mfa_methods, ["email", "sms"]) :
      join(",", coalesce(var.password.recovery, [for name in var.sign_up.verify : "verified_${name}"])) != (method == "sms" ? "verified_phone_number" : "verified_email")
    ])
    error_message = "mfa_methods: a second factor can't be the only way back as well; factors ${join(", ", var.mfa_methods)}, way back ${join(", ", coalesce(var.password.recovery, [for name in var.sign_up.verify : "verified_${name}"]))} (`password.recovery`)"
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
  description = "What a password must have; `history_size` recent ones are refused. `recovery` says how one gets back in, the first way first: `verified_email`, `verified_phone_number`, or `admin_only` alone (null: by what sign-up verifies, mail first)."
  type = object({
    minimum_length = optional(number, 12)
    lowercase      = optional(bool, true)
    numbers        = optional(bool, true)
    symbols        = optional(bool, true)
    uppercase      = optional(bool, true)
    history_size   = optional(number, 0)
    temporary_days = optional(number, 3)
    recovery       = optional(list(string))
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.password.minimum_length >= 6 && var.password.minimum_length <= 99
    error_message = "password.minimum_length: 6 to 99, not ${var.password.minimum_length}"
  }

  validation {
    condition     = var.password.history_size >= 0 && var.password.history_size <= 24
    error_message = "password.history_size: 0 to 24, not ${var.password.history_size}"
  }

  validation {
    condition     = var.password.temporary_days >= 1 && var.password.temporary_days <= 365
    error_message = "password.temporary_days: 1 to 365, not ${var.password.temporary_days}"
  }

  validation {
    condition = var.password.recovery == null ? true : length(var.password.recovery) >= 1 && length(var.password.recovery) <= 2 && length(distinct(var.password.recovery)) == length(var.password.recovery) && (
      length(setsubtract(var.password.recovery, ["verified_email", "verified_phone_number"])) == 0 || join(",", var.password.recovery) == "admin_only"
    )
    error_message = "password.recovery: verified_email, verified_phone_number, both in order, or admin_only alone; not ${jsonencode(var.password.recovery)}"
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

variable "role" {
  description = "Path and permissions boundary of the roles: for text messages, and of the identity pool."
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

  validation {
    condition     = length(var.sign_up.attributes) <= 50
    error_message = "sign_up.attributes: at most 50, not ${length(var.sign_up.attributes)}"
  }

  validation {
    condition = alltrue([for name, attribute in var.sign_up.attributes : !attribute.required || contains([
      "address", "birthdate", "email", "family_name", "gender", "given_name", "locale", "middle_name", "name", "nickname", "phone_number",
      "picture", "preferred_username", "profile", "updated_at", "website", "zoneinfo",
    ], name)])
    error_message = "sign_up.attributes: Cognito requires its own alone (email, name, phone_number, …), no custom ones; not ${join(", ", [for name, attribute in var.sign_up.attributes : name if attribute.required])}"
  }

  validation {
    condition = alltrue([
      for attribute in values(var.sign_up.attributes) : coalesce(attribute.minimum, 0) <= coalesce(attribute.maximum, attribute.type == "String" ? 2048 : 2147483647) && (
        attribute.type != "String" || (coalesce(attribute.minimum, 0) >= 0 && coalesce(attribute.maximum, 2048) <= 2048)
      )
    ])
    error_message = "sign_up.attributes: minimum is not above maximum, and a string has 0 to 2048 characters; not ${jsonencode({ for name, attribute in var.sign_up.attributes : name => [attribute.minimum, attribute.maximum] })}"
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
  description = "Functions Cognito calls on the way, by moment (`pre_sign_up`, `post_confirmation`, `pre_token_generation`, …). `pre_token_generation` changes both tokens (Cognito's V2_0), `_v1` the id token alone, `_v3` a machine's too. `custom_email_sender` and `custom_sms_sender` send in Cognito's place, and need `key`."
  type        = map(object({ name = string, alias = string, alias_arn = string }))
  default     = {}
  nullable    = false

  validation {
    condition = length(setsubtract(keys(var.triggers), [
      "create_auth_challenge", "custom_email_sender", "custom_message", "custom_sms_sender", "define_auth_challenge", "post_authentication",
      "post_confirmation", "pre_authentication", "pre_sign_up", "pre_token_generation", "pre_token_generation_v1", "pre_token_generation_v3",
      "user_migration", "verify_auth_challenge_response",
    ])) == 0
    error_message = "triggers: create_auth_challenge, custom_email_sender, custom_message, custom_sms_sender, define_auth_challenge, post_authentication, post_confirmation, pre_authentication, pre_sign_up, pre_token_generation (or _v1, _v3), user_migration or verify_auth_challenge_response, not ${join(", ", keys(var.triggers))}"
  }

  validation {
    condition     = length(setintersection(keys(var.triggers), ["pre_token_generation", "pre_token_generation_v1", "pre_token_generation_v3"])) <= 1
    error_message = "triggers: one of pre_token_generation, pre_token_generation_v1 and pre_token_generation_v3, not ${join(", ", [for name in keys(var.triggers) : name if startswith(name, "pre_token")])}"
  }
}
