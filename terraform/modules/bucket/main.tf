data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  _account   = data.aws_caller_identity.current.account_id
  _partition = data.aws_partition.current.partition

  arn = "arn:${local._partition}:s3:::${var.name}"
}

resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV_AWS_18:access logs need a second bucket, which is the caller's to name (access_logs)
  #checkov:skip=CKV_AWS_144:a copy in another region is a decision about the data, not about the bucket
  #checkov:skip=CKV_AWS_145:S3 encrypts with its own key; a customer key is used when `key` is given
  #checkov:skip=CKV2_AWS_61:the lifecycle is the caller's to turn off (lifecycle)
  #checkov:skip=CKV2_AWS_62:events of objects are the caller's to turn on (events)
  bucket        = var.name
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
    # One data key for many objects: without it every object is a request to KMS.
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
    status = var.versioning ? "Enabled" : "Suspended"
  }
}

# To the default bus of this account and region, which passes on every kind of event of every object.
resource "aws_s3_bucket_notification" "this" {
  count = var.events ? 1 : 0

  bucket      = aws_s3_bucket.this.id
  eventbridge = true
}

resource "aws_s3_bucket_cors_configuration" "this" {
  count = var.cors == null ? 0 : 1

  bucket = aws_s3_bucket.this.id

  cors_rule {
    allowed_headers = var.cors.headers
    allowed_methods = var.cors.methods
    allowed_origins = var.cors.origins
    expose_headers  = var.cors.expose
    max_age_seconds = var.cors.max_age_seconds
  }
}

resource "aws_s3_bucket_logging" "this" {
  count = var.access_logs == null ? 0 : 1

  bucket        = aws_s3_bucket.this.id
  target_bucket = var.access_logs.bucket.name
  target_prefix = coalesce(var.access_logs.prefix, "${var.name}/")
}

# Beside the bucket, not in it: so an existing one can be locked too.
resource "aws_s3_bucket_object_lock_configuration" "this" {
  count = var.object_lock == null ? 0 : 1

  bucket              = aws_s3_bucket.this.id
  object_lock_enabled = "Enabled"

  rule {
    default_retention {
      mode  = var.object_lock.mode
      days  = var.object_lock.days
      years = var.object_lock.years
    }
  }

  # Only what is kept as a version can be locked.
  depends_on = [aws_s3_bucket_versioning.this]
}
