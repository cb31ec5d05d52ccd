data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  _account   = data.aws_caller_identity.current.account_id
  _partition = data.aws_partition.current.partition
  _region    = data.aws_region.current.id

  # Bucket names are the whole world's; the account's number makes this one ours.
  bucket_name = coalesce(var.bucket_name, "${var.name}-${local._account}")
  bucket_arn  = "arn:${local._partition}:s3:::${local.bucket_name}"
  origin_id   = "bucket"

  # CloudFront's own policy "CachingOptimized", the same id in every account.
  caching_optimized = "658327ea-f89d-4fab-a63d-7e88639e58f6"

  host = length(var.aliases) > 0 ? var.aliases[0] : aws_cloudfront_distribution.this.domain_name
}

resource "aws_cloudfront_origin_access_control" "this" {
  name                              = var.name
  description                       = "Lets the distribution, and nobody else, read ${local.bucket_name}"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_cloudfront_distribution" "this" {
  #checkov:skip=CKV_AWS_68:a firewall in front of static files is the caller's to add, `firewall`
  #checkov:skip=CKV2_AWS_47:a firewall in front of static files is the caller's to add, `firewall`
  #checkov:skip=CKV_AWS_86:logs are the caller's to ask for, `logs`; they hold the addresses of people
  #checkov:skip=CKV_AWS_310:one bucket is the origin; S3 keeps it in three zones
  #checkov:skip=CKV_AWS_374:a page is for the whole world unless its owner says otherwise
  #checkov:skip=CKV_AWS_174:CloudFront fixes the lowest TLS version of its own certificate; with `certificate` it is 1.2 (2021)
  #checkov:skip=CKV2_AWS_42:a certificate comes with a domain of one's own, `certificate`
  comment             = var.name
  enabled             = true
  is_ipv6_enabled     = true
  http_version        = "http2and3"
  default_root_object = var.default_root_object
  price_class         = var.price_class
  aliases             = var.aliases
  web_acl_id          = one(var.firewall[*].arn)
  tags                = var.tags

  # Its id and domain are known at once, and nothing after it needs the last edge location: waiting would only add minutes.
  wait_for_deployment = false

  origin {
    origin_id                = local.origin_id
    domain_name              = aws_s3_bucket.this.bucket_regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.this.id
    connection_attempts      = 3
    connection_timeout       = 10
  }

  default_cache_behavior {
    target_origin_id           = local.origin_id
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD", "OPTIONS"]
    cached_methods             = ["GET", "HEAD"]
    compress                   = true
    cache_policy_id            = local.caching_optimized
    response_headers_policy_id = aws_cloudfront_response_headers_policy.this.id
  }

  # A missing page stays a 404, whatever page tells it: a 200 would hide the fault from people, crawlers and monitors.
  # A single page knows its own paths, and which of them are missing.
  dynamic "custom_error_response" {
    for_each = var.error_pages
    content {
      error_code            = tonumber(custom_error_response.key)
      response_code         = tonumber(custom_error_response.key)
      response_page_path    = custom_error_response.value
      error_caching_min_ttl = 10
    }
  }

  dynamic "custom_error_response" {
    for_each = var.single_page ? [var.default_root_object] : []
    content {
      error_code            = 404
      response_code         = 200
      response_page_path    = "/${custom_error_response.value}"
      error_caching_min_ttl = 10
    }
  }

  dynamic "logging_config" {
    for_each = var.logs[*]
    content {
      bucket          = logging_config.value.bucket
      prefix          = logging_config.value.prefix
      include_cookies = false
    }
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = var.certificate == null
    acm_certificate_arn            = one(var.certificate[*].arn)
    minimum_protocol_version       = var.certificate == null ? "TLSv1" : "TLSv1.2_2021"
    ssl_support_method             = var.certificate == null ? null : "sni-only"
  }
}
