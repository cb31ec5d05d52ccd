variable "alarms" {
  description = "Actions of the module's alarms, and settings that differ, by label: duration, errors, failures, iterator_age, throttles, undelivered."
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
    condition     = length(setsubtract(keys(var.alarms.overrides), ["duration", "errors", "failures", "iterator_age", "throttles", "undelivered"])) == 0
    error_message = "alarms.overrides: known labels are duration, errors, failures, iterator_age, throttles, undelivered; given: ${join(", ", keys(var.alarms.overrides))}."
  }
}

variable "asynchronous" {
  description = <<-EOT
    For a function that buses, topics, buckets or schedules call: how often a failed event is tried again (`maximum_attempts`, 0 to 2
    after the first), for how long, and where its record goes when it succeeds or is given up. Without `on_failure` the module makes a queue.
    A destination is exactly one of bucket, bus, function, queue, topic. Null: only synchronous callers and `sources`.
  EOT
  type = object({
    maximum_age_seconds = optional(number, 21600)
    maximum_attempts    = optional(number, 2)
    on_failure = optional(object({
      bucket   = optional(object({ arn = string, key = optional(object({ arn = string })) }))
      bus      = optional(object({ arn = string }))
      function = optional(object({ alias_arn = string }))
      queue    = optional(object({ arn = string, key = optional(object({ arn = string })) }))
      topic    = optional(object({ arn = string, key = optional(object({ arn = string })) }))
    }))
    on_success = optional(object({
      bucket   = optional(object({ arn = string, key = optional(object({ arn = string })) }))
      bus      = optional(object({ arn = string }))
      function = optional(object({ alias_arn = string }))
      queue    = optional(object({ arn = string, key = optional(object({ arn = string })) }))
      topic    = optional(object({ arn = string, key = optional(object({ arn = string })) }))
    }))
  })
  default = null

  validation {
    condition     = try(var.asynchronous.maximum_attempts, 0) >= 0 && try(var.asynchronous.maximum_attempts, 0) <= 2
    error_message = "asynchronous.maximum_attempts: 0 to 2; given: ${try(var.asynchronous.maximum_attempts, "null")}."
  }

  validation {
    condition     = try(var.asynchronous.maximum_age_seconds, 60) >= 60 && try(var.asynchronous.maximum_age_seconds, 60) <= 21600
    error_message = "asynchronous.maximum_age_seconds: 60 to 21600; given: ${try(var.asynchronous.maximum_age_seconds, "null")}."
  }

  validation {
    condition = alltrue([
      for destination in [try(var.asynchronous.on_failure, null), try(var.asynchronous.on_success, null)] :
      length([for target in values(destination) : true if target != null]) == 1 if destination != null
    ])
    error_message = "asynchronous: a destination names exactly one of bucket, bus, function, queue, topic."
  }
}

variable "code" {
  description = "The artefact: exactly one of a zip (`filename`), an object in S3 and an `image`. A change of `hash`, in whatever form, deploys it."
  type = object({
    filename     = optional(string)
    s3           = optional(object({ bucket = string, key = string, version = optional(string) }))
    image        = optional(string)
    hash         = string
    handler      = optional(string)
    runtime      = optional(string)
    architecture = optional(string, "arm64")
  })
  nullable = false

  validation {
    condition     = length([for form in [var.code.filename, var.code.s3, var.code.image] : true if form != null]) == 1
    error_message = "code: exactly one of filename, s3, image; given: ${join(", ", compact([var.code.filename == null ? "" : "filename", var.code.s3 == null ? "" : "s3", var.code.image == null ? "" : "image", "hash"]))}."
  }

  validation {
    condition     = (var.code.image == null) == (var.code.handler != null && var.code.runtime != null)
    error_message = "code: a zip needs handler and runtime, an image has its own; given: handler ${coalesce(var.code.handler, "null")}, runtime ${coalesce(var.code.runtime, "null")}."
  }

  validation {
    condition     = contains(["arm64", "x86_64"], var.code.architecture)
    error_message = "code.architecture: arm64 or x86_64; given: ${var.code.architecture}."
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
  description = "Name of the function and its role."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "name: 1 to 64 letters, digits, hyphens and underscores; given: ${var.name}."
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
}

variable "provisioned_concurrency" {
  description = "Execution environments of the alias kept warm; they cost money while nothing happens. Null: none."
  type        = object({ executions = number })
  default     = null

  validation {
    condition     = try(var.provisioned_concurrency.executions, 1) >= 1
    error_message = "provisioned_concurrency.executions: at least 1; given: ${try(var.provisioned_concurrency.executions, "null")}."
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
      for version, weight in try(var.release.weights, {}) : version != var.release.version && weight > 0 && weight < 1
    ])
    error_message = "release.weights: Lambda splits calls between two versions: one other version, with a share between 0 and 1; given: ${jsonencode(try(var.release.weights, {}))}."
  }
}

