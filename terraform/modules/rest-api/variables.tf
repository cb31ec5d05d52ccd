variable "alarms" {
  description = "Actions of the module's alarms, what their names begin with (`prefix`, null: name), and settings that differ, by label: server_errors_<stage>, latency_<stage>; client_errors_<stage> is made only when it is named here."
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
    condition = length(setsubtract(keys(var.alarms.overrides), flatten([
      for stage in keys(var.stages) : ["client_errors_${stage}", "latency_${stage}", "server_errors_${stage}"]
    ]))) == 0
    error_message = "alarms.overrides: the labels are client_errors_, latency_ and server_errors_ with a stage (${join(", ", keys(var.stages))}); given: ${join(", ", keys(var.alarms.overrides))}."
  }
}

variable "authorizers" {
  description = "Who decides, by the name operations use in `security`: a Cognito user pool, whose token comes in `header`, or a function, which answers with a policy that is kept `cache_seconds` by its identity sources. `iam` and `api_key` are there without being named."
  type = map(object({
    cognito          = optional(object({ arn = string }))
    header           = optional(string, "Authorization")
    function         = optional(object({ name = string, alias = string, invoke_arn = string }))
    identity_sources = optional(set(string), ["method.request.header.Authorization"])
    cache_seconds    = optional(number, 300)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.authorizers) : can(regex("^[A-Za-z][A-Za-z0-9_-]{0,62}$", name)) && !contains(["api_key", "iam"], name)])
    error_message = "authorizers: a name is 1 to 63 letters, digits, hyphens and underscores, and neither iam nor api_key, which are there already; given: ${join(", ", keys(var.authorizers))}."
  }

  validation {
    condition     = alltrue([for authorizer in values(var.authorizers) : (authorizer.cognito == null) != (authorizer.function == null)])
    error_message = "authorizers: each is cognito or function, not both and not neither: ${join(", ", [for name, authorizer in var.authorizers : name if(authorizer.cognito == null) == (authorizer.function == null)])}."
  }

  validation {
    condition     = alltrue([for authorizer in values(var.authorizers) : authorizer.cache_seconds >= 0 && authorizer.cache_seconds <= 3600])
    error_message = "authorizers: cache_seconds is 0 to 3600; given: ${join(", ", [for name, authorizer in var.authorizers : "${authorizer.cache_seconds} (${name})"])}."
  }

  validation {
    condition = alltrue(flatten([
      for authorizer in values(var.authorizers) : [
        for source in authorizer.identity_sources : can(regex("^(method\\.request\\.(header|querystring)|context|stageVariables)\\.[A-Za-z0-9_.-]+$", source))
      ]
    ]))
    error_message = "authorizers: identity_sources are method.request.header.NAME, method.request.querystring.NAME, context.NAME or stageVariables.NAME; given: ${join(", ", flatten([for authorizer in values(var.authorizers) : authorizer.identity_sources]))}."
  }

  validation {
    condition     = alltrue([for authorizer in values(var.authorizers) : authorizer.cache_seconds == 0 || length(authorizer.identity_sources) > 0])
    error_message = "authorizers: an answer that is kept needs at least one source to be kept by: ${join(", ", [for name, authorizer in var.authorizers : name if authorizer.cache_seconds > 0 && length(authorizer.identity_sources) == 0])}."
  }
}

variable "cors" {
  description = "The one origin whose pages may call the API: preflights of all paths are answered, errors carry the header. Null: none."
  type = object({
    origin          = string
    headers         = optional(set(string), ["authorization", "content-type"])
    methods         = optional(set(string), ["DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT"])
    credentials     = optional(bool, false)
    max_age_seconds = optional(number, 300)
  })
  default = null

  validation {
    condition     = var.cors == null ? true : can(regex("^https?://[a-z0-9.-]+(:[0-9]+)?$", var.cors.origin))
    error_message = "cors.origin: scheme and host without path or `*`, such as https://app.example.com; given: ${try(var.cors.origin, "null")}."
  }

  validation {
    condition     = var.cors == null ? true : alltrue([for name in setunion(var.cors.headers, var.cors.methods) : can(regex("^[A-Za-z0-9-]+$", name))])
    error_message = "cors: headers and methods are named one by one, never `*`; given: ${join(", ", try(setunion(var.cors.headers, var.cors.methods), []))}."
  }

  validation {
    condition     = var.cors == null ? true : var.cors.max_age_seconds >= 0 && var.cors.max_age_seconds <= 86400
    error_message = "cors.max_age_seconds: 0 to 86400; given: ${try(var.cors.max_age_seconds, "null")}."
  }
}

