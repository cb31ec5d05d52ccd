variable "alarms" {
  description = "Actions of the module's alarms, what their names begin with (`prefix`, null: name-delivery), and settings that differ, by label: failures, freshness, throttles; behind with `stream`; partitions with `partitions`; transform with `transform`."
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
    condition     = length(setsubtract(keys(var.alarms.overrides), local.alarm_labels)) == 0
    error_message = "alarms.overrides: known labels are ${join(", ", local.alarm_labels)}; given: ${join(", ", keys(var.alarms.overrides))}."
  }
}

variable "backup" {
  description = "Keeps every record as it came, before the transform, below a prefix of a bucket (that of `bucket` when none is named). Firehose can't switch it off again. Null: none."
  type = object({
    prefix = optional(string, "source/")
    bucket = optional(object({
      arn = string
      key = optional(object({ arn = string }))
    }))
  })
  default = null

  validation {
    condition     = can(regex("^[^/!][^!]*/$", try(var.backup.prefix, "source/")))
    error_message = "backup.prefix: a folder without expressions, such as source/ (Firehose adds year, month, day and hour); given: ${try(var.backup.prefix, "null")}."
  }
}

variable "bucket" {
  description = "Where objects go: `module.x.bucket`."
  type = object({
    arn = string
    key = optional(object({ arn = string }))
  })
  nullable = false

  validation {
    condition     = can(regex("^arn:[^:]+:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket.arn))
    error_message = "bucket.arn: the ARN of a bucket, without a path; given: ${var.bucket.arn}."
  }
}

variable "buffer" {
  description = "What makes an object: so many megabytes (1 to 128) or so many seconds (0 to 900), whichever comes first. Size null: 5, with `partitions` 64."
  type = object({
    interval_seconds = optional(number, 300)
    size_mb          = optional(number)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.buffer.interval_seconds >= 0 && var.buffer.interval_seconds <= 900 && floor(var.buffer.interval_seconds) == var.buffer.interval_seconds
    error_message = "buffer.interval_seconds: a whole number from 0 to 900; given: ${var.buffer.interval_seconds}."
  }

  validation {
    condition     = var.buffer.size_mb == null ? true : var.buffer.size_mb >= 1 && var.buffer.size_mb <= 128 && floor(var.buffer.size_mb) == var.buffer.size_mb
    error_message = "buffer.size_mb: a whole number from 1 to 128; given: ${coalesce(var.buffer.size_mb, 0)}."
  }

  validation {
    condition     = var.partitions == null || (coalesce(var.buffer.size_mb, 64) >= 64 && var.buffer.interval_seconds > 0)
    error_message = "buffer: with partitions at least 64 MB, and an interval above 0 seconds; given: ${coalesce(var.buffer.size_mb, 64)} MB, ${var.buffer.interval_seconds} s."
  }
}

variable "key" {
  description = "KMS key for records that wait in a stream that is put to directly, and for the log group. Null: the services' own encryption."
  type        = object({ arn = string })
  default     = null

  validation {
    condition     = var.key == null ? true : can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/", var.key.arn))
    error_message = "key.arn: the ARN of a KMS key, not of an alias, which CloudWatch Logs does not take; given: ${try(var.key.arn, "null")}."
  }
}

variable "log_retention_days" {
  description = "How long the log group of failed deliveries keeps lines."
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

variable "name" {
  description = "Name of the delivery stream; its role and log group follow from it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]{1,55}$", var.name))
    error_message = "name: 1 to 55 letters, digits, dots, hyphens and underscores (AWS allows a role 64, of which the module adds 9); given: ${var.name}."
  }
}

variable "objects" {
  description = <<-EOT
    The objects. `prefix` begins their keys, in Firehose's own expressions; null: `data/`, the `partitions` as `key=value/`, and the hour. What
    can't be delivered goes below `error_prefix`. Times are those of `time_zone`. `new_lines` ends each record with one.
  EOT
  type = object({
    compression    = optional(string, "GZIP")
    error_prefix   = optional(string, "errors/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/")
    file_extension = optional(string)
    new_lines      = optional(bool, true)
    prefix         = optional(string)
    time_zone      = optional(string, "UTC")
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["GZIP", "HADOOP_SNAPPY", "Snappy", "UNCOMPRESSED", "ZIP"], var.objects.compression)
    error_message = "objects.compression: GZIP, HADOOP_SNAPPY, Snappy, UNCOMPRESSED or ZIP; given: ${var.objects.compression}."
  }

  validation {
    condition     = strcontains(var.objects.error_prefix, "!{firehose:error-output-type}")
    error_message = "objects.error_prefix: holds !{firehose:error-output-type}, which Firehose demands; given: ${var.objects.error_prefix}."
  }

  validation {
    condition     = alltrue([for expression in regexall("!\\{([^:}]*)", var.objects.error_prefix) : contains(["firehose", "timestamp"], expression[0])])
    error_message = "objects.error_prefix: expressions are !{timestamp:…} and !{firehose:…}, for a record that failed has no partition; given: ${var.objects.error_prefix}."
  }

  validation {
    condition = alltrue([
      for expression in regexall("!\\{[^}]*\\}?", coalesce(var.objects.prefix, "-")) : anytrue([
        can(regex("^!\\{timestamp:[^}]+\\}$", expression)),
        expression == "!{firehose:random-string}",
        contains(local.partition_expressions, expression),
      ])
    ])
    error_message = "objects.prefix: expressions are ${join(", ", concat(["!{timestamp:…}", "!{firehose:random-string}"], local.partition_expressions))}; given: ${coalesce(var.objects.prefix, "null")}."
  }

  validation {
    condition     = var.objects.prefix == null ? true : alltrue([for expression in local.partition_expressions : strcontains(var.objects.prefix, expression)])
    error_message = "objects.prefix: names every partition, ${join(", ", local.partition_expressions)}; given: ${coalesce(var.objects.prefix, "null")}."
  }

  validation {
    condition = alltrue([
      for prefix in [coalesce(var.objects.prefix, "data/"), var.objects.error_prefix] : length(prefix) <= 1024 && !startswith(prefix, "/")
    ])
    error_message = "objects: a prefix has at most 1024 characters and begins without a slash; given: ${coalesce(var.objects.prefix, "null")} and ${var.objects.error_prefix}."
  }

  validation {
    condition     = can(regex("^\\.[0-9a-z!_.*'()-]{1,127}$", coalesce(var.objects.file_extension, ".x")))
    error_message = "objects.file_extension: a dot and 1 to 127 lower-case letters, digits and signs, such as .json.gz; given: ${coalesce(var.objects.file_extension, "null")}."
  }

  validation {
    condition     = can(regex("^[A-Za-z/_]{1,50}$", var.objects.time_zone))
    error_message = "objects.time_zone: the IANA name of a time zone, such as Europe/Berlin; given: ${var.objects.time_zone}."
  }
}

variable "partitions" {
  description = <<-EOT
    Dynamic partitioning: folders by what is in a record, by label. `jq` reads the value from a JSON record (`customer = ".customer.id"`);
    `transform` names those the function gives. Only when the delivery stream is made: it is replaced to switch this on or off. Null: none.
  EOT
  type = object({
    jq            = optional(map(string), {})
    retry_seconds = optional(number, 300)
    transform     = optional(set(string), [])
  })
  default = null

  validation {
    condition = var.partitions == null ? true : (
      length(var.partitions.jq) + length(var.partitions.transform) >= 1 && length(var.partitions.jq) + length(var.partitions.transform) <= 50
    )
    error_message = "partitions: 1 to 50 of jq and transform together; given: ${length(try(var.partitions.jq, {})) + length(try(var.partitions.transform, []))}."
  }

  validation {
    condition = alltrue([
      for label in concat(keys(try(var.partitions.jq, {})), tolist(try(var.partitions.transform, []))) : can(regex("^[A-Za-z_][A-Za-z0-9_]*$", label))
    ])
    error_message = "partitions: a label has letters, digits and underscores, and no digit first; given: ${join(", ", concat(keys(try(var.partitions.jq, {})), tolist(try(var.partitions.transform, []))))}."
  }

  validation {
    condition     = length(setintersection(keys(try(var.partitions.jq, {})), try(var.partitions.transform, []))) == 0
    error_message = "partitions: a label is of jq or of transform; given in both: ${join(", ", setintersection(keys(try(var.partitions.jq, {})), try(var.partitions.transform, [])))}."
  }

  validation {
    condition     = length(try(var.partitions.transform, [])) == 0 || var.transform != null
    error_message = "partitions.transform: needs a transform, whose function gives the values; given: ${join(", ", try(var.partitions.transform, []))}."
  }

  validation {
    condition     = length(join(",", [for label, path in try(var.partitions.jq, {}) : "${label}:${path}"])) <= 5118
    error_message = "partitions.jq: at most 5118 characters as one query; given: ${length(join(",", [for label, path in try(var.partitions.jq, {}) : "${label}:${path}"]))}."
  }

  validation {
    condition     = try(var.partitions.retry_seconds, 300) >= 0 && try(var.partitions.retry_seconds, 300) <= 7200
    error_message = "partitions.retry_seconds: 0 to 7200; given: ${try(var.partitions.retry_seconds, "null")}."
  }
}

variable "role" {
  description = "Path of the delivery stream's role, and the policy that bounds it."
  type = object({
    path                 = optional(string, "/")
    permissions_boundary = optional(string)
  })
  default  = {}
  nullable = false
}

variable "stream" {
  description = "The Kinesis stream records come from: `module.x.stream`. Null: they are put directly."
  type = object({
    arn = string
    key = optional(object({ arn = string }))
  })
  default = null
}

variable "tags" {
  description = "Tags of all resources."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "transform" {
  description = "A function that changes, drops or fails each record, called with `buffer_mb` (0.2 to 3) of them or after `buffer_seconds` (0 to 900), and up to `retries` more times. Null: records stay as they are."
  type = object({
    buffer_mb      = optional(number, 1)
    buffer_seconds = optional(number, 60)
    retries        = optional(number, 3)
    function = object({
      alias_arn       = string
      timeout_seconds = optional(number)
    })
  })
  default = null

  validation {
    condition     = try(var.transform.buffer_mb, 1) >= 0.2 && try(var.transform.buffer_mb, 1) <= 3
    error_message = "transform.buffer_mb: 0.2 to 3 (Lambda takes 6 MB, Base64 included); given: ${try(var.transform.buffer_mb, "null")}."
  }

  validation {
    condition     = try(var.transform.buffer_seconds, 60) >= 0 && try(var.transform.buffer_seconds, 60) <= 900
    error_message = "transform.buffer_seconds: 0 to 900; given: ${try(var.transform.buffer_seconds, "null")}."
  }

  validation {
    condition     = try(var.transform.retries, 3) >= 0 && try(var.transform.retries, 3) <= 300
    error_message = "transform.retries: 0 to 300; given: ${try(var.transform.retries, "null")}."
  }

  validation {
    condition     = coalesce(try(var.transform.function.timeout_seconds, null), 60) <= 300
    error_message = "transform.function: Firehose waits at most 300 seconds for it; its time-out is ${coalesce(try(var.transform.function.timeout_seconds, null), 60)}."
  }
}
