output "alarms" {
  description = "Alarm ARNs by label, known at the first plan; empty but in us-east-1."
  value = {
    for label in keys(local.alarms) : label => "arn:${local._partition}:cloudwatch:${local._region}:${local._account}:alarm:${coalesce(var.alarms.prefix, var.name)}-${label}"
  }
  depends_on = [aws_cloudwatch_metric_alarm.this]
}

output "grants" {
  description = "Permissions to hand to others, which include the bucket's key: `publish` writes pages and clears the cache, for a pipeline's role."
  value = {
    publish = {
      actions = concat(
        ["cloudfront:CreateInvalidation", "s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"],
        var.key == null ? [] : ["kms:Decrypt", "kms:GenerateDataKey"],
      )
      resources  = concat([aws_cloudfront_distribution.this.arn, local.bucket_arn, "${local.bucket_arn}/*"], var.key[*].arn)
      conditions = {}
    }
  }
}

output "site" {
  description = "The site: where pages are put, and the `url` where they are seen (no slash at the end: it is also the pages' origin). An alias' record points to `domain_name`, in the zone `zone_id`."
  value = {
    bucket          = local.bucket_name
    distribution_id = aws_cloudfront_distribution.this.id
    domain_name     = aws_cloudfront_distribution.this.domain_name
    url             = "https://${local.host}"
    zone_id         = aws_cloudfront_distribution.this.hosted_zone_id
  }
  depends_on = [aws_s3_bucket_policy.this]
}
