# Planned with the real provider and nothing else: dummy credentials, no call to AWS.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

override_data {
  target = data.aws_caller_identity.current
  values = { account_id = "111122223333" }
}

override_resource {
  target          = aws_cloudfront_distribution.this
  override_during = plan
  values = {
    id          = "E1ABC"
    arn         = "arn:aws:cloudfront::111122223333:distribution/E1ABC"
    domain_name = "d111.cloudfront.net"
  }
}

variables {
  name = "shop"
}

run "bucket_is_for_this_distribution_alone" {
  command = plan

  assert {
    condition = jsonencode([
      for statement in data.aws_iam_policy_document.bucket.statement : {
        sid       = statement.sid
        effect    = coalesce(statement.effect, "Allow")
        actions   = sort(statement.actions)
        resources = sort(statement.resources)
        who       = flatten([for principal in statement.principals : tolist(principal.identifiers)])
        when      = { for condition in statement.condition : "${condition.test} ${condition.variable}" => condition.values }
      }
      ]) == jsonencode([
      {
        sid       = "Distribution"
        effect    = "Allow"
        actions   = ["s3:GetObject", "s3:ListBucket"]
        resources = ["arn:aws:s3:::shop-111122223333", "arn:aws:s3:::shop-111122223333/*"]
        who       = ["cloudfront.amazonaws.com"]
        when      = { "StringEquals aws:SourceArn" = ["arn:aws:cloudfront::111122223333:distribution/E1ABC"] }
      },
      {
        sid       = "TlsOnly"
        effect    = "Deny"
        actions   = ["s3:*"]
        resources = ["arn:aws:s3:::shop-111122223333", "arn:aws:s3:::shop-111122223333/*"]
        who       = ["*"]
        when      = { "Bool aws:SecureTransport" = ["false"] }
      },
    ])
    error_message = "somebody else could read the bucket"
  }

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.this.block_public_acls, aws_s3_bucket_public_access_block.this.block_public_policy,
      aws_s3_bucket_public_access_block.this.ignore_public_acls, aws_s3_bucket_public_access_block.this.restrict_public_buckets,
    ])
    error_message = "the bucket could be made public"
  }

  assert {
    condition     = aws_s3_bucket.this.force_destroy == false
    error_message = "protection is not the default"
  }
}

run "served_by_https_with_security_headers" {
  command = plan

  assert {
    condition     = aws_cloudfront_distribution.this.default_cache_behavior[0].viewer_protocol_policy == "redirect-to-https"
    error_message = "served in the clear"
  }

  assert {
    condition     = aws_cloudfront_response_headers_policy.this.security_headers_config[0].strict_transport_security[0].access_control_max_age_sec == 63072000
    error_message = "no strict transport security"
  }

  assert {
    condition     = output.site == { bucket = "shop-111122223333", distribution_id = "E1ABC", domain_name = "d111.cloudfront.net", url = "https://d111.cloudfront.net" }
    error_message = "the output is not what publishers read"
  }
}

run "error_pages_keep_their_status" {
  command = plan

  variables {
    error_pages = { "404" = "/missing.html" }
  }

  assert {
    condition     = alltrue([for response in aws_cloudfront_distribution.this.custom_error_response : response.response_code == response.error_code])
    error_message = "an error is shown as something else"
  }
}

run "own_domain_is_the_address" {
  command = plan

  variables {
    aliases     = ["shop.example.com"]
    certificate = { arn = "arn:aws:acm:us-east-1:111122223333:certificate/abc" }
  }

  assert {
    condition     = output.site.url == "https://shop.example.com"
    error_message = "the address is CloudFront's still"
  }

  assert {
    condition     = aws_cloudfront_distribution.this.viewer_certificate[0].minimum_protocol_version == "TLSv1.2_2021"
    error_message = "old TLS is allowed"
  }
}

run "refuses_aliases_without_certificate" {
  command = plan
  variables {
    aliases = ["shop.example.com"]
  }
  expect_failures = [var.aliases]
}

run "refuses_a_certificate_of_another_region" {
  command = plan
  variables {
    certificate = { arn = "arn:aws:acm:eu-west-1:111122223333:certificate/abc" }
  }
  expect_failures = [var.certificate]
}
