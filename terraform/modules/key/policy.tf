locals {
  # Within a key's policy "*" is the key itself.
  # Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat(local._account_statements, local._administrators, local._services, local._users, local._lenders)
  })

  _account_statements = [
    {
      # Without this statement no IAM policy of the account counts for the key, grants included.
      Sid       = "Account"
      Effect    = "Allow"
      Action    = "kms:*"
      Principal = { AWS = "arn:${local._partition}:iam::${local._account}:root" }
      Resource  = "*"
    }
  ]

  # Who may change or delete the key, and neither encrypt nor decrypt with it.
  _administrators = [
    for administrators in [sort(var.administrators)] : {
      Sid    = "Administrators"
      Effect = "Allow"
      Action = [
        "kms:CancelKeyDeletion", "kms:CreateAlias", "kms:DeleteAlias", "kms:DescribeKey", "kms:DisableKey", "kms:DisableKeyRotation",
        "kms:EnableKey", "kms:EnableKeyRotation", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListGrants",
        "kms:ListKeyPolicies", "kms:ListKeyRotations", "kms:ListResourceTags", "kms:PutKeyPolicy", "kms:RevokeGrant",
        "kms:RotateKeyOnDemand", "kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource", "kms:UpdateAlias",
        "kms:UpdateKeyDescription",
      ]
      Principal = { AWS = administrators }
      Resource  = "*"
    } if length(administrators) > 0
  ]

  # A service acts for resources of this account alone: the key can not be used through somebody else's topic or rule.
  # CloudWatch Logs and CloudFront say in other ways what they act for, and CloudWatch Logs encrypts the lines themselves.
  _service_conditions = {
    for service in var.services : service => {
      for operator, keys in {
        ArnLike = (
          startswith(service, "logs.") ? { "kms:EncryptionContext:aws:logs:arn" = local._log_groups } :
          startswith(service, "cloudfront.") ? { "aws:SourceArn" = local._distributions } : {}
        )
        StringEquals = startswith(service, "logs.") || startswith(service, "cloudfront.") ? {} : { "aws:SourceAccount" = local._account }
      } : operator => keys if length(keys) > 0
    }
  }
  _distributions = "arn:${local._partition}:cloudfront::${local._account}:distribution/*"
  _log_groups    = "arn:${local._partition}:logs:*:${local._account}:log-group:*"

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
      Condition = local._service_conditions[service]
    }
  ]

  _use = [
    "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
  ]
  _user_principals = {
    for label, user in var.users : label => user.organisation != null ? "*" : user.account != null ? "arn:${local._partition}:iam::${user.account}:root" : user.arn
  }
  _user_conditions = {
    for label, user in var.users : label => merge(
      { for key, value in { "aws:PrincipalOrgID" = user.organisation } : key => value if value != null },
      { for key, services in { "kms:ViaService" = sort([for service in user.via : "${service}.${local._region}.${local._dns_suffix}"]) } : key => services if length(services) > 0 },
    )
  }

  _users = [
    for label in sort(keys(var.users)) : {
      for name, value in {
        Sid       = replace(title(replace("user ${label}", "/[^0-9A-Za-z]+/", " ")), " ", "")
        Effect    = "Allow"
        Action    = local._use
        Principal = { AWS = local._user_principals[label] }
        Resource  = "*"
        Condition = { StringEquals = local._user_conditions[label] }
      } : name => value if name != "Condition" || length(local._user_conditions[label]) > 0
    }
  ]

  # A disk outlives the call that attached it: EC2 keeps the key by a grant, which only a service may have made.
  _lenders = [
    for label in sort([for label, user in var.users : label if user.lends]) : {
      Sid       = replace(title(replace("lender ${label}", "/[^0-9A-Za-z]+/", " ")), " ", "")
      Effect    = "Allow"
      Action    = ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"]
      Principal = { AWS = local._user_principals[label] }
      Resource  = "*"
      Condition = merge(
        { Bool = { "kms:GrantIsForAWSResource" = "true" } },
        { for operator, keys in { StringEquals = local._user_conditions[label] } : operator => keys if length(keys) > 0 },
      )
    }
  ]
}
