output "bucket" {
  description = "Name, ARN and key of the bucket; the ARN is known at the first plan."
  value = {
    name = var.name
    arn  = local.arn
    key  = var.key
  }

  depends_on = [aws_s3_bucket.this, aws_s3_bucket_policy.this, aws_s3_bucket_server_side_encryption_configuration.this]
}

output "grants" {
  description = "Ready grants, which include the actions of the bucket's key: read, write, delete."
  value = {
    delete = {
      actions    = toset(["s3:DeleteObject"])
      resources  = toset(["${local.arn}/*"])
      conditions = {}
    }
    read = {
      actions    = setunion(["s3:GetObject", "s3:ListBucket"], var.key == null ? [] : ["kms:Decrypt"])
      resources  = toset(concat([local.arn, "${local.arn}/*"], var.key[*].arn))
      conditions = {}
    }
    write = {
      actions = setunion(
        ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"],
        var.key == null ? [] : ["kms:Decrypt", "kms:GenerateDataKey"],
      )
      resources  = toset(concat(["${local.arn}/*"], var.key[*].arn))
      conditions = {}
    }
  }
}

output "sender" {
  description = "The bucket as a sender, for `senders` and `publishers` of other modules; depends on the name only."
  value = {
    service    = "s3.amazonaws.com"
    source_arn = local.arn
  }
}