variable "definition" {
  description = "The API in OpenAPI 3.0, YAML or JSON, with API Gateway's extensions. Placeholders: $${label} of a function in `functions`, $${name} of `substitutions`, $${account}, $${partition}, $${region}, and $${role} of the module's own role. A literal $${ is written $$${."
  type        = string
  nullable    = false

  validation {
    condition     = can(keys(yamldecode(var.definition).paths)) && startswith(try(yamldecode(var.definition).openapi, ""), "3.0")
    error_message = "definition: an OpenAPI document of version 3.0 (API Gateway takes no 3.1) with paths, that can be read before its placeholders are filled: put those in quotes; given: openapi ${try(yamldecode(var.definition).openapi, "unreadable")}."
  }

  validation {
    condition     = length(var.definition) <= 6291456
    error_message = "definition: at most 6 MB (6291456 characters); given: ${length(var.definition)}."
  }
}

variable "endpoint" {
  description = "Where and by whom the API is reached: REGIONAL, EDGE or PRIVATE (then through these endpoints alone), from which addresses (CIDRs; none: all), by which organization's other accounts; bodies from how many bytes on are compressed (null: none); a domain name of its own, with a certificate of the region (of us-east-1 for EDGE), for one stage, and whether AWS's address goes on answering."
  type = object({
    type              = optional(string, "REGIONAL")
    vpc_endpoint_ids  = optional(set(string), [])
    source_ips        = optional(set(string), [])
    organization      = optional(string)
    compression_bytes = optional(number)
    domain = optional(object({
      name        = string
      certificate = object({ arn = string })
      stage       = string
      path        = optional(string)
      execute_api = optional(bool, false)
    }))
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["EDGE", "PRIVATE", "REGIONAL"], var.endpoint.type)
    error_message = "endpoint.type: REGIONAL, EDGE or PRIVATE; given: ${var.endpoint.type}."
  }

  validation {
    condition     = (var.endpoint.type == "PRIVATE") == (length(var.endpoint.vpc_endpoint_ids) > 0)
    error_message = "endpoint.vpc_endpoint_ids: a PRIVATE API is reached through endpoints, at least one, and no other type is; given: ${var.endpoint.type} and ${length(var.endpoint.vpc_endpoint_ids)}."
  }

  validation {
    condition     = alltrue([for cidr in var.endpoint.source_ips : can(cidrhost(cidr, 0)) && !endswith(cidr, "/0")])
    error_message = "endpoint.source_ips: CIDRs, and none that is everybody; given: ${join(", ", var.endpoint.source_ips)}."
  }

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", coalesce(var.endpoint.organization, "o-aaaaaaaaaa")))
    error_message = "endpoint.organization: an organization's id such as o-a1b2c3d4e5; given: ${coalesce(var.endpoint.organization, "null")}."
  }

  validation {
    condition     = var.endpoint.compression_bytes == null ? true : var.endpoint.compression_bytes >= 0 && var.endpoint.compression_bytes <= 10485760
    error_message = "endpoint.compression_bytes: 0 to 10485760 (10 MB); given: ${coalesce(var.endpoint.compression_bytes, -1)}."
  }

  validation {
    condition     = var.endpoint.domain == null ? true : var.endpoint.type != "PRIVATE" && contains(keys(var.stages), var.endpoint.domain.stage)
    error_message = "endpoint.domain: of a REGIONAL or EDGE API, for one of its stages (${join(", ", keys(var.stages))}); given: ${var.endpoint.type}, stage ${try(var.endpoint.domain.stage, "null")}."
  }

  validation {
    condition     = var.endpoint.domain == null ? true : can(regex("^(\\*\\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,}$", var.endpoint.domain.name)) && can(regex("^[A-Za-z0-9_.-]{1,128}$", coalesce(var.endpoint.domain.path, "v1")))
    error_message = "endpoint.domain: a host name in lower case such as api.example.com, and a path of one part (letters, digits, dots, hyphens, underscores); given: ${try(var.endpoint.domain.name, "null")}, ${try(coalesce(var.endpoint.domain.path), "null")}."
  }
}

variable "functions" {
  description = "Functions that operations call, by the label of their placeholder; each gets a permission for its operations alone."
  type        = map(object({ name = string, alias = string, invoke_arn = string, timeout_seconds = optional(number) }))
  default     = {}
  nullable    = false

  validation {
    condition = alltrue([
      for label in keys(var.functions) : can(regex("^[A-Za-z][0-9A-Za-z_]*$", label)) && !contains(concat(["account", "partition", "region", "role"], keys(var.substitutions)), label)
    ])
    error_message = "functions: a label is letters, digits and underscores, begins with a letter, and is none of account, partition, region, role and the substitutions; given: ${join(", ", keys(var.functions))}."
  }

  validation {
    condition     = alltrue([for function in values(var.functions) : coalesce(function.timeout_seconds, 29) <= 29])
    error_message = "functions: a REST API hangs up after 29 seconds, before the function's time-out: ${join(", ", [for label, function in var.functions : "${label} (${function.timeout_seconds} s)" if coalesce(function.timeout_seconds, 29) > 29])}."
  }
}

