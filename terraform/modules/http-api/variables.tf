variable "alarms" {
  description = "Where alarms report, and what differs from their defaults, by label (`latency`, `server_errors`)."
  type = object({
    actions = optional(set(string), [])
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
    condition     = length(setsubtract(keys(var.alarms.overrides), ["latency", "server_errors"])) == 0
    error_message = "alarms.overrides: the labels are latency and server_errors, not ${join(", ", setsubtract(keys(var.alarms.overrides), ["latency", "server_errors"]))}"
  }
}

variable "authorizer" {
  description = "Function that routes with auth `lambda` ask; it answers `{ isAuthorized, context }`. Null: there are none."
  type = object({
    function         = object({ name = string, alias = string, invoke_arn = string })
    identity_sources = optional(set(string), ["$request.header.Authorization"])
    cache_seconds    = optional(number, 300)
  })
  default = null

  validation {
    condition     = var.authorizer == null ? true : var.authorizer.cache_seconds >= 0 && var.authorizer.cache_seconds <= 3600
    error_message = "authorizer.cache_seconds: 0 to 3600, not ${try(var.authorizer.cache_seconds, "null")}"
  }

  validation {
    condition     = var.authorizer == null ? true : var.authorizer.cache_seconds == 0 || length(var.authorizer.identity_sources) > 0
    error_message = "authorizer.identity_sources: an answer that is kept needs at least one source to be kept by"
  }
}

variable "cors" {
  description = "Which pages' scripts may call the API: exact origins. Null: none."
  type = object({
    origins         = set(string)
    headers         = optional(set(string), ["authorization", "content-type"])
    methods         = optional(set(string), ["DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT"])
    exposed_headers = optional(set(string), [])
    credentials     = optional(bool, false)
    max_age_seconds = optional(number, 300)
  })
  default = null

  validation {
    condition = var.cors == null ? true : length(var.cors.origins) > 0 && alltrue([
      for origin in var.cors.origins : can(regex("^https?://[a-z0-9.-]+(:[0-9]+)?$", origin))
    ])
    error_message = "cors.origins: scheme and host without path or `*`, such as https://app.example.com, not ${jsonencode(try(var.cors.origins, []))}"
  }

  validation {
    condition = var.cors == null ? true : alltrue([
      for name in setunion(var.cors.headers, var.cors.methods, var.cors.exposed_headers) : name != "*"
    ])
    error_message = "cors: headers and methods are named one by one, never `*`"
  }

  validation {
    condition     = var.cors == null ? true : var.cors.max_age_seconds >= -1 && var.cors.max_age_seconds <= 86400
    error_message = "cors.max_age_seconds: -1 to 86400, not ${try(var.cors.max_age_seconds, "null")}"
  }
}

variable "description" {
  description = "What the API is for."
  type        = string
  default     = null

  validation {
    condition     = var.description == null ? true : length(var.description) <= 1024
    error_message = "description: at most 1024 characters, not ${try(length(var.description), 0)}"
  }
}

variable "jwt" {
  description = "Issuer and audiences of the tokens that routes with auth `jwt` take. Null: there are none."
  type        = object({ issuer = string, audience = set(string) })
  default     = null

  validation {
    condition     = var.jwt == null ? true : startswith(var.jwt.issuer, "https://")
    error_message = "jwt.issuer: an https address, not ${try(var.jwt.issuer, "null")}"
  }

  validation {
    condition     = var.jwt == null ? true : length(var.jwt.audience) > 0
    error_message = "jwt.audience: at least one; without it every token of the issuer would do"
  }
}

variable "key" {
  description = "KMS key of the access logs; its policy must let CloudWatch Logs use it. Null: the service's own encryption."
  type        = object({ arn = string })
  default     = null
}

variable "log_retention_days" {
  description = "How long access logs are kept."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition = contains(
      [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
      var.log_retention_days,
    )
    error_message = "log_retention_days: one of CloudWatch's periods (1, 3, 5, 7, 14, 30, 60, 90, ... 3653), not ${var.log_retention_days}"
  }
}

variable "name" {
  description = "Name of the API; its log group and alarms are named after it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "name: 1 to 64 letters, digits, hyphens and underscores, not ${var.name}"
  }
}

variable "routes" {
  description = "Routes by key (`POST /orders`, `GET /orders/{id}`, `$default`). Each says who may call it (`jwt`, `lambda`, `iam` or `none`) and which function answers."
  type = map(object({
    auth     = string
    function = object({ name = string, alias = string, invoke_arn = string, timeout_seconds = optional(number) })
    scopes   = optional(set(string), [])
    throttle = optional(object({ rate = number, burst = number }))
  }))
  nullable = false

  validation {
    condition = alltrue([
      for key in keys(var.routes) : can(regex("^(\\$default|(ANY|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT) /\\S*)$", key))
    ])
    error_message = "routes: keys are `METHOD /path`, `ANY /path` or `$default`, not ${join(", ", [for key in keys(var.routes) : key if !can(regex("^(\\$default|(ANY|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT) /\\S*)$", key))])}"
  }

  validation {
    condition     = length(var.routes) <= 300
    error_message = "routes: at most 300 in one API, not ${length(var.routes)}"
  }

  validation {
    condition     = alltrue([for route in var.routes : contains(["iam", "jwt", "lambda", "none"], route.auth)])
    error_message = "routes: auth is iam, jwt, lambda or none, not ${join(", ", [for key, route in var.routes : "${route.auth} (${key})" if !contains(["iam", "jwt", "lambda", "none"], route.auth)])}"
  }

  validation {
    condition     = var.jwt != null || alltrue([for route in var.routes : route.auth != "jwt"])
    error_message = "routes: auth jwt needs the input `jwt` (${join(", ", [for key, route in var.routes : key if route.auth == "jwt"])})"
  }

  validation {
    condition     = var.authorizer != null || alltrue([for route in var.routes : route.auth != "lambda"])
    error_message = "routes: auth lambda needs the input `authorizer` (${join(", ", [for key, route in var.routes : key if route.auth == "lambda"])})"
  }

  validation {
    condition     = alltrue([for route in var.routes : length(route.scopes) == 0 || route.auth == "jwt"])
    error_message = "routes: scopes are claims of a token, so they go with auth jwt only (${join(", ", [for key, route in var.routes : key if length(route.scopes) > 0 && route.auth != "jwt"])})"
  }

  validation {
    condition     = alltrue([for route in var.routes : coalesce(route.function.timeout_seconds, 30) <= 30])
    error_message = "routes: an HTTP API hangs up after 30 seconds, before the function's time-out (${join(", ", [for key, route in var.routes : "${key}: ${route.function.timeout_seconds}" if coalesce(route.function.timeout_seconds, 30) > 30])})"
  }
}

variable "tags" {
  description = "Tags of everything that takes tags."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "throttle" {
  description = "Requests a second, and the burst above it, that each route takes unless it says otherwise."
  type        = object({ rate = number, burst = number })
  default     = { rate = 50, burst = 100 }
  nullable    = false

  validation {
    condition     = var.throttle.rate > 0 && var.throttle.burst > 0
    error_message = "throttle: rate and burst above 0 (0 turns every caller away), not ${var.throttle.rate} and ${var.throttle.burst}"
  }
}
