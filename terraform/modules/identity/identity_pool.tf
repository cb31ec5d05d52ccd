# Credentials for who signed in. One role for everybody, one for each group named (Cognito gives a person one role at a time, so a
# group's holds what everybody may do as well), one for guests if there are any.

locals {
  _who = "$${cognito-identity.amazonaws.com:sub}"

  # Where a user pool's tokens come from, as identity pools call it.
  login = "${local.endpoint}/${aws_cognito_user_pool.this.id}"

  identity_pool_clients = var.identity_pool == null ? toset([]) : toset(coalesce(
    var.identity_pool.clients, [for label, client in var.clients : label if !client.secret],
  ))

  _own = {
    delete = { actions = ["s3:DeleteObject"], key = [] }
    list   = { actions = ["s3:ListBucket"], key = [] }
    read   = { actions = ["s3:GetObject"], key = ["kms:Decrypt"] }
    write  = { actions = ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"], key = ["kms:Decrypt", "kms:GenerateDataKey"] }
  }

  _parties = var.identity_pool == null ? {} : merge(
    { authenticated = { suffix = "authenticated", signed_in = true, grants = var.identity_pool.authenticated.grants, own = var.identity_pool.authenticated.own } },
    {
      for name, group in var.identity_pool.groups : "group/${name}" => {
        suffix    = "group-${name}"
        signed_in = true
        grants    = merge(var.identity_pool.authenticated.grants, group.grants)
        own       = merge(var.identity_pool.authenticated.own, group.own)
      }
    },
    { for guests in var.identity_pool.guests[*] : "guests" => { suffix = "guests", signed_in = false, grants = guests.grants, own = {} } },
  )

  # Everything a party may do, in one shape.
  _permissions = {
    for party, may in local._parties : party => merge(
      may.grants,
      merge([
        for label, own in may.own : {
          for part, grant in {
            objects = {
              actions    = toset(flatten([for verb in own.may : local._own[verb].actions if verb != "list"]))
              resources  = toset(["${own.bucket.arn}/${own.prefix}${local._who}/*"])
              conditions = {}
            }
            list = {
              actions    = toset(flatten([for verb in own.may : local._own[verb].actions if verb == "list"]))
              resources  = toset([own.bucket.arn])
              conditions = { StringLike = { "s3:prefix" = ["${own.prefix}${local._who}/*"] } }
            }
            # Of the key: for this bucket's objects, by way of S3, and no others'.
            key = {
              actions   = toset(own.bucket.key == null ? [] : flatten([for verb in own.may : local._own[verb].key]))
              resources = toset(own.bucket.key[*].arn)
              conditions = {
                StringEquals = { "kms:ViaService" = ["s3.${local._region}.${local._dns_suffix}"] }
                StringLike   = { "kms:EncryptionContext:aws:s3:arn" = [own.bucket.arn, "${own.bucket.arn}/${own.prefix}${local._who}/*"] }
              }
            }
          } : "own ${label} ${part}" => grant if length(grant.actions) > 0
        }
      ]...),
    )
  }
}

resource "aws_cognito_identity_pool" "this" {
  #checkov:skip=CKV_AWS_366:guests get credentials only when `guests` names what they may do
  count = var.identity_pool == null ? 0 : 1

  identity_pool_name               = coalesce(var.identity_pool.name, var.name)
  allow_unauthenticated_identities = var.identity_pool.guests != null
  allow_classic_flow               = false
  tags                             = var.tags

  dynamic "cognito_identity_providers" {
    for_each = local.identity_pool_clients

    content {
      client_id     = aws_cognito_user_pool_client.this[cognito_identity_providers.value].id
      provider_name = local.login
      # Who signed out everywhere, or was removed, gets no more credentials.
      server_side_token_check = true
    }
  }
}

data "aws_iam_policy_document" "trust" {
  for_each = local._parties

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = ["cognito-identity.amazonaws.com"]
    }

    # The pool's id, which ends its ARN: of an ARN even a first plan says whose it will be.
    condition {
      test     = "StringEquals"
      variable = "cognito-identity.amazonaws.com:aud"
      values   = [reverse(split("/", aws_cognito_identity_pool.this[0].arn))[0]]
    }

    condition {
      test     = "ForAnyValue:StringLike"
      variable = "cognito-identity.amazonaws.com:amr"
      values   = [each.value.signed_in ? "authenticated" : "unauthenticated"]
    }
  }
}

resource "aws_iam_role" "identity_pool" {
  for_each = local._parties

  name                 = "${var.name}-${each.value.suffix}"
  description          = "What people of the identity pool ${var.name} may do (${each.key})"
  path                 = var.role.path
  permissions_boundary = var.role.permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.trust[each.key].json
  tags                 = var.tags
}

# A document, not jsonencode(): which actions it allows is seen in the first plan even when a grant's ARN is not known yet.
data "aws_iam_policy_document" "permissions" {
  for_each = { for party, grants in local._permissions : party => grants if length(grants) > 0 }

  dynamic "statement" {
    for_each = each.value

    content {
      sid       = replace(title(replace(statement.key, "/[^0-9A-Za-z]+/", " ")), " ", "")
      actions   = statement.value.actions
      resources = statement.value.resources

      dynamic "condition" {
        for_each = merge([
          for operator, keys in statement.value.conditions : {
            for key, values in keys : "${operator} ${key}" => { test = operator, variable = key, values = values }
          }
        ]...)

        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}

resource "aws_iam_role_policy" "identity_pool" {
  for_each = data.aws_iam_policy_document.permissions

  name   = "grants"
  role   = aws_iam_role.identity_pool[each.key].name
  policy = each.value.json
}

resource "aws_cognito_identity_pool_roles_attachment" "this" {
  count = var.identity_pool == null ? 0 : 1

  identity_pool_id = aws_cognito_identity_pool.this[0].id
  roles = {
    for flavour, party in { authenticated = "authenticated", unauthenticated = "guests" } :
    flavour => aws_iam_role.identity_pool[party].arn if contains(keys(local._parties), party)
  }

  # The role comes from the token, where Cognito put the one of the person's first group; who is in none gets everybody's.
  dynamic "role_mapping" {
    for_each = local.identity_pool_clients

    content {
      identity_provider         = "${local.login}:${aws_cognito_user_pool_client.this[role_mapping.value].id}"
      type                      = "Token"
      ambiguous_role_resolution = "AuthenticatedRole"
    }
  }
}
