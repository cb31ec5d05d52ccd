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
    condition = try(var.provisioned_concurrency.target_utilization, null) == null && try(var.provisioned_concurrency.maximum_executions, null) == null ? true : (
      coalesce(var.provisioned_concurrency.maximum_executions, -1) >= var.provisioned_concurrency.executions
    )
    error_message = "provisioned_concurrency.maximum_executions: no less than executions (${try(var.provisioned_concurrency.executions, "null")}), and target_utilization needs one; given: ${try(coalesce(var.provisioned_concurrency.maximum_executions), "null")}."
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
      for source in values(var.sources) : source.starting_position == "AT_TIMESTAMP" ? can(timeadd(source.starting_time, "0s")) : source.starting_time == null
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
    condition = var.url == null ? true : alltrue([
      for caller in values(var.url.callers) : !startswith(caller.principal, "cloudfront.") || caller.source_arn == null ? true :
      can(regex("^arn:[^:]+:cloudfront::[0-9]{12}:distribution/.+$", caller.source_arn))
    ])
    error_message = "url.callers: the source_arn of CloudFront is that of a distribution, with its account; given: ${join(", ", [for caller in values(try(var.url.callers, {})) : coalesce(caller.source_arn, "null") if startswith(caller.principal, "cloudfront.")])}."
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
