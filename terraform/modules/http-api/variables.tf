variable "alarms" {
  description = "Actions of the module's alarms, what their names begin with (`prefix`, null: name), and settings that differ, by label: latency, server_errors; client_errors is made only when it is named here."
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
    condition     = length(setsubtract(keys(var.alarms.overrides), ["client_errors", "latency", "server_errors"])) == 0
    error_message = "alarms.overrides: the labels are client_errors, latency and server_errors, not ${join(", ", setsubtract(keys(var.alarms.overrides), ["client_errors", "latency", "server_errors"]))}"
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

  validation {
    condition = var.authorizer == null ? true : alltrue([
      for source in var.authorizer.identity_sources : can(regex("^\\$(request\\.(header|querystring)\\.[A-Za-z0-9_-]+|(context|stageVariables)\\.[A-Za-z0-9_.]+)$", source))
    ])
    error_message = "authorizer.identity_sources: $request.header.NAME, $request.querystring.NAME, $context.NAME or $stageVariables.NAME, not ${join(", ", try(var.authorizer.identity_sources, []))}"
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

variable "domain" {
  description = "The API's own domain name, its certificate in the same region, the path below which the API answers (null: all of it), and whether AWS's address goes on answering. Null: AWS's address alone."
  type = object({
    name        = string
    certificate = object({ arn = string })
    path        = optional(string)
    execute_api = optional(bool, false)
  })
  default = null

  validation {
    condition     = var.domain == null ? true : can(regex("^(\\*\\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,}$", var.domain.name))
    error_message = "domain.name: a host name in lower case such as api.example.com, not ${try(var.domain.name, "null")}"
  }

  validation {
    condition     = var.domain == null ? true : can(regex("^[A-Za-z0-9$_.+!*'()/-]{1,300}$", coalesce(var.domain.path, "v1"))) && !can(regex("^/|/$", coalesce(var.domain.path, "v1")))
    error_message = "domain.path: 1 to 300 characters of a path, without a slash at either end, not ${try(coalesce(var.domain.path, "null"), "null")}"
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

variable "network" {
  description = "Where the VPC link is, for routes to a `listener` or `service`: a tier of the module `network`, or its subnets and the groups it is to have. Null groups: one of the module's own in `vpc_id`, which goes out on `ports`. Null: no link."
  type = object({
    subnet_ids         = set(string)
    security_group_ids = optional(set(string))
    vpc_id             = optional(string)
    ports              = optional(set(number), [443])
  })
  default = null

  validation {
    condition     = var.network == null ? true : var.network.security_group_ids != null || var.network.vpc_id != null
    error_message = "network: name security_group_ids, or the vpc_id in which the module makes a group"
  }

  validation {
    condition     = var.network == null ? true : length(var.network.ports) > 0 && alltrue([for port in var.network.ports : port >= 1 && port <= 65535])
    error_message = "network.ports: at least one, each 1 to 65535, not ${jsonencode(try(var.network.ports, []))}"
  }
}

variable "role" {
  description = "Path and permissions boundary of the role with which API Gateway calls queues, buses, workflows and streams."
  type = object({
    path                 = optional(string, "/")
    permissions_boundary = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = can(regex("^/([!-~]+/)?$", var.role.path))
    error_message = "role.path: begins and ends with a slash, not ${var.role.path}"
  }
}

variable "routes" {
  description = "Routes by key (`POST /orders`, `GET /orders/{id}`, `$default`). Each says who may call it (`jwt`, `lambda`, `iam` or `none`) and names exactly one that answers: function, queue, bus, workflow, stream, listener (of a load balancer in the network), service (of Cloud Map) or http. What a direct call sends is `$request.…`, `$context.…` or a constant. `request` changes what a function, listener, service or http gets."
  type = map(object({
    auth       = string
    scopes     = optional(set(string), [])
    throttle   = optional(object({ rate = number, burst = number }))
    timeout_ms = optional(number, 30000)

    function = optional(object({ name = string, alias = string, invoke_arn = string, timeout_seconds = optional(number) }))
    queue = optional(object({
      arn              = string
      url              = string
      key              = optional(object({ arn = string }))
      body             = optional(string, "$request.body")
      group_id         = optional(string)
      deduplication_id = optional(string)
    }))
    bus = optional(object({
      arn         = string
      source      = string
      detail_type = string
      detail      = optional(string, "$request.body")
    }))
    workflow = optional(object({
      arn            = string
      alias_arn      = optional(string)
      key            = optional(object({ arn = string }))
      sync           = optional(bool, false)
      input          = optional(string, "$request.body")
      execution_name = optional(string)
    }))
    stream = optional(object({
      name          = string
      arn           = string
      key           = optional(object({ arn = string }))
      partition_key = string
      data          = optional(string, "$request.body")
    }))
    listener = optional(object({ arn = string, server_name = optional(string) }))
    service  = optional(object({ arn = string, server_name = optional(string) }))
    http     = optional(object({ url = string }))

    request = optional(object({
      path           = optional(string)
      headers        = optional(map(string), {})
      query          = optional(map(string), {})
      remove_headers = optional(set(string), [])
      remove_query   = optional(set(string), [])
    }))
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
    condition     = alltrue([for route in var.routes : route.timeout_ms >= 50 && route.timeout_ms <= 30000])
    error_message = "routes: timeout_ms is 50 to 30000, not ${join(", ", [for key, route in var.routes : "${route.timeout_ms} (${key})" if route.timeout_ms < 50 || route.timeout_ms > 30000])}"
  }

  validation {
    condition     = alltrue([for route in var.routes : 1000 * try(coalesce(route.function.timeout_seconds), 0) <= route.timeout_ms])
    error_message = "routes: an HTTP API hangs up after timeout_ms, 30 seconds at most, before the function's time-out (${join(", ", [for key, route in var.routes : "${key}: ${route.function.timeout_seconds} s" if 1000 * try(coalesce(route.function.timeout_seconds), 0) > route.timeout_ms])})"
  }

  validation {
    condition = alltrue([
      for route in var.routes : length([
        for target in [route.bus, route.function, route.http, route.listener, route.queue, route.service, route.stream, route.workflow] : true if target != null
      ]) == 1
    ])
    error_message = "routes: each names exactly one of bus, function, http, listener, queue, service, stream, workflow; not so: ${join(", ", [for key, route in var.routes : key if length([for target in [route.bus, route.function, route.http, route.listener, route.queue, route.service, route.stream, route.workflow] : true if target != null]) != 1])}"
  }

  validation {
    condition     = var.network != null || alltrue([for route in var.routes : route.listener == null && route.service == null])
    error_message = "routes: a listener or service is in a network, which the input `network` names (${join(", ", [for key, route in var.routes : key if route.listener != null || route.service != null])})"
  }

  validation {
    condition     = alltrue([for route in var.routes : route.http == null ? true : startswith(route.http.url, "https://")])
    error_message = "routes: http.url is an https address, not ${join(", ", [for key, route in var.routes : "${route.http.url} (${key})" if route.http == null ? false : !startswith(route.http.url, "https://")])}"
  }

  validation {
    condition     = alltrue([for route in var.routes : route.queue == null ? true : endswith(route.queue.arn, ".fifo") ? route.queue.group_id != null : route.queue.deduplication_id == null])
    error_message = "routes: a FIFO queue needs a group_id, and no other queue takes a deduplication_id (${join(", ", [for key, route in var.routes : key if route.queue == null ? false : endswith(route.queue.arn, ".fifo") ? route.queue.group_id == null : route.queue.deduplication_id != null])})"
  }

  validation {
    condition     = length(var.name) <= 60 || alltrue([for route in var.routes : route.bus == null && route.queue == null && route.stream == null && route.workflow == null])
    error_message = "routes: with queues, buses, workflows or streams `name` has at most 60 characters (IAM allows a role 64, of which the module adds 4), not ${length(var.name)}"
  }

  validation {
    condition = alltrue([
      for route in var.routes : route.request == null || (route.bus == null && route.queue == null && route.stream == null && route.workflow == null)
    ])
    error_message = "routes: request changes what a function, listener, service or http gets; a queue, bus, workflow or stream says itself what it is sent"
  }

  validation {
    condition = alltrue(flatten([
      for route in var.routes : [
        for name in try(setunion(keys(route.request.headers), route.request.remove_headers), []) :
        !can(regex("^(?i)(access-control-.*|apigw-.*|x-amz-.*|x-amzn-.*|authorization|connection|content-(encoding|length|location)|forwarded|keep-alive|origin|proxy-authenticate|proxy-authorization|te|trailers|transfer-encoding|upgrade|via|x-forwarded-(for|host|proto))$", name))
      ]
    ]))
    error_message = "routes: API Gateway keeps these headers to itself: access-control-*, apigw-*, x-amz-*, x-amzn-*, Authorization, Connection, Content-Encoding, Content-Length, Content-Location, Forwarded, Keep-Alive, Origin, Proxy-*, TE, Trailers, Transfer-Encoding, Upgrade, Via, X-Forwarded-*; given: ${join(", ", flatten([for route in var.routes : try(concat(keys(route.request.headers), tolist(route.request.remove_headers)), [])]))}"
  }

  validation {
    condition     = alltrue([for route in var.routes : route.throttle == null ? true : route.throttle.rate > 0 && route.throttle.burst > 0])
    error_message = "routes: throttle has a rate and a burst above 0 (0 turns every caller away): ${join(", ", [for key, route in var.routes : key if route.throttle == null ? false : route.throttle.rate <= 0 || route.throttle.burst <= 0])}"
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
