locals {
  _directives = merge({ frame-ancestors = ["'none'"] }, { for directive, sources in var.headers.content_security_policy : directive => sort(sources) })

  content_security_policy = join("; ", [for directive in sort(keys(local._directives)) : join(" ", concat([directive], local._directives[directive]))])

  # The older header knows nobody and oneself; for any other answer only the newer one has words.
  frame_option = lookup({ "'none'" = "DENY", "'self'" = "SAMEORIGIN" }, join(" ", local._directives["frame-ancestors"]), null)
}

# What a page can't say of itself. The policy of what it may load is in the page, which knows its API; the site doesn't.
resource "aws_cloudfront_response_headers_policy" "this" {
  #checkov:skip=CKV_AWS_259:browsers' preload lists take a whole domain, and are its owner's to enter
  name    = var.name
  comment = "Security headers of ${var.name}"

  security_headers_config {
    content_security_policy {
      content_security_policy = local.content_security_policy
      override                = true
    }
    content_type_options {
      override = true
    }
    dynamic "frame_options" {
      for_each = local.frame_option[*]

      content {
        frame_option = frame_options.value
        override     = true
      }
    }
    referrer_policy {
      referrer_policy = "no-referrer"
      override        = true
    }
    strict_transport_security {
      access_control_max_age_sec = 63072000
      include_subdomains         = true
      preload                    = false
      override                   = true
    }
  }

  custom_headers_config {
    items {
      header   = "Cross-Origin-Opener-Policy"
      value    = "same-origin"
      override = true
    }
    items {
      header   = "Permissions-Policy"
      value    = var.headers.permissions_policy
      override = true
    }

    dynamic "items" {
      for_each = var.headers.custom

      content {
        header   = items.key
        value    = items.value
        override = true
      }
    }
  }

  lifecycle {
    precondition {
      condition     = length(local.content_security_policy) <= 3000
      error_message = "headers.content_security_policy: CloudFront takes 3000 characters; given: ${length(local.content_security_policy)}"
    }
  }
}
