variable "alarms" {
  description = "Actions of the module's alarms, what their names begin with (`prefix`, null: name), and settings that differ, by label: system_errors, throttles."
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
    condition     = length(setsubtract(keys(var.alarms.overrides), ["system_errors", "throttles"])) == 0
    error_message = "alarms.overrides: known labels are system_errors, throttles; given: ${join(", ", keys(var.alarms.overrides))}."
  }
}

variable "contributor_insights" {
  description = "Says which keys of the table and its global indexes are asked for most, for a price by event: how a hot key is found."
  type        = bool
  default     = false
  nullable    = false
}

variable "indexes" {
  description = "Indexes by name. Without `partition` an index is local: it shares the table's partition key and can be read consistently. `include` (null: everything) names the attributes it carries besides keys."
  type = map(object({
    partition = optional(object({ name = string, type = string }))
    sort      = optional(object({ name = string, type = string }))
    include   = optional(set(string))
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for index in values(var.indexes) : index.partition != null || index.sort != null])
    error_message = "indexes: a local index (one without `partition`) needs `sort`; given without both: ${join(", ", [for name, index in var.indexes : name if index.partition == null && index.sort == null])}."
  }

  validation {
    condition     = alltrue([for name in keys(var.indexes) : can(regex("^[A-Za-z0-9_.-]{3,255}$", name))])
    error_message = "indexes: names have 3 to 255 letters, digits, dots, hyphens and underscores; given: ${join(", ", keys(var.indexes))}."
  }

  validation {
    condition     = length([for index in values(var.indexes) : 1 if index.partition == null]) <= 5 && length([for index in values(var.indexes) : 1 if index.partition != null]) <= 20
    error_message = "indexes: DynamoDB takes 5 local and 20 global ones; given: ${length([for index in values(var.indexes) : 1 if index.partition == null])} local, ${length([for index in values(var.indexes) : 1 if index.partition != null])} global."
  }

  validation {
    condition     = alltrue([for index in values(var.indexes) : index.partition != null || var.keys.sort != null])
    error_message = "indexes: a local index needs a table with a sort key (keys.sort); given: ${join(", ", [for name, index in var.indexes : name if index.partition == null])}."
  }

  validation {
    condition = alltrue(flatten([
      for index in values(var.indexes) : [for key in [index.partition, index.sort] : contains(["S", "N", "B"], key.type) && length(key.name) >= 1 && length(key.name) <= 255 if key != null]
    ]))
    error_message = "indexes: a key has a name of 1 to 255 characters and the type S, N or B; given: ${jsonencode(var.indexes)}."
  }

  validation {
    condition     = alltrue([for index in values(var.indexes) : length(index.include) <= 20 if index.include != null])
    error_message = "indexes: at most 20 attributes in one `include`; more: ${join(", ", [for name, index in var.indexes : name if try(length(index.include) > 20, false)])}."
  }

  validation {
    condition     = sum(concat([0], [for index in values(var.indexes) : length(index.include) if index.include != null])) <= 100
    error_message = "indexes: at most 100 attributes in all `include` together; given: ${sum(concat([0], [for index in values(var.indexes) : length(index.include) if index.include != null]))}."
  }
}

variable "infrequent_access" {
  description = "Pays less for what is stored and more for each request; a table can change twice in 30 days."
  type        = bool
  default     = false
  nullable    = false
}

variable "key" {
  description = "KMS key for the data. Null: a key that DynamoDB owns."
  type        = object({ arn = string })
  default     = null

  validation {
    condition     = var.key == null ? true : can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/", var.key.arn))
    error_message = "key.arn: the ARN of a KMS key, not of an alias, which no IAM policy can name; given: ${try(var.key.arn, "null")}."
  }
}

variable "keys" {
  description = "Primary key: the partition key, and the sort key if there is one. Types are S, N or B."
  type = object({
    partition = object({ name = string, type = string })
    sort      = optional(object({ name = string, type = string }))
  })
  nullable = false

  validation {
    condition     = alltrue([for key in values(var.keys) : contains(["S", "N", "B"], key.type) if key != null])
    error_message = "keys: type is S, N or B; given: ${join(", ", [for key in values(var.keys) : key.type if key != null])}."
  }

  validation {
    condition     = alltrue([for key in values(var.keys) : length(key.name) >= 1 && length(key.name) <= 255 if key != null])
    error_message = "keys: names have 1 to 255 characters; given: ${join(", ", [for key in values(var.keys) : key.name if key != null])}."
  }
}

variable "maximum_units" {
  description = "Read and write units a second, of the table and of each global index, above which requests are refused: what a mistake may cost. Null: none but the account's; a limit that is there is lifted by -1."
  type        = object({ read = optional(number), write = optional(number) })
  default     = null

  validation {
    condition = var.maximum_units == null ? true : length([for units in values(var.maximum_units) : units if units != null]) > 0 && alltrue([
      for units in values(var.maximum_units) : (units == -1 || units >= 1) && floor(units) == units if units != null
    ])
    error_message = "maximum_units: read, write or both, whole numbers from 1, or -1 to lift a limit; given: ${jsonencode(var.maximum_units)}."
  }
}

variable "name" {
  description = "Name of the table."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]{3,255}$", var.name))
    error_message = "name: 3 to 255 letters, digits, dots, hyphens and underscores; given: ${var.name}."
  }
}

variable "protect" {
  description = "Refuses to delete the table."
  type        = bool
  default     = true
  nullable    = false
}

variable "recovery_days" {
  description = "Days back to which the table can be restored to any second, 1 to 35. Null: no point-in-time recovery."
  type        = number
  default     = 35

  validation {
    condition     = coalesce(var.recovery_days, 1) >= 1 && coalesce(var.recovery_days, 1) <= 35 && floor(coalesce(var.recovery_days, 1)) == coalesce(var.recovery_days, 1)
    error_message = "recovery_days: a whole number from 1 to 35; given: ${coalesce(var.recovery_days, 0)}."
  }
}

variable "stream" {
  description = "What the table's stream carries of each change: KEYS_ONLY, NEW_IMAGE, OLD_IMAGE or NEW_AND_OLD_IMAGES. Null: no stream."
  type        = string
  default     = null

  validation {
    condition     = contains(["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"], coalesce(var.stream, "KEYS_ONLY"))
    error_message = "stream: KEYS_ONLY, NEW_IMAGE, OLD_IMAGE or NEW_AND_OLD_IMAGES; given: ${coalesce(var.stream, "null")}."
  }
}

variable "tags" {
  description = "Tags of all resources."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "time_to_live" {
  description = "Attribute that holds the second (Unix time) after which an item may be deleted. Null: items stay; refused where a table's items expire already."
  type        = string
  default     = null

  validation {
    condition     = length(coalesce(var.time_to_live, "x")) <= 255
    error_message = "time_to_live: a name of at most 255 characters; given: ${length(coalesce(var.time_to_live, "x"))}."
  }
}
