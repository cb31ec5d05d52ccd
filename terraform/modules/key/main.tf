data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  _account    = data.aws_caller_identity.current.account_id
  _dns_suffix = data.aws_partition.current.dns_suffix
  _partition  = data.aws_partition.current.partition
  _region     = data.aws_region.current.id
}

resource "aws_kms_key" "this" {
  description             = coalesce(var.description, var.name)
  key_usage               = "ENCRYPT_DECRYPT"
  enable_key_rotation     = true
  rotation_period_in_days = var.rotation_days
  deletion_window_in_days = var.protect ? 30 : 7
  multi_region            = false
  policy                  = local.policy
  tags                    = var.tags
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.this.key_id
}
