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

variable "asynchronous" {
  description = <<-EOT
    For a function that buses, topics, buckets or schedules call: how often a failed event is tried again (`maximum_attempts`, 0 to 2
    after the first), for how long, and where its record goes when it succeeds or is given up. A destination is exactly one of bucket
    (`on_failure` only), bus, function, queue, topic. `dead_letters` is a queue or a topic that gets the given-up event itself, without the
    record. With neither `on_failure` nor `dead_letters` the module makes a queue. Null: only synchronous callers and `sources`.
  EOT
  type = object({
    maximum_age_seconds = optional(number, 21600)
    maximum_attempts    = optional(number, 2)
    dead_letters = optional(object({
      queue = optional(object({ arn = string, key = optional(object({ arn = string })) }))
      topic = optional(object({ arn = string, key = optional(object({ arn = string })) }))
    }))
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

  validation {
    condition     = try(var.asynchronous.on_success.bucket, null) == null
    error_message = "asynchronous.on_success: Lambda sends only failures to a bucket; name a bus, function, queue or topic."
  }

  validation {
    condition     = length([for target in try(values(var.asynchronous.dead_letters), ["one"]) : true if target != null]) == 1
    error_message = "asynchronous.dead_letters: exactly one of queue, topic."
  }

  validation {
    condition = alltrue(flatten([
      for destination in [try(var.asynchronous.on_failure, null), try(var.asynchronous.on_success, null), try(var.asynchronous.dead_letters, null)] :
      [for kind in ["queue", "topic"] : !endswith(try(destination[kind].arn, ""), ".fifo")]
    ]))
    error_message = "asynchronous: Lambda sends to standard queues and topics, not to first-in, first-out ones."
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

variable "provisioned_concurrency" {
  description = <<-EOT
    Execution environments of the alias kept warm; they cost money while nothing happens. `executions` alone is a fixed number. With
    `target_utilization` (0.1 to 0.9) it is the least, and as many as are used, up to `maximum_executions`, are kept. `schedules` set another
    number by the clock: at, cron or rate expressions in a time zone. Null: none.
  EOT
  type = object({
    executions         = number
    maximum_executions = optional(number)
    target_utilization = optional(number)
    schedules = optional(map(object({
      expression         = string
      executions         = number
      maximum_executions = optional(number)
      time_zone          = optional(string, "UTC")
    })), {})
  })
  default = null

  validation {
    condition     = try(var.provisioned_concurrency.executions, 1) >= (length(try(var.provisioned_concurrency.schedules, {})) > 0 ? 0 : 1)
    error_message = "provisioned_concurrency.executions: at least 1, or 0 with schedules; given: ${try(var.provisioned_concurrency.executions, "null")}."
  }

  validation {
    condition     = try(var.provisioned_concurrency.target_utilization, null) == null ? true : var.provisioned_concurrency.target_utilization >= 0.1 && var.provisioned_concurrency.target_utilization <= 0.9
    error_message = "provisioned_concurrency.target_utilization: 0.1 to 0.9; given: ${try(coalesce(var.provisioned_concurrency.target_utilization), "null")}."
  }

  validation {
    condition = try(var.provisioned_concurrency.target_utilization, null) == null ? true : (
      coalesce(var.provisioned_concurrency.maximum_executions, -1) >= var.provisioned_concurrency.executions
    )
    error_message = "provisioned_concurrency.maximum_executions: target_utilization needs one of at least executions (${try(var.provisioned_concurrency.executions, "null")}); given: ${try(coalesce(var.provisioned_concurrency.maximum_executions), "null")}."
  }

  validation {
    condition = alltrue([
      for schedule in values(try(var.provisioned_concurrency.schedules, {})) : can(regex("^(at|cron|rate)\\([^()]+\\)$", schedule.expression)) &&
      schedule.executions >= 0 && coalesce(schedule.maximum_executions, schedule.executions) >= schedule.executions
    ])
    error_message = "provisioned_concurrency.schedules: expression is at(...), cron(...) or rate(...), executions 0 or more, and maximum_executions no less; given: ${join(", ", [for label, schedule in try(var.provisioned_concurrency.schedules, {}) : "${label} ${schedule.expression} ${schedule.executions}"])}."
  }

  validation {
    condition     = var.provisioned_concurrency == null || !var.code.snap_start
    error_message = "provisioned_concurrency: Lambda keeps no environments warm of a function with code.snap_start; choose one."
  }

  validation {
    condition     = var.provisioned_concurrency == null || length(try(var.release.weights, {})) == 0
    error_message = "provisioned_concurrency: Lambda refuses it on an alias that splits its calls (release.weights: ${jsonencode(try(var.release.weights, {}))})."
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

  validation {
    condition     = var.reserved_concurrency == null ? true : alltrue([for number in local.provisioned_numbers : number <= var.reserved_concurrency])
    error_message = "reserved_concurrency: no less than what provisioned_concurrency keeps warm (${join(", ", local.provisioned_numbers)}); given: ${coalesce(var.reserved_concurrency, 0)}."
  }

  validation {
    condition = alltrue([
      for source in values(var.sources) : coalesce(var.reserved_concurrency, 0) == 0 || coalesce(source.maximum_concurrency, 0) <= coalesce(var.reserved_concurrency, 0)
    ])
    error_message = "reserved_concurrency: no less than a queue's maximum_concurrency, or Lambda throttles what it has fetched; given: ${coalesce(var.reserved_concurrency, 0)}."
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
    Queues and streams the function consumes, by label: exactly one of `queue` (a queue module's), `stream` (Kinesis; with enhanced fan-out
    also its `consumer`) and `table` (DynamoDB, its stream). The role is granted what they need; batches are answered in part, so only what
    failed comes back. `filters` are patterns in JSON, 5 or, where AWS has raised the quota, 10; `filter_key` encrypts them. `metrics` counts
    what was polled, filtered and dropped. For queues: `maximum_concurrency`, or `pollers`, which cost money while nothing happens. For
    streams: `bisect`, `maximum_age_seconds`, `maximum_retries`, `on_failure` (the function's failure queue when null), `parallelization`,
    `starting_position`, `starting_time` (a time stamp, with AT_TIMESTAMP) and `tumbling_window_seconds`.
  EOT
  type = map(object({
    queue = optional(object({
      arn                = string
      key                = optional(object({ arn = string }))
      visibility_seconds = optional(number)
    }))
    stream              = optional(object({ arn = string, key = optional(object({ arn = string })) }))
    consumer            = optional(object({ arn = string, name = optional(string) }))
    table               = optional(object({ arn = string, stream_arn = string, key = optional(object({ arn = string })) }))
    enabled             = optional(bool, true)
    batch_size          = optional(number)
    window_seconds      = optional(number, 0)
    filters             = optional(list(string), [])
    filter_key          = optional(object({ arn = string }))
    metrics             = optional(bool, false)
    maximum_concurrency = optional(number)
    pollers             = optional(object({ minimum = optional(number, 2), maximum = optional(number, 200) }))
    bisect              = optional(bool, true)
    maximum_age_seconds = optional(number, 86400)
    maximum_retries     = optional(number, 10)
    on_failure = optional(object({
      bucket = optional(object({ arn = string, key = optional(object({ arn = string })) }))
      queue  = optional(object({ arn = string, key = optional(object({ arn = string })) }))
      topic  = optional(object({ arn = string, key = optional(object({ arn = string })) }))
    }))
    parallelization         = optional(number, 1)
    starting_position       = optional(string, "TRIM_HORIZON")
    starting_time           = optional(string)
    tumbling_window_seconds = optional(number)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for source in values(var.sources) : length([for kind in [source.queue, source.stream, source.table] : true if kind != null]) == 1])
    error_message = "sources: each is exactly one of queue, stream, table; not so: ${join(", ", [for label, source in var.sources : label if length([for kind in [source.queue, source.stream, source.table] : true if kind != null]) != 1])}."
  }

  validation {
    condition     = alltrue([for source in values(var.sources) : source.consumer == null || source.stream != null])
    error_message = "sources: a consumer goes with its stream; alone: ${join(", ", [for label, source in var.sources : label if source.consumer != null && source.stream == null])}."
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
      for source in values(var.sources) : length(source.filters) <= 10 && alltrue([for filter in source.filters : can(keys(jsondecode(filter))) && length(filter) <= 4096])
    ])
    error_message = "sources: at most 10 filters each (5 unless AWS has raised the quota), every one a JSON object of at most 4096 characters; not so: ${join(", ", [for label, source in var.sources : "${label} (${length(source.filters)})" if length(source.filters) > 10 || anytrue([for filter in source.filters : !can(keys(jsondecode(filter))) || length(filter) > 4096])])}."
  }

  validation {
    condition = alltrue([
      for source in values(var.sources) : source.maximum_retries >= 0 && source.maximum_retries <= 10000 &&
      source.maximum_age_seconds >= 60 && source.maximum_age_seconds <= 604800 &&
      source.parallelization >= 1 && source.parallelization <= 10 &&
      contains(source.stream == null ? ["LATEST", "TRIM_HORIZON"] : ["AT_TIMESTAMP", "LATEST", "TRIM_HORIZON"], source.starting_position)
    ])
    error_message = "sources: maximum_retries is 0 to 10000, maximum_age_seconds 60 to 604800, parallelization 1 to 10, starting_position LATEST or TRIM_HORIZON (of a Kinesis stream AT_TIMESTAMP too); given: ${join("; ", [for label, source in var.sources : "${label} ${source.maximum_retries}, ${source.maximum_age_seconds}, ${source.parallelization}, ${source.starting_position}"])}."
  }

  validation {
    condition = alltrue([
      for source in values(var.sources) : (source.starting_position == "AT_TIMESTAMP") == can(timeadd(source.starting_time, "0s"))
    ])
    error_message = "sources: starting_time is a time stamp such as 2026-01-31T06:00:00Z, with starting_position AT_TIMESTAMP and only then; given: ${join(", ", [for label, source in var.sources : "${label} ${coalesce(source.starting_time, "null")}"])}."
  }

  validation {
    condition = alltrue([
      for source in values(var.sources) : source.tumbling_window_seconds == null ? true :
      source.queue == null && source.tumbling_window_seconds >= 0 && source.tumbling_window_seconds <= 900
    ])
    error_message = "sources: tumbling_window_seconds is 0 to 900, and for streams only; given: ${join(", ", [for label, source in var.sources : "${label} ${source.tumbling_window_seconds}" if source.tumbling_window_seconds != null])}."
  }

  validation {
    condition = alltrue([
      for source in values(var.sources) : source.pollers == null ? true : source.queue != null && source.maximum_concurrency == null &&
      source.pollers.minimum >= 2 && source.pollers.minimum <= 200 && source.pollers.maximum >= source.pollers.minimum && source.pollers.maximum <= 2000
    ])
    error_message = "sources: pollers are for queues without maximum_concurrency, minimum 2 to 200, maximum no less and up to 2000; given: ${join(", ", [for label, source in var.sources : "${label} ${source.pollers.minimum} to ${source.pollers.maximum}" if source.pollers != null])}."
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

variable "url" {
  description = <<-EOT
    An https address of the alias's own, for callers who sign their requests (IAM); it is never open to everybody. In this account `grants`
    let in; `callers` are accounts, roles or users of another one (`principal`), or a service together with the `source_arn` it calls for.
    `cors` names the pages whose scripts may call. `stream` sends the answer as it is made. Null: no address.
  EOT
  type = object({
    callers = optional(map(object({ principal = string, source_arn = optional(string) })), {})
    cors = optional(object({
      origins         = set(string)
      headers         = optional(set(string), ["authorization", "content-type", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"])
      methods         = optional(set(string), ["GET", "POST"])
      exposed_headers = optional(set(string), [])
      credentials     = optional(bool, false)
      max_age_seconds = optional(number, 300)
    }))
    stream = optional(bool, false)
  })
  default = null

  validation {
    condition = var.url == null ? true : alltrue([
      for caller in values(var.url.callers) : can(regex("^([0-9]{12}|arn:[^:]+:iam::[0-9]{12}:(root|role/.+|user/.+)|[a-z0-9.-]+\\.amazonaws\\.com(\\.cn)?)$", caller.principal))
    ])
    error_message = "url.callers: principal is an account, the ARN of a role or user, or a service such as cloudfront.amazonaws.com, never *; given: ${join(", ", [for caller in values(try(var.url.callers, {})) : caller.principal])}."
  }

  validation {
    condition = var.url == null ? true : alltrue([
      for caller in values(var.url.callers) : can(regex("\\.amazonaws\\.com(\\.cn)?$", caller.principal)) == (caller.source_arn != null)
    ])
    error_message = "url.callers: a service names the source_arn it calls for, and only a service does; not so: ${join(", ", [for label, caller in try(var.url.callers, {}) : label if can(regex("\\.amazonaws\\.com(\\.cn)?$", caller.principal)) != (caller.source_arn != null)])}."
  }

  validation {
    condition = try(var.url.cors, null) == null ? true : length(var.url.cors.origins) > 0 && alltrue([
      for origin in var.url.cors.origins : can(regex("^https?://[a-z0-9.-]+(:[0-9]+)?$", origin))
    ])
    error_message = "url.cors.origins: scheme and host without path or *, such as https://app.example.com; given: ${jsonencode(try(var.url.cors.origins, []))}."
  }

  validation {
    condition     = try(var.url.cors, null) == null ? true : length(setsubtract(var.url.cors.methods, ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"])) == 0
    error_message = "url.cors.methods: any of DELETE, GET, HEAD, PATCH, POST, PUT; given: ${jsonencode(try(var.url.cors.methods, []))}."
  }

  validation {
    condition     = try(var.url.cors, null) == null ? true : !contains(setunion(var.url.cors.headers, var.url.cors.exposed_headers), "*")
    error_message = "url.cors: headers are named one by one, never *."
  }

  validation {
    condition     = try(var.url.cors, null) == null ? true : var.url.cors.max_age_seconds >= 0 && var.url.cors.max_age_seconds <= 86400
    error_message = "url.cors.max_age_seconds: 0 to 86400; given: ${try(var.url.cors.max_age_seconds, "null")}."
  }
}
