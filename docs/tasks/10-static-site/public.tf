module "pages" {
  source  = "terraform-aws-modules/s3-bucket/aws"
  version = "5.15.4"

  bucket                                = "shop-site-123456789012"
  control_object_ownership              = true
  object_ownership                      = "BucketOwnerEnforced"
  attach_deny_insecure_transport_policy = true
  attach_policy                         = true
  policy                                = data.aws_iam_policy_document.pages.json
  versioning                            = { enabled = true }
}

data "aws_iam_policy_document" "pages" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["${module.pages.s3_bucket_arn}/*"]

    principals {
      type        = "Service"
      identifiers = ["cloudfront.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = [module.site.cloudfront_distribution_arn]
    }
  }
}

module "site" {
  source  = "terraform-aws-modules/cloudfront/aws"
  version = "6.6.0"

  default_root_object = "index.html"
  price_class         = "PriceClass_100"

  origin_access_control = {
    pages = {
      origin_type      = "s3"
      signing_behavior = "always"
      signing_protocol = "sigv4"
    }
  }

  origin = {
    pages = {
      domain_name               = module.pages.s3_bucket_bucket_regional_domain_name
      origin_access_control_key = "pages"
    }
  }

  default_cache_behavior = {
    target_origin_id           = "pages"
    viewer_protocol_policy     = "redirect-to-https"
    cache_policy_id            = "658327ea-f89d-4fab-a63d-7e88639e58f6"
    response_headers_policy_id = "67f7725c-6f97-4210-82d7-5512b31e9d03"
    compress                   = true
  }

  viewer_certificate = { cloudfront_default_certificate = true }
}
