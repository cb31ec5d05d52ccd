locals {
  # Identities of this account come in by their own grants; the queue's policy names only services.
  _senders = [
    for label in sort(keys(var.senders)) : {
      Sid       = replace(title(replace("sender ${label}", "/[^0-9A-Za-z]+/", " ")), " ", "")
      Effect    = "Allow"
      Action    = "sqs:SendMessage"
      Principal = { Service = var.senders[label].service }
      Resource  = local.arn
      Condition = {
        ArnLike = { "aws:SourceArn" = var.senders[label].source_arn }
        # An S3 bucket's ARN carries no account: its sender is taken to be of this one.
        StringEquals = {
          "aws:SourceAccount" = coalesce(split(":", var.senders[label].source_arn)[4], local._account)
        }
      }
    }
  ]

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat([merge(local._tls_only, { Resource = local.arn })], local._senders)
  })

  dead_letters_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [merge(local._tls_only, { Resource = local.dead_letters_arn })]
  })

  _tls_only = {
    Sid       = "TlsOnly"
    Effect    = "Deny"
    Action    = "sqs:*"
    Principal = "*"
    Condition = { Bool = { "aws:SecureTransport" = "false" } }
  }
}
