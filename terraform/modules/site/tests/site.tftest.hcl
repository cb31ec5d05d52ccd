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
    # every distribution's zone, says AWS
    hosted_zone_id = "Z2FDTNDATAQYW2"
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
    condition     = output.site == { bucket = "shop-111122223333", distribution_id = "E1ABC", domain_name = "d111.cloudfront.net", url = "https://d111.cloudfront.net", zone_id = "Z2FDTNDATAQYW2" }
    error_message = "the output is not what publishers read"
  }
}

run "headers_are_said_without_being_asked" {
  command = plan

  assert {
    condition = alltrue([
      aws_cloudfront_response_headers_policy.this.security_headers_config[0].content_security_policy[0].content_security_policy == "frame-ancestors 'none'",
      aws_cloudfront_response_headers_policy.this.security_headers_config[0].frame_options[0].frame_option == "DENY",
      aws_cloudfront_response_headers_policy.this.security_headers_config[0].referrer_policy[0].referrer_policy == "no-referrer",
      aws_cloudfront_response_headers_policy.this.security_headers_config[0].content_type_options[0].override,
    ])
    error_message = "a page could be framed, sniffed or followed"
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.this) == 0 && length(output.alarms) == 0
    error_message = "an alarm where CloudFront's metrics are not"
  }

  assert {
    condition     = aws_cloudfront_origin_access_control.this.signing_behavior == "always" && aws_cloudfront_distribution.this.default_cache_behavior[0].compress
    error_message = "the bucket is read without a signature"
  }
}

run "headers_can_be_said_otherwise" {
  command = plan

  variables {
    headers = {
      content_security_policy = { img-src = ["'self'", "data:"], frame-ancestors = ["'self'"] }
      permissions_policy      = "geolocation=(self)"
      custom                  = { X-Served-By = "shop" }
    }
  }

  assert {
    condition     = aws_cloudfront_response_headers_policy.this.security_headers_config[0].content_security_policy[0].content_security_policy == "frame-ancestors 'self'; img-src 'self' data:"
    error_message = "the policy is not what was asked for"
  }

  assert {
    condition     = aws_cloudfront_response_headers_policy.this.security_headers_config[0].frame_options[0].frame_option == "SAMEORIGIN"
    error_message = "the two headers on frames disagree"
  }

  assert {
    condition = toset([for item in aws_cloudfront_response_headers_policy.this.custom_headers_config[0].items : "${item.header}: ${item.value}"]) == toset([
      "Cross-Origin-Opener-Policy: same-origin", "Permissions-Policy: geolocation=(self)", "X-Served-By: shop",
    ])
    error_message = "a header is lost"
  }
}

run "framed_by_another" {
  command = plan

  variables {
    headers = { content_security_policy = { frame-ancestors = ["https://portal.example.com"] } }
  }

  assert {
    condition     = length(aws_cloudfront_response_headers_policy.this.security_headers_config[0].frame_options) == 0
    error_message = "the older header would refuse what the newer one allows"
  }
}

run "a_single_page_answers_every_path" {
  command = plan

  variables {
    single_page = true
  }

  assert {
    condition = jsonencode([for response in aws_cloudfront_distribution.this.custom_error_response : [response.error_code, response.response_code, response.response_page_path]]) == jsonencode([
      [404, 200, "/index.html"],
    ])
    error_message = "a path of the page is a 404"
  }
}

run "a_key_is_in_the_grant" {
  command = plan

  variables {
    key = { arn = "arn:aws:kms:eu-west-1:111122223333:key/abc" }
  }

  assert {
    condition = output.grants.publish == {
      actions    = ["cloudfront:CreateInvalidation", "s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject", "kms:Decrypt", "kms:GenerateDataKey"]
      resources  = ["arn:aws:cloudfront::111122223333:distribution/E1ABC", "arn:aws:s3:::shop-111122223333", "arn:aws:s3:::shop-111122223333/*", "arn:aws:kms:eu-west-1:111122223333:key/abc"]
      conditions = {}
    }
    error_message = "who publishes can't encrypt, or may do more than publish"
  }

  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.this.rule).bucket_key_enabled
    error_message = "every page asks KMS"
  }
}

