output "grants" {
  description = "Permissions to hand to others: `publish` writes pages and clears the cache, for a pipeline's role."
  value = {
    publish = {
      actions    = ["cloudfront:CreateInvalidation", "s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"]
      resources  = [aws_cloudfront_distribution.this.arn, local.bucket_arn, "${local.bucket_arn}/*"]
      conditions = {}
    }
  }
}

output "site" {
  description = "The site: where pages are put, and the `url` where they are seen (no slash at the end: it is also the pages' origin)."
  value = {
    bucket          = local.bucket_name
    distribution_id = aws_cloudfront_distribution.this.id
    domain_name     = aws_cloudfront_distribution.this.domain_name
    url             = "https://${local.host}"
  }
  depends_on = [aws_s3_bucket_policy.this]
}
