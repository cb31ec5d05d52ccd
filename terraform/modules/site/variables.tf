variable "alarms" {
  description = "Actions of the module's alarm, what its name begins with (`prefix`, null: name), and settings that differ, by label: errors. CloudFront's metrics are in us-east-1 alone, so the alarm is made only where the whole site is."
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
    condition     = length(setsubtract(keys(var.alarms.overrides), ["errors"])) == 0
    error_message = "alarms.overrides: the label is errors, not ${join(", ", keys(var.alarms.overrides))}"
  }

  validation {
    condition     = data.aws_region.current.id == "us-east-1" || length(var.alarms.actions) + length(var.alarms.overrides) == 0
    error_message = "alarms: CloudFront's metrics are in us-east-1 alone, and an alarm in ${data.aws_region.current.id} would never go off; make the whole site there (with a provider of us-east-1), or leave `alarms` out"
  }
}

variable "aliases" {
  description = "Domains of one's own, the first of which is the site's address. They need `certificate`."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.aliases) == 0 || var.certificate != null
    error_message = "aliases: need `certificate` (in us-east-1) that covers ${join(", ", var.aliases)}"
  }

  validation {
    condition     = length(var.aliases) <= 100 && alltrue([for alias in var.aliases : can(regex("^(\\*\\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$", alias))])
    error_message = "aliases: at most 100 domain names in lower case, without https://; given: ${length(var.aliases)}, ${join(", ", var.aliases)}"
  }

  validation {
    condition     = length(var.aliases) == 0 ? true : !startswith(var.aliases[0], "*")
    error_message = "aliases: the first is the site's address and so no wildcard, not ${try(var.aliases[0], "none")}"
  }
}

variable "bucket_name" {
  description = "Name of the bucket. Null: `name` and the account's number."
  type        = string
  default     = null

  validation {
    condition     = var.bucket_name == null ? true : can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket_name))
    error_message = "bucket_name: 3 to 63 lower-case letters, digits and hyphens, not ${coalesce(var.bucket_name, "null")}"
  }
}

variable "certificate" {
  description = "ACM certificate of the aliases, in us-east-1. Null: CloudFront's own domain and certificate."
  type        = object({ arn = string })
  default     = null

  validation {
    condition     = var.certificate == null ? true : can(regex("^arn:[a-z-]+:acm:us-east-1:[0-9]{12}:certificate/.+$", var.certificate.arn))
    error_message = "certificate: CloudFront takes certificates of us-east-1 only, not ${try(var.certificate.arn, "null")}"
  }
}

variable "default_root_object" {
  description = "What `/` answers with."
  type        = string
  default     = "index.html"
  nullable    = false

  validation {
    condition     = can(regex("^[^/].*$", var.default_root_object))
    error_message = "default_root_object: a file's name without a slash in front, not ${var.default_root_object}"
  }
}

variable "error_pages" {
  description = "Pages that tell of an error, by status (`\"404\" = \"/missing.html\"`). The status stays what it is."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition = alltrue([
      for status in keys(var.error_pages) : contains(["400", "403", "404", "405", "414", "416", "500", "501", "502", "503", "504"], status)
    ])
    error_message = "error_pages: keys are statuses CloudFront can answer for (400, 403, 404, … 504), not ${join(", ", keys(var.error_pages))}"
  }

  validation {
    condition     = alltrue([for path in values(var.error_pages) : startswith(path, "/")])
    error_message = "error_pages: paths begin with a slash, not ${join(", ", values(var.error_pages))}"
  }
}

variable "firewall" {
  description = "WAF web ACL (scope CLOUDFRONT, in us-east-1) in front of the site. Null: none."
  type        = object({ arn = string })
  default     = null

  validation {
    condition     = var.firewall == null ? true : can(regex("^arn:[a-z-]+:wafv2:us-east-1:[0-9]{12}:global/webacl/.+$", var.firewall.arn))
    error_message = "firewall: CloudFront takes web ACLs of WAF v2 with scope CLOUDFRONT, which are in us-east-1, not ${try(var.firewall.arn, "null")}"
  }
}