variable "grants" {
  description = "What the role may do with which API Gateway calls services itself, by label; operations name it as credentials: $${role}."
  type = map(object({
    actions    = set(string)
    resources  = set(string)
    conditions = optional(map(map(list(string))), {})
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for grant in values(var.grants) : !contains(grant.actions, "*")])
    error_message = "grants: * is no action; name those that are needed: ${join(", ", [for label, grant in var.grants : label if contains(grant.actions, "*")])}."
  }

  validation {
    condition     = alltrue([for grant in values(var.grants) : !contains(grant.resources, "*") || length(grant.conditions) > 0])
    error_message = "grants: * as a resource needs a condition: ${join(", ", [for label, grant in var.grants : label if contains(grant.resources, "*") && length(grant.conditions) == 0])}."
  }
}

variable "key" {
  description = "KMS key of the logs; its policy must let CloudWatch Logs use it. Null: the service's own encryption."
  type        = object({ arn = string })
  default     = null
}

variable "log_retention_days" {
  description = "How long access and execution logs are kept."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition = contains(
      [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days
    )
    error_message = "log_retention_days: one of CloudWatch's periods (1, 3, 5, 7, 14, 30, 60, 90, ... 3653); given: ${var.log_retention_days}."
  }
}

variable "name" {
  description = "Name of the API; its role, logs, plans and alarms are named after it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,60}$", var.name))
    error_message = "name: 1 to 60 letters, digits, hyphens and underscores (IAM allows a role 64, of which the module adds 4); given: ${var.name}."
  }
}

