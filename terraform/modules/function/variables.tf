variable "alarms" {
  description = "Actions of the module's alarms, what their names begin with (`prefix`, null: name), and settings that differ, by label: dead_letters, dropped, duration, errors, failures, iterator_age, throttles, undelivered."
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
    condition = length(setsubtract(
      keys(var.alarms.overrides), ["dead_letters", "dropped", "duration", "errors", "failures", "iterator_age", "throttles", "undelivered"]
    )) == 0
    error_message = "alarms.overrides: known labels are dead_letters, dropped, duration, errors, failures, iterator_age, throttles, undelivered; given: ${join(", ", keys(var.alarms.overrides))}."
  }
}

variable "code" {
  description = <<-EOT
    The artefact: exactly one of a zip (`filename`), an object in S3 and an `image`. A change of `hash`, in whatever form, deploys it. A zip
    has a runtime, a handler (bootstrap for provided.* runtimes when null), and `layers`, up to 5 ARNs with version; `command`,
    `entry_point` and `working_directory` are an image's. `snap_start` starts from a snapshot. `signing` is a code signing configuration.
    `runtime_updates` is Auto, FunctionUpdate, or the ARN of the runtime version to stay on. `recursion` is Terminate, or Allow for code
    that is meant to come back to itself.
  EOT
  type = object({
    filename          = optional(string)
    s3                = optional(object({ bucket = string, key = string, version = optional(string) }))
    image             = optional(string)
    hash              = string
    handler           = optional(string)
    runtime           = optional(string)
    architecture      = optional(string, "arm64")
    command           = optional(list(string))
    entry_point       = optional(list(string))
    working_directory = optional(string)
    layers            = optional(list(string), [])
    recursion         = optional(string, "Terminate")
    runtime_updates   = optional(string, "Auto")
    signing           = optional(object({ arn = string }))
    snap_start        = optional(bool, false)
  })
  nullable = false

  validation {
    condition     = length([for form in [var.code.filename, var.code.s3, var.code.image] : true if form != null]) == 1
    error_message = "code: exactly one of filename, s3, image; given: ${join(", ", compact([var.code.filename == null ? "" : "filename", var.code.s3 == null ? "" : "s3", var.code.image == null ? "" : "image", "hash"]))}."
  }

  validation {
    condition = var.code.image != null ? var.code.handler == null && var.code.runtime == null : (
      var.code.runtime != null && (var.code.handler != null || startswith(coalesce(var.code.runtime, "-"), "provided"))
    )
    error_message = "code: a zip needs runtime and handler (a provided.* runtime only itself), an image has its own; given: handler ${coalesce(var.code.handler, "null")}, runtime ${coalesce(var.code.runtime, "null")}."
  }

  validation {
    condition     = can(regex("^[^\\s]{1,128}$", coalesce(var.code.handler, "-")))
    error_message = "code.handler: 1 to 128 characters without blanks; given: ${coalesce(var.code.handler, "null")}."
  }

  validation {
    condition     = contains(["arm64", "x86_64"], var.code.architecture)
    error_message = "code.architecture: arm64 or x86_64; given: ${var.code.architecture}."
  }

  validation {
    condition     = var.code.image != null || (var.code.command == null && var.code.entry_point == null && var.code.working_directory == null)
    error_message = "code: command, entry_point and working_directory are an image's; a zip has its handler."
  }

  validation {
    condition     = var.code.image == null || (length(var.code.layers) == 0 && var.code.signing == null && !var.code.snap_start && var.code.runtime_updates == "Auto")
    error_message = "code: layers, signing, snap_start and runtime_updates are for zips; an image holds what it needs."
  }

  validation {
    condition = length(var.code.layers) <= 5 && alltrue([
      for arn in var.code.layers : can(regex("^arn:[^:]+:lambda:[^:]+:[0-9]{12}:layer:[A-Za-z0-9_-]+:[0-9]+$", arn))
    ])
    error_message = "code.layers: at most 5 ARNs, each with its version at the end; given: ${join(", ", var.code.layers)}."
  }

  validation {
    condition     = contains(["Allow", "Terminate"], var.code.recursion)
    error_message = "code.recursion: Allow or Terminate; given: ${var.code.recursion}."
  }

  validation {
    condition     = contains(["Auto", "FunctionUpdate"], var.code.runtime_updates) || can(regex("^arn:[^:]+:lambda:[^:]+::runtime:.+$", var.code.runtime_updates))
    error_message = "code.runtime_updates: Auto, FunctionUpdate, or the ARN of a runtime version; given: ${var.code.runtime_updates}."
  }

  validation {
    condition     = !var.code.snap_start || can(regex("^(java(1[1-9]|[2-9][0-9])|python3\\.(1[2-9]|[2-9][0-9])|dotnet([89]|[1-9][0-9]))$", coalesce(var.code.runtime, "-")))
    error_message = "code.snap_start: for java11, python3.12, dotnet8 and later; given: ${coalesce(var.code.runtime, "null")}."
  }

  validation {
    condition     = !var.code.snap_start || var.ephemeral_storage_mb == 512
    error_message = "code.snap_start: with 512 MB of /tmp and no more; given: ephemeral_storage_mb ${var.ephemeral_storage_mb}."
  }
}

variable "description" {
  description = "What the function is for, at most 256 characters."
  type        = string
  default     = null

  validation {
    condition     = length(coalesce(var.description, "-")) <= 256
    error_message = "description: at most 256 characters; given: ${length(coalesce(var.description, "-"))}."
  }
}

