locals {
  # Identities of this account come in by their own grants; the policy names services, other accounts and organisations.
  _services      = { for label, sender in var.senders : label => sender if sender.service != null }
  _accounts      = { for label, sender in var.senders : label => sender.account if sender.service == null && sender.account != null }
  _organisations = { for label, sender in var.senders : label => sender.organisation if sender.organisation != null }

  _send = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"]
  _sids = { for label in keys(var.senders) : label => replace(title(replace("sender ${label}", "/[^0-9A-Za-z]+/", " ")), " ", "") }

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [merge(local._tls_only, { Resource = local.arn })],
      local._from_services,
      local._from_accounts,
      local._from_organisations,
    )
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

  _from_services = [
    for label in sort(keys(local._services)) : {
      Sid       = local._sids[label]
      Effect    = "Allow"
      Action    = "sqs:SendMessage"
      Principal = { Service = local._services[label].service }
      Resource  = local.arn
      Condition = {
        ArnLike = { "aws:SourceArn" = local._services[label].source_arn }
        # An S3 bucket's ARN carries no account: its sender is of this one, unless it says of which.
        StringEquals = {
          "aws:SourceAccount" = coalesce(split(":", local._services[label].source_arn)[4], local._services[label].account, local._account)
        }
      }
    }
  ]

  _from_accounts = [
    for label in sort(keys(local._accounts)) : {
      Sid       = local._sids[label]
      Effect    = "Allow"
      Action    = local._send
      Principal = { AWS = "arn:${local._partition}:iam::${local._accounts[label]}:root" }
      Resource  = local.arn
    }
  ]

  _from_organisations = [
    for label in sort(keys(local._organisations)) : {
      Sid       = local._sids[label]
      Effect    = "Allow"
      Action    = local._send
      Principal = { AWS = "*" }
      Resource  = local.arn
      Condition = { StringEquals = { "aws:PrincipalOrgID" = local._organisations[label] } }
    }
  ]
}