run "alarm_where_the_metrics_are" {
  command = plan

  override_data {
    target = data.aws_region.current
    values = { id = "us-east-1" }
  }

  variables {
    alarms = { actions = ["arn:aws:sns:us-east-1:111122223333:ops"], overrides = { errors = { threshold = 5 } } }
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["errors"].dimensions == tomap({ DistributionId = "E1ABC", Region = "Global" }) && aws_cloudwatch_metric_alarm.this["errors"].threshold == 5
    error_message = "the alarm looks elsewhere"
  }

  assert {
    condition     = output.alarms == { errors = "arn:aws:cloudwatch:us-east-1:111122223333:alarm:shop-errors" }
    error_message = "the alarm's ARN is not known at the first plan"
  }
}

run "an_alarm_of_another_prefix_is_named_so" {
  command = plan

  override_data {
    target = data.aws_region.current
    values = { id = "us-east-1" }
  }

  variables {
    alarms = { prefix = "shop-pages" }
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["errors"].alarm_name == "shop-pages-errors" && output.alarms == { errors = "arn:aws:cloudwatch:us-east-1:111122223333:alarm:shop-pages-errors" }
    error_message = "the output names an alarm that is not there"
  }
}

run "refuses_alarms_where_no_metric_is" {
  command = plan
  variables {
    alarms = { actions = ["arn:aws:sns:eu-west-1:111122223333:ops"] }
  }
  expect_failures = [var.alarms]
}

run "error_pages_keep_their_status" {
  command = plan

  variables {
    error_pages = { "404" = "/missing.html" }
  }

  assert {
    condition = jsonencode([for response in aws_cloudfront_distribution.this.custom_error_response : [response.error_code, response.response_code, response.response_page_path]]) == jsonencode([
      [404, 404, "/missing.html"],
    ])
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

run "refuses_an_alias_that_is_an_address" {
  command = plan
  variables {
    aliases     = ["https://shop.example.com"]
    certificate = { arn = "arn:aws:acm:us-east-1:111122223333:certificate/abc" }
  }
  expect_failures = [var.aliases]
}

run "refuses_an_address_with_a_wildcard" {
  command = plan
  variables {
    aliases     = ["*.example.com", "shop.example.com"]
    certificate = { arn = "arn:aws:acm:us-east-1:111122223333:certificate/abc" }
  }
  expect_failures = [var.aliases]
}

run "refuses_a_firewall_of_another_region" {
  command = plan
  variables {
    firewall = { arn = "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shop/abc" }
  }
  expect_failures = [var.firewall]
}

run "refuses_a_source_that_is_a_sentence" {
  command = plan
  variables {
    headers = { content_security_policy = { img-src = ["'self'; script-src *"] } }
  }
  expect_failures = [var.headers]
}

run "refuses_a_second_hand_on_a_security_header" {
  command = plan
  variables {
    headers = { custom = { X-Frame-Options = "ALLOWALL" } }
  }
  expect_failures = [var.headers]
}

run "refuses_too_many_headers" {
  command = plan
  variables {
    headers = { custom = { for number in range(9) : "X-${number}" => "a" } }
  }
  expect_failures = [var.headers]
}

run "refuses_a_header_that_is_too_long" {
  command = plan
  variables {
    headers = { custom = { X-Long = join("", [for number in range(892) : "aa"]) } }
  }
  expect_failures = [var.headers]
}

run "refuses_a_policy_that_is_too_long" {
  command = plan
  variables {
    headers = { content_security_policy = { img-src = [for number in range(200) : "https://images-${number}.example.com"] } }
  }
  expect_failures = [aws_cloudfront_response_headers_policy.this]
}

run "refuses_an_error_page_a_single_page_would_hide" {
  command = plan
  variables {
    single_page = true
    error_pages = { "404" = "/missing.html" }
  }
  expect_failures = [var.single_page]
}

run "refuses_other_limits" {
  command = plan
  variables {
    name                = "Shop"
    bucket_name         = "shop.pages"
    default_root_object = "/index.html"
    error_pages         = { "418" = "teapot.html" }
    logs                = { bucket = "logs" }
    price_class         = "PriceClass_50"
  }
  expect_failures = [var.name, var.bucket_name, var.default_root_object, var.error_pages, var.logs, var.price_class]
}
