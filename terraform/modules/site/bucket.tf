resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV_AWS_18:nobody but the distribution can read it, and the distribution has logs of its own, `logs`
  #checkov:skip=CKV_AWS_144:pages are published from the repository, which is the copy
  #checkov:skip=CKV_AWS_145:S3 encrypts with its own key unless `key` names another
  #checkov:skip=CKV2_AWS_61:published pages are few and small, and old versions are the way back
  #checkov:skip=CKV2_AWS_62:nothing happens when a page is published
  bucket        = local.bucket_name
  force_destroy = !var.protect
  tags          = var.tags
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket                  = aws_s3_bucket.this.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    bucket_key_enabled = var.key != null

    apply_server_side_encryption_by_default {
      sse_algorithm     = var.key == null ? "AES256" : "aws:kms"
      kms_master_key_id = one(var.key[*].arn)
    }
  }
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id

  versioning_configuration {
    status = "Enabled"
  }
}

# A document, not jsonencode: with an ARN that is known after the apply only, a plan still shows who may do what.
data "aws_iam_policy_document" "bucket" {
  # Listing is what makes S3 answer 404 for a missing page, where it would answer 403. CloudFront never passes a listing
  # on: its root is the root object, and query strings don't reach the bucket.
  statement {
    sid       = "Distribution"
    actions   = ["s3:GetObject", "s3:ListBucket"]
    resources = [local.bucket_arn, "${local.bucket_arn}/*"]

    principals {
      type        = "Service"
      identifiers = ["cloudfront.amazonaws.com"]
    }

    # The distribution's ARN names its account; CloudFront says no aws:SourceAccount beside it.
    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = [aws_cloudfront_distribution.this.arn]
    }
  }

  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [local.bucket_arn, "${local.bucket_arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id
  policy = data.aws_iam_policy_document.bucket.json

  # S3 refuses two changes of one bucket's access at the same time.
  depends_on = [aws_s3_bucket_public_access_block.this]
}
