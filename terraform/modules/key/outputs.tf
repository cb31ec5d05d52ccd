output "grants" {
  description = "Ready grants for what encrypts by itself: use (both ways), encrypt, decrypt."
  value = {
    decrypt = {
      actions    = toset(["kms:Decrypt", "kms:DescribeKey"])
      resources  = toset([aws_kms_key.this.arn])
      conditions = {}
    }
    encrypt = {
      actions    = toset(["kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"])
      resources  = toset([aws_kms_key.this.arn])
      conditions = {}
    }
    use = {
      actions    = toset(["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"])
      resources  = toset([aws_kms_key.this.arn])
      conditions = {}
    }
  }
}

output "key" {
  description = "ARN, id and alias of the key; known after the apply, for a key has no name in its ARN."
  value = {
    arn   = aws_kms_key.this.arn
    id    = aws_kms_key.this.key_id
    alias = aws_kms_alias.this.name
  }
}
