locals {
  # Some look first whether they may write: who owns the bucket, and what is in it.
  _sees_owner    = ["cloudtrail.amazonaws.com", "config.amazonaws.com", "delivery.logs.amazonaws.com"]
  _sees_contents = ["config.amazonaws.com", "delivery.logs.amazonaws.com"]

  _sids = { for label in keys(var.senders) : label => replace(title(replace("sender ${label}", "/[^0-9A-Za-z]+/", " ")), " ", "") }
  _conditions = {
    for label, sender in var.senders : label => {
      ArnLike = { "aws:SourceArn" = sender.source_arn }
      # Another bucket's ARN carries no account: that sender is of this one, unless it says of which.
      StringEquals = { "aws:SourceAccount" = coalesce(split(":", sender.source_arn)[4], sender.account, local._account) }
    }
  }

  # Identities of this account come in by their own grants; the bucket's policy names only services.
  _senders = [
    for label in sort(keys(var.senders)) : {
      Sid       = local._sids[label]
      Effect    = "Allow"
      Action    = "s3:PutObject"
      Principal = { Service = var.senders[label].service }
      Resource  = "${local.arn}/${var.senders[label].prefix}*"
      Condition = local._conditions[label]
    }
  ]

  _lookers = [
    for label in sort(keys(var.senders)) : {
      Sid       = "${local._sids[label]}Looks"
      Effect    = "Allow"
      Action    = concat(["s3:GetBucketAcl"], contains(local._sees_contents, var.senders[label].service) ? ["s3:ListBucket"] : [])
      Principal = { Service = var.senders[label].service }
      Resource  = local.arn
      Condition = local._conditions[label]
    } if contains(local._sees_owner, var.senders[label].service)
  ]

  _refusals = [
    {
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Action    = "s3:*"
      Principal = "*"
      Resource  = [local.arn, "${local.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    },
    {
      # Whoever stole a credential could encrypt objects with a key that nobody else has.
      Sid       = "NoKeysOfCallers"
      Effect    = "Deny"
      Action    = "s3:PutObject"
      Principal = "*"
      Resource  = "${local.arn}/*"
      Condition = { Null = { "s3:x-amz-server-side-encryption-customer-algorithm" = "false" } }
    },
  ]

  # Services that write logs name their own encryption, and can't be told another.
  _own_key_only = [
    for key in var.key[*] : {
      Sid       = "NoWeakerEncryption"
      Effect    = "Deny"
      Action    = "s3:PutObject"
      Principal = "*"
      Resource  = "${local.arn}/*"
      Condition = {
        Bool            = { "aws:PrincipalIsAWSService" = "false" }
        Null            = { "s3:x-amz-server-side-encryption" = "false" }
        StringNotEquals = { "s3:x-amz-server-side-encryption" = ["aws:kms", "aws:kms:dsse"] }
      }
    }
  ]

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat(local._refusals, local._own_key_only, local._senders, local._lookers)
  })
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id
  policy = local.policy

  # S3 refuses two changes of one bucket's access at the same time.
  depends_on = [aws_s3_bucket_public_access_block.this]
}