variable "reserved_concurrency" {
  description = "Executions at once, kept for this function and its upper limit; 0 stops it. Null: shares the account's."
  type        = number
  default     = null

  validation {
    condition     = coalesce(var.reserved_concurrency, 0) >= 0
    error_message = "reserved_concurrency: 0 or more; given: ${coalesce(var.reserved_concurrency, 0)}."
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

variable "sources" {
  description = <<-EOT
    Queues and streams the function consumes, by label: exactly one of `queue` (a queue module's), `stream` (Kinesis) and `table`
    (DynamoDB, its stream). The role is granted what they need; batches are answered in part, so only what failed comes back.
    `maximum_concurrency` is for queues. `bisect`, `maximum_age_seconds`, `maximum_retries`, `on_failure` (the function's failure queue
    when null), `parallelization` and `starting_position` are for streams.
  EOT
  type = map(object({
    queue = optional(object({
      arn                = string
      key                = optional(object({ arn = string }))
      visibility_seconds = optional(number)
    }))
    stream              = optional(object({ arn = string, key = optional(object({ arn = string })) }))
    table               = optional(object({ arn = string, stream_arn = string, key = optional(object({ arn = string })) }))
    enabled             = optional(bool, true)
    batch_size          = optional(number)
    window_seconds      = optional(number, 0)
    filters             = optional(list(string), [])
    maximum_concurrency = optional(number)
    bisect              = optional(bool, true)
    maximum_age_seconds = optional(number, 86400)
    maximum_retries     = optional(number, 10)
    on_failure = optional(object({
      bucket = optional(object({ arn = string, key = optional(object({ arn = string })) }))
      queue  = optional(object({ arn = string, key = optional(object({ arn = string })) }))
      topic  = optional(object({ arn = string, key = optional(object({ arn = string })) }))
    }))
    parallelization   = optional(number, 1)
    starting_position = optional(string, "TRIM_HORIZON")
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for source in values(var.sources) : length([for kind in [source.queue, source.stream, source.table] : true if kind != null]) == 1])
    error_message = "sources: each is exactly one of queue, stream, table; not so: ${join(", ", [for label, source in var.sources : label if length([for kind in [source.queue, source.stream, source.table] : true if kind != null]) != 1])}."
  }

  # A queue shows a message again after its visibility time-out: sooner than six time-outs, a slow batch is processed twice.
  validation {
    condition     = alltrue([for source in values(var.sources) : try(source.queue.visibility_seconds >= 6 * var.timeout_seconds, true)])
    error_message = "sources: a queue hides messages for at least six times timeout_seconds, here ${6 * var.timeout_seconds} s; set its consumer_timeout to ${var.timeout_seconds}: ${join(", ", [for label, source in var.sources : label if try(source.queue.visibility_seconds < 6 * var.timeout_seconds, false)])}."
  }

  validation {
    condition = alltrue([
      for source in values(var.sources) :
      source.batch_size == null ? true : source.batch_size >= 1 && source.batch_size <= 10000 && floor(source.batch_size) == source.batch_size
    ])
    error_message = "sources: batch_size is 1 to 10000; given: ${join(", ", [for label, source in var.sources : "${label} ${coalesce(source.batch_size, 10)}"])}."
  }

  validation {
    condition     = alltrue([for source in values(var.sources) : source.queue == null || coalesce(source.batch_size, 10) <= 10 || source.window_seconds > 0])
    error_message = "sources: a queue's batch_size beyond 10 needs window_seconds of at least 1."
  }

  validation {
    condition     = alltrue([for source in values(var.sources) : source.window_seconds >= 0 && source.window_seconds <= 300])
    error_message = "sources: window_seconds is 0 to 300; given: ${join(", ", [for label, source in var.sources : "${label} ${source.window_seconds}"])}."
  }

  validation {
    condition = alltrue([
      for source in values(var.sources) : source.queue == null || !endswith(try(source.queue.arn, ""), ".fifo") || (coalesce(source.batch_size, 10) <= 10 && source.window_seconds == 0)
    ])
    error_message = "sources: a first-in, first-out queue gives at most 10 messages a batch and has no window."
  }

  validation {
    condition = alltrue([
      for source in values(var.sources) : source.maximum_concurrency == null ? true :
      source.queue != null && source.maximum_concurrency >= 2 && source.maximum_concurrency <= 1000
    ])
    error_message = "sources: maximum_concurrency is 2 to 1000, and for queues only; given: ${join(", ", [for label, source in var.sources : "${label} ${coalesce(source.maximum_concurrency, 0)}" if source.maximum_concurrency != null])}."
  }

  validation {
    condition = alltrue([
      for source in values(var.sources) : length(source.filters) <= 5 && alltrue([for filter in source.filters : can(jsondecode(filter))])
    ])
    error_message = "sources: at most 5 filters each, every one a pattern in JSON; not so: ${join(", ", [for label, source in var.sources : label if length(source.filters) > 5 || anytrue([for filter in source.filters : !can(jsondecode(filter))])])}."
  }

  validation {
    condition = alltrue([
      for source in values(var.sources) : source.maximum_retries >= 0 && source.maximum_retries <= 10000 &&
      source.maximum_age_seconds >= 60 && source.maximum_age_seconds <= 604800 &&
      source.parallelization >= 1 && source.parallelization <= 10 &&
      contains(["LATEST", "TRIM_HORIZON"], source.starting_position)
    ])
    error_message = "sources: maximum_retries is 0 to 10000, maximum_age_seconds 60 to 604800, parallelization 1 to 10, starting_position LATEST or TRIM_HORIZON."
  }

  validation {
    condition = alltrue([
      for source in values(var.sources) : source.on_failure == null ? true :
      source.queue == null && length([for target in values(source.on_failure) : true if target != null]) == 1
    ])
    error_message = "sources: on_failure is for streams and names exactly one of bucket, queue, topic; a queue has its own dead-letter queue."
  }
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