variable "environment" {
  description = "Environment variables. Secrets come as references that the code resolves, never as values."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.environment) : can(regex("^[A-Za-z][A-Za-z0-9_]+$", name))])
    error_message = "environment: a name begins with a letter and goes on with letters, digits and underscores; given: ${join(", ", [for name in keys(var.environment) : name if !can(regex("^[A-Za-z][A-Za-z0-9_]+$", name))])}."
  }

  validation {
    condition = length(setintersection(keys(var.environment), [
      "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
      "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME",
      "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API", "AWS_REGION", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
      "LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT",
    ])) == 0
    error_message = "environment: Lambda sets the names that begin with AWS_ or LAMBDA_ itself; given: ${join(", ", [for name in keys(var.environment) : name if can(regex("^(AWS|LAMBDA)_", name))])}."
  }

  validation {
    condition     = sum(concat([0], [for name, value in var.environment : length(name) + length(value)])) <= 4096
    error_message = "environment: names and values take at most 4096 bytes together; given: ${sum(concat([0], [for name, value in var.environment : length(name) + length(value)]))}."
  }
}

variable "ephemeral_storage_mb" {
  description = "Size of /tmp, 512 to 10240 MB."
  type        = number
  default     = 512
  nullable    = false

  validation {
    condition     = var.ephemeral_storage_mb >= 512 && var.ephemeral_storage_mb <= 10240
    error_message = "ephemeral_storage_mb: 512 to 10240; given: ${var.ephemeral_storage_mb}."
  }
}

variable "grants" {
  description = "What the function's role may do, by label."
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
  description = "KMS key for the environment, the log and the failure queue; its policy must let logs use it. Null: the services' own encryption."
  type        = object({ arn = string })
  default     = null
}

variable "log_retention_days" {
  description = "How long the log is kept."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition = contains(
      [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days
    )
    error_message = "log_retention_days: CloudWatch keeps logs for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 days; given: ${var.log_retention_days}."
  }
}

variable "memory_mb" {
  description = "Memory, 128 to 10240 MB; processor time grows with it."
  type        = number
  default     = 256
  nullable    = false

  validation {
    condition     = var.memory_mb >= 128 && var.memory_mb <= 10240
    error_message = "memory_mb: 128 to 10240; given: ${var.memory_mb}."
  }
}

variable "name" {
  description = "Name of the function; begins the names of all the module makes."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "name: 1 to 64 letters, digits, hyphens and underscores; given: ${var.name}."
  }
}

variable "names" {
  description = <<-EOT
    Physical names that differ, so that the module can be put under what exists: of the alias (live), the failure queue (the function's with
    -failures), the log group (/aws/lambda/ and the function's) and the role (the function's).
  EOT
  type = object({
    alias         = optional(string, "live")
    failure_queue = optional(string)
    log_group     = optional(string)
    role          = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,128}$", var.names.alias)) && !can(regex("^[0-9]+$", var.names.alias))
    error_message = "names.alias: 1 to 128 letters, digits, hyphens and underscores, and no number; given: ${var.names.alias}."
  }

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,80}$", coalesce(var.names.failure_queue, "-")))
    error_message = "names.failure_queue: 1 to 80 letters, digits, hyphens and underscores; given: ${coalesce(var.names.failure_queue, "null")}."
  }

  validation {
    condition     = can(regex("^[A-Za-z0-9_/.#-]{1,512}$", coalesce(var.names.log_group, "-")))
    error_message = "names.log_group: 1 to 512 letters, digits and any of _ / . # -; given: ${coalesce(var.names.log_group, "null")}."
  }

  validation {
    condition     = can(regex("^[A-Za-z0-9_+=,.@-]{1,64}$", coalesce(var.names.role, "-")))
    error_message = "names.role: 1 to 64 letters, digits and any of _ + = , . @ -; given: ${coalesce(var.names.role, "null")}."
  }
}

variable "network" {
  description = "Subnets and security groups of the VPC the function runs in. Null: Lambda's public network, which reaches AWS and the internet and nothing private."
  type = object({
    subnet_ids         = set(string)
    security_group_ids = set(string)
    ipv6               = optional(bool, false)
  })
  default = null

  validation {
    condition     = var.network == null ? true : length(var.network.subnet_ids) > 0 && length(var.network.security_group_ids) > 0
    error_message = "network: at least one subnet and one security group."
  }

  validation {
    condition     = var.network == null ? true : length(var.network.subnet_ids) <= 16 && length(var.network.security_group_ids) <= 5
    error_message = "network: at most 16 subnets and 5 security groups; given: ${length(try(var.network.subnet_ids, []))} and ${length(try(var.network.security_group_ids, []))}."
  }
}

variable "release" {
  description = "The version the alias serves, and the share of calls (0 to 1) another one gets meanwhile. Null: what was published last."
  type = object({
    version = string
    weights = optional(map(number), {})
  })
  default = null

  validation {
    condition     = can(regex("^[1-9][0-9]*$", try(var.release.version, "1")))
    error_message = "release.version: a published version's number; given: ${try(var.release.version, "null")}."
  }

  validation {
    condition = length(try(var.release.weights, {})) <= 1 && alltrue([
      for version, weight in try(var.release.weights, {}) : can(regex("^[1-9][0-9]*$", version)) && version != var.release.version && weight > 0 && weight < 1
    ])
    error_message = "release.weights: Lambda splits calls between two versions: one other number, with a share between 0 and 1; given: ${jsonencode(try(var.release.weights, {}))}."
  }
}

variable "role" {
  description = "Path and permissions boundary of the function's role."
  type = object({
    path                 = optional(string, "/")
    permissions_boundary = optional(string)
  })
  default  = {}
  nullable = false
}

variable "tags" {
  description = "Tags of all resources."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "timeout_seconds" {
  description = "Seconds one call may take, 1 to 900."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.timeout_seconds >= 1 && var.timeout_seconds <= 900
    error_message = "timeout_seconds: 1 to 900; given: ${var.timeout_seconds}."
  }
}