variable "headers" {
  description = "What goes out with every page beside the security headers that are always there: `content_security_policy` by directive (`frame-ancestors 'none'` unless named; the rest is a page's own to say), `permissions_policy`, and `custom` headers by name."
  type = object({
    content_security_policy = optional(map(set(string)), {})
    permissions_policy      = optional(string, "camera=(), geolocation=(), microphone=()")
    custom                  = optional(map(string), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for directive, sources in var.headers.content_security_policy : can(regex("^[a-z]+(-[a-z]+)*$", directive)) && alltrue([for source in sources : can(regex("^[^;,\\s]+$", source))])])
    error_message = "headers.content_security_policy: directives such as img-src, each source by itself without spaces, commas and semicolons; not ${jsonencode(var.headers.content_security_policy)}"
  }

  validation {
    condition = alltrue([for name in keys(var.headers.custom) : can(regex("^[A-Za-z0-9-]{1,128}$", name))]) && length(setintersection([for name in keys(var.headers.custom) : lower(name)], [
      "content-security-policy", "cross-origin-opener-policy", "permissions-policy", "referrer-policy", "strict-transport-security", "x-content-type-options", "x-frame-options",
    ])) == 0
    error_message = "headers.custom: names of letters, digits and hyphens, and none of the security headers, which the module writes; not ${join(", ", keys(var.headers.custom))}"
  }

  validation {
    condition     = length(var.headers.custom) <= 8
    error_message = "headers.custom: at most 8 (CloudFront takes 10, of which the module writes 2); given: ${length(var.headers.custom)}"
  }

  validation {
    condition     = alltrue([for value in concat([var.headers.permissions_policy], values(var.headers.custom)) : length(value) <= 1783])
    error_message = "headers: CloudFront takes values of 1783 characters; longer: ${join(", ", [for name, value in merge({ permissions_policy = var.headers.permissions_policy }, var.headers.custom) : "${name} (${length(value)})" if length(value) > 1783])}"
  }
}

variable "key" {
  description = "KMS key of the bucket; its policy must let cloudfront.amazonaws.com decrypt. Null: S3's own encryption."
  type        = object({ arn = string })
  default     = null
}

variable "logs" {
  description = "Bucket (as a domain name, ACLs allowed) and prefix for CloudFront's access logs. Null: none."
  type        = object({ bucket = string, prefix = optional(string, "") })
  default     = null

  validation {
    condition     = var.logs == null ? true : can(regex("\\.s3[.-].*\\.?amazonaws\\.com", var.logs.bucket))
    error_message = "logs.bucket: the bucket's domain name, such as logs.s3.amazonaws.com, not ${try(var.logs.bucket, "null")}"
  }
}

variable "name" {
  description = "Name of the site; the bucket is named after it and the account."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,48}[a-z0-9]$", var.name))
    error_message = "name: 3 to 50 lower-case letters, digits and hyphens, not ${var.name}"
  }
}

variable "price_class" {
  description = "Where CloudFront serves from: `PriceClass_100` (North America, Europe), `PriceClass_200`, `PriceClass_All`."
  type        = string
  default     = "PriceClass_100"
  nullable    = false

  validation {
    condition     = contains(["PriceClass_100", "PriceClass_200", "PriceClass_All"], var.price_class)
    error_message = "price_class: PriceClass_100, PriceClass_200 or PriceClass_All, not ${var.price_class}"
  }
}

variable "protect" {
  description = "Keep the bucket from being destroyed while it holds pages."
  type        = bool
  default     = true
  nullable    = false
}

variable "single_page" {
  description = "Answers every path that is no file with the root object and status 200, for a page that reads the path itself."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.single_page || !contains(keys(var.error_pages), "404")
    error_message = "single_page: a path that is no file gets the root object, so error_pages has no 404; given: ${jsonencode(var.error_pages)}"
  }
}

variable "tags" {
  description = "Tags of everything that takes tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