variable "public_operations" {
  description = "Operations anybody may call, such as `GET /health`: those without an authoriser, every one of them."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "role" {
  description = "Path and permissions boundary of the role with which API Gateway calls services itself."
  type = object({
    path                 = optional(string, "/")
    permissions_boundary = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = can(regex("^/([!-~]+/)?$", var.role.path))
    error_message = "role.path: begins and ends with a slash; given: ${var.role.path}."
  }
}

variable "stages" {
  description = "Stages by name. Each serves what the definition says now, or the `release` it names, with part of the calls going to what the definition says now (`canary`). Throttles and a cache by method (`GET /orders`); usage plans with the keys that are metered by them; a regional web ACL."
  type = map(object({
    description = optional(string)
    variables   = optional(map(string), {})
    release     = optional(string)
    canary      = optional(object({ percent = number, variables = optional(map(string), {}) }))
    throttle    = optional(object({ rate = number, burst = number }), { rate = 50, burst = 100 })
    cache       = optional(object({ size = optional(number, 0.5) }))
    log_level   = optional(string, "ERROR")
    web_acl     = optional(object({ arn = string }))

    methods = optional(map(object({
      throttle      = optional(object({ rate = number, burst = number }))
      cache_seconds = optional(number)
    })), {})

    plans = optional(map(object({
      keys     = optional(set(string), [])
      throttle = optional(object({ rate = number, burst = number }))
      quota    = optional(object({ limit = number, period = optional(string, "MONTH") }))
      methods  = optional(map(object({ rate = number, burst = number })), {})
    })), {})
  }))
  nullable = false

  validation {
    condition     = length(var.stages) >= 1 && length(var.stages) <= 10 && alltrue([for name in keys(var.stages) : can(regex("^[A-Za-z0-9_-]{1,128}$", name))])
    error_message = "stages: 1 to 10, each named by 1 to 128 letters, digits, hyphens and underscores; given: ${join(", ", keys(var.stages))}."
  }

  validation {
    condition     = length(distinct([for name in keys(var.stages) : replace(name, "_", "-")])) == length(var.stages)
    error_message = "stages: names that differ by hyphens and underscores alone would share their alarms' names; given: ${join(", ", keys(var.stages))}."
  }

  validation {
    condition = alltrue(flatten([
      for stage in values(var.stages) : [
        for name, value in merge(stage.variables, try(stage.canary.variables, {})) : can(regex("^[A-Za-z0-9_]+$", name)) && can(regex("^[A-Za-z0-9._~:/?#&=,-]+$", value))
      ]
    ]))
    error_message = "stages: a variable's name is letters, digits and underscores, its value letters, digits and ._~:/?#&=,-, and not empty; given: ${jsonencode({ for name, stage in var.stages : name => merge(stage.variables, try(stage.canary.variables, {})) })}."
  }

  validation {
    condition     = alltrue([for stage in values(var.stages) : can(regex("^[0-9a-f]{12}$", coalesce(stage.release, "0123456789ab")))])
    error_message = "stages: a release is what the output `release` was, 12 hexadecimal digits; given: ${join(", ", [for name, stage in var.stages : "${stage.release} (${name})" if stage.release != null])}."
  }

  validation {
    condition     = alltrue([for stage in values(var.stages) : stage.canary == null ? true : stage.release != null && stage.canary.percent >= 0 && stage.canary.percent <= 100])
    error_message = "stages: a canary takes 0 to 100 percent from a stage that names its release, which the rest goes on getting; not so: ${join(", ", [for name, stage in var.stages : "${name} (${stage.canary.percent} %)" if stage.canary == null ? false : stage.release == null || stage.canary.percent < 0 || stage.canary.percent > 100])}."
  }

  validation {
    condition     = alltrue([for stage in values(var.stages) : stage.cache == null ? true : contains([0.5, 1.6, 6.1, 13.5, 28.4, 58.2, 118, 237], stage.cache.size)])
    error_message = "stages: a cache has 0.5, 1.6, 6.1, 13.5, 28.4, 58.2, 118 or 237 GB; given: ${join(", ", [for name, stage in var.stages : "${stage.cache.size} (${name})" if stage.cache != null])}."
  }

  validation {
    condition     = alltrue([for stage in values(var.stages) : contains(["ERROR", "INFO", "OFF"], stage.log_level)])
    error_message = "stages: log_level is OFF, ERROR or INFO; given: ${join(", ", [for name, stage in var.stages : "${stage.log_level} (${name})"])}."
  }

  validation {
    condition = alltrue(flatten([
      for stage in values(var.stages) : [
        for throttle in concat(
          [stage.throttle], [for method in values(stage.methods) : method.throttle], flatten([for plan in values(stage.plans) : concat([plan.throttle], values(plan.methods))])
        ) : throttle == null ? true : throttle.rate > 0 && throttle.burst > 0
      ]
    ]))
    error_message = "stages: a throttle has a rate and a burst above 0 (0 turns every caller away); look at ${join(", ", keys(var.stages))}."
  }

  validation {
    condition = alltrue(flatten([
      for stage in values(var.stages) : [
        for key, method in stage.methods : method.cache_seconds == null ? true : stage.cache != null && startswith(key, "GET ") && method.cache_seconds >= 1 && method.cache_seconds <= 3600
      ]
    ]))
    error_message = "stages: cache_seconds is 1 to 3600, of a GET, on a stage with a cache; given: ${join(", ", flatten([for name, stage in var.stages : [for key, method in stage.methods : "${name} ${key} (${method.cache_seconds})" if method.cache_seconds != null]]))}."
  }

  validation {
    condition = alltrue(flatten([
      for stage in values(var.stages) : [
        for plan in values(stage.plans) : plan.quota == null ? true : contains(["DAY", "MONTH", "WEEK"], plan.quota.period) && plan.quota.limit >= 1 && plan.quota.limit <= 2147483647
      ]
    ]))
    error_message = "stages: a plan's quota is 1 to 2147483647 calls a DAY, WEEK or MONTH; given: ${jsonencode({ for name, stage in var.stages : name => { for label, plan in stage.plans : label => plan.quota if plan.quota != null } })}."
  }

  validation {
    condition     = alltrue(flatten([for stage in values(var.stages) : [for label in concat(keys(stage.plans), flatten([for plan in values(stage.plans) : tolist(plan.keys)])) : can(regex("^[A-Za-z0-9_-]{1,64}$", label))]]))
    error_message = "stages: plans and keys are labelled with 1 to 64 letters, digits, hyphens and underscores; given: ${join(", ", flatten([for stage in values(var.stages) : concat(keys(stage.plans), flatten([for plan in values(stage.plans) : tolist(plan.keys)]))]))}."
  }
}

variable "substitutions" {
  description = "Values of the definition's other placeholders, by name: a queue's name, an address."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.substitutions) : can(regex("^[A-Za-z][0-9A-Za-z_]*$", name)) && !contains(["account", "partition", "region", "role"], name)])
    error_message = "substitutions: a name is letters, digits and underscores, begins with a letter, and is none of account, partition, region, role; given: ${join(", ", keys(var.substitutions))}."
  }
}

variable "tags" {
  description = "Tags of everything that takes tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
