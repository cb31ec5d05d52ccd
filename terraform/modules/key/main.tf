data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  _account   = data.aws_caller_identity.current.account_id
  _partition = data.aws_partition.current.partition

  # A service acts for resources of this account alone: the key can not be used through somebody else's topic or rule.
  # CloudWatch Logs says which log group it acts for in another way, and encrypts the lines themselves.
  _services = [
    for service in sort(var.services) : {
      Sid    = replace(title(replace(split(".amazonaws", service)[0], "/[^0-9A-Za-z]+/", " ")), " ", "")
      Effect = "Allow"
      Action = concat(
        ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"],
        startswith(service, "logs.") ? ["kms:Encrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo"] : [],
      )
      Principal = { Service = service }
      Resource  = "*"
      Condition = {
        for operator, keys in {
          ArnLike      = startswith(service, "logs.") ? { "kms:EncryptionContext:aws:logs:arn" = local._log_groups } : {}
          StringEquals = startswith(service, "logs.") ? {} : { "aws:SourceAccount" = local._account }
        } : operator => keys if length(keys) > 0
      }
    }
  ]

  _log_groups = "arn:${local._partition}:logs:*:${local._account}:log-group:*"

  # Within a key's policy "*" is the key itself.
  # Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([
      {
        # Without this statement no IAM policy of the account counts for the key, grants included.
        Sid       = "Account"
        Effect    = "Allow"
        Action    = "kms:*"
        Principal = { AWS = "arn:${local._partition}:iam::${local._account}:root" }
        Resource  = "*"
      }
    ], local._services)
  })
}

resource "aws_kms_key" "this" {
  description             = var.name
  key_usage               = "ENCRYPT_DECRYPT"
  enable_key_rotation     = true
  rotation_period_in_days = 365
  deletion_window_in_days = var.protect ? 30 : 7
  multi_region            = false
  policy                  = local.policy
  tags                    = var.tags
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.this.key_id
}
