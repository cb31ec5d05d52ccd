locals {
  # Identities of this account come in by their own grants; the policy names services, other accounts and organisations.
  _services      = { for label, publisher in var.publishers : label => publisher if publisher.service != null }
  _accounts      = { for label, publisher in var.publishers : label => publisher.account if publisher.service == null && publisher.account != null }
  _organisations = { for label, publisher in var.publishers : label => publisher.organisation if publisher.organisation != null }

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid       = "TlsOnly"
          Effect    = "Deny"
          Action    = "sns:Publish"
          Principal = "*"
          Resource  = local.arn
          Condition = { Bool = { "aws:SecureTransport" = "false" } }
        }
      ],
      local._from_services,
      local._from_accounts,
      local._from_organisations,
      local._subscribers,
    )
  })

  _from_services = [
    for label in sort(keys(local._services)) : {
      Sid       = replace(title(replace("publisher ${label}", "/[^0-9A-Za-z]+/", " ")), " ", "")
      Effect    = "Allow"
      Action    = "sns:Publish"
      Principal = { Service = local._services[label].service }
      Resource  = local.arn
      Condition = {
        ArnLike = { "aws:SourceArn" = local._services[label].source_arn }
        # An S3 bucket's ARN carries no account: its publisher is of this one, unless it says of which.
        StringEquals = {
          "aws:SourceAccount" = coalesce(split(":", local._services[label].source_arn)[4], local._services[label].account, local._account)
        }
      }
    }
  ]

  _from_accounts = [
    for label in sort(keys(local._accounts)) : {
      Sid       = replace(title(replace("publisher ${label}", "/[^0-9A-Za-z]+/", " ")), " ", "")
      Effect    = "Allow"
      Action    = "sns:Publish"
      Principal = { AWS = "arn:${local._partition}:iam::${local._accounts[label]}:root" }
      Resource  = local.arn
    }
  ]

  _from_organisations = [
    for label in sort(keys(local._organisations)) : {
      Sid       = replace(title(replace("publisher ${label}", "/[^0-9A-Za-z]+/", " ")), " ", "")
      Effect    = "Allow"
      Action    = "sns:Publish"
      Principal = { AWS = "*" }
      Resource  = local.arn
      Condition = { StringEquals = { "aws:PrincipalOrgID" = local._organisations[label] } }
    }
  ]

  # By what is subscribed too: who may subscribe a queue need not be able to send what is published to an address outside.
  _subscribers = [
    for label in sort(keys(var.subscribers)) : {
      Sid       = replace(title(replace("subscriber ${label}", "/[^0-9A-Za-z]+/", " ")), " ", "")
      Effect    = "Allow"
      Action    = "sns:Subscribe"
      Principal = { AWS = var.subscribers[label].account == null ? "*" : "arn:${local._partition}:iam::${var.subscribers[label].account}:root" }
      Resource  = local.arn
      Condition = {
        StringEquals = merge(
          { "sns:Protocol" = sort([for kind in var.subscribers[label].kinds : local.protocols[kind]]) },
          { for key, value in { "aws:PrincipalOrgID" = var.subscribers[label].organisation } : key => value if value != null },
        )
      }
    }
  ]
}
