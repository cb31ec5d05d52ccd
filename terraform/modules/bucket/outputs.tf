locals {
  _key_to_read  = var.key == null ? [] : ["kms:Decrypt"]
  _key_to_write = var.key == null ? [] : ["kms:Decrypt", "kms:GenerateDataKey"]

  _write = ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"]
}

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
  description = "Ready grants on all of the bucket, which include the actions of its key: read (get and list), list, write, delete."
  value = {
    delete = {
      actions    = toset(["s3:DeleteObject"])
      resources  = toset(["${local.arn}/*"])
      conditions = {}
    }
    list = {
      actions    = toset(["s3:ListBucket"])
      resources  = toset([local.arn])
      conditions = {}
    }
    read = {
      actions    = setunion(["s3:GetObject", "s3:ListBucket"], local._key_to_read)
      resources  = toset(concat([local.arn, "${local.arn}/*"], var.key[*].arn))
      conditions = {}
    }
    write = {
      actions    = setunion(local._write, local._key_to_write)
      resources  = toset(concat(["${local.arn}/*"], var.key[*].arn))
      conditions = {}
    }
  }
}

output "prefix_grants" {
  description = "The same grants below one prefix, by its label in `prefixes`: read (get alone), list, write, delete."
  value = {
    for label, prefix in var.prefixes : label => {
      delete = {
        actions    = toset(["s3:DeleteObject"])
        resources  = toset(["${local.arn}/${prefix}*"])
        conditions = {}
      }
      list = {
        actions    = toset(["s3:ListBucket"])
        resources  = toset([local.arn])
        conditions = { StringLike = { "s3:prefix" = ["${prefix}*"] } }
      }
      read = {
        actions    = setunion(["s3:GetObject"], local._key_to_read)
        resources  = toset(concat(["${local.arn}/${prefix}*"], var.key[*].arn))
        conditions = {}
      }
      write = {
        actions    = setunion(local._write, local._key_to_write)
        resources  = toset(concat(["${local.arn}/${prefix}*"], var.key[*].arn))
        conditions = {}
      }
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
