locals {
  # What stands before the first expression of each prefix: Firehose writes nowhere else.
  _places = distinct(concat(
    ["${var.bucket.arn}/${split("!{", local.prefix)[0]}*", "${var.bucket.arn}/${split("!{", var.objects.error_prefix)[0]}*"],
    flatten([for backup in local.backups : [
      "${backup.bucket.arn}/${backup.prefix}*", "${backup.bucket.arn}/${split("!{", var.objects.error_prefix)[0]}*",
    ]]),
  ))
  _buckets = distinct(concat([var.bucket.arn], [for backup in local.backups : backup.bucket.arn]))

  service_statements = concat(
    [
      {
        Sid      = "Buckets"
        Effect   = "Allow"
        Action   = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"]
        Resource = local._buckets
      },
      {
        Sid      = "Objects"
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]
        Resource = local._places
      },
      {
        Sid      = "Logs"
        Effect   = "Allow"
        Action   = ["logs:PutLogEvents"]
        Resource = ["${local.log_group_arn}:log-stream:*"]
      },
    ],
    [for stream in var.stream[*] : {
      Sid      = "Stream"
      Effect   = "Allow"
      Action   = ["kinesis:DescribeStream", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"]
      Resource = [stream.arn]
    }],
    [for transform in var.transform[*] : {
      Sid      = "Transform"
      Effect   = "Allow"
      Action   = ["lambda:GetFunctionConfiguration", "lambda:InvokeFunction"]
      Resource = [transform.function.alias_arn]
    }],
  )

  # S3 names the object in the encryption context, or, where one data key serves many (Bucket Key), the bucket.
  _keyed_buckets = [
    for bucket in concat([var.bucket], [for backup in var.backup[*] : backup.bucket if backup.bucket != null]) : bucket if bucket.key != null
  ]

  key_uses = concat(
    [for index, bucket in local._keyed_buckets : {
      sid     = index == 0 ? "Objects" : "ObjectsBackup"
      actions = ["kms:Decrypt", "kms:GenerateDataKey"]
      key     = bucket.key.arn
      service = "s3"
      arns    = [bucket.arn, "${bucket.arn}/*"]
    }],
    [for stream in var.stream[*] : {
      sid     = "Stream"
      actions = ["kms:Decrypt"]
      key     = stream.key.arn
      service = "kinesis"
      arns    = [stream.arn]
    } if stream.key != null],
  )
}

resource "aws_iam_role" "this" {
  name                 = "${var.name}-delivery"
  path                 = var.role.path
  permissions_boundary = var.role.permissions_boundary
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "firehose.amazonaws.com" }
      Condition = {
        ArnLike      = { "aws:SourceArn" = local.arn }
        StringEquals = { "aws:SourceAccount" = local._account }
      }
    }]
  })
}

resource "aws_iam_role_policy" "service" {
  name   = "service"
  role   = aws_iam_role.this.name
  policy = jsonencode({ Version = "2012-10-17", Statement = local.service_statements })
}

# A document, not jsonencode(): what it allows is seen in the first plan even when a new key's ARN is not known yet.
data "aws_iam_policy_document" "keys" {
  count = length(local.key_uses) == 0 ? 0 : 1

  dynamic "statement" {
    for_each = local.key_uses

    content {
      sid       = statement.value.sid
      actions   = statement.value.actions
      resources = [statement.value.key]

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["${statement.value.service}.${local._region}.${data.aws_partition.current.dns_suffix}"]
      }

      condition {
        test     = "StringLike"
        variable = "kms:EncryptionContext:aws:${statement.value.service}:arn"
        values   = statement.value.arns
      }
    }
  }
}

resource "aws_iam_role_policy" "keys" {
  count = length(local.key_uses) == 0 ? 0 : 1

  name   = "keys"
  role   = aws_iam_role.this.name
  policy = data.aws_iam_policy_document.keys[0].json
}
