variable "aliases" {
  description = "Domains of one's own, the first of which is the site's address. They need `certificate`."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.aliases) == 0 || var.certificate != null
    error_message = "aliases: need `certificate` (in us-east-1) that covers ${join(", ", var.aliases)}"
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
    condition     = var.certificate == null ? true : can(regex("^arn:[a-z-]+:acm:us-east-1:", var.certificate.arn))
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

variable "tags" {
  description = "Tags of everything that takes tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
