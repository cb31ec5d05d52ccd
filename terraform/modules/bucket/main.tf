data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  _account   = data.aws_caller_identity.current.account_id
  _partition = data.aws_partition.current.partition

  arn = "arn:${local._partition}:s3:::${var.name}"

  # Identities of this account come in by their own grants; the bucket's policy names only services.
  _senders = [
    for label in sort(keys(var.senders)) : {
      Sid       = replace(title(replace("sender ${label}", "/[^0-9A-Za-z]+/", " ")), " ", "")
      Effect    = "Allow"
      Action    = "s3:PutObject"
      Principal = { Service = var.senders[label].service }
      Resource  = "${local.arn}/${var.senders[label].prefix}*"
      Condition = {
        ArnLike = { "aws:SourceArn" = var.senders[label].source_arn }
        # Another bucket's ARN carries no account: that sender is taken to be of this one.
        StringEquals = {
          "aws:SourceAccount" = coalesce(split(":", var.senders[label].source_arn)[4], local._account)
        }
      }
    }
  ]

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Action    = "s3:*"
        Principal = "*"
        Resource  = [local.arn, "${local.arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }
    ], local._senders)
  })
}

resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV_AWS_18:access logs are charged by request and go to another bucket: who reads is seen in CloudTrail's data events
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

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id
  policy = local.policy

  # S3 refuses two changes of one bucket's access at the same time.
  depends_on = [aws_s3_bucket_public_access_block.this]
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
