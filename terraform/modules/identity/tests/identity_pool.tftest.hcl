# Planned with the real provider and nothing else: dummy credentials, no call to AWS.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

override_data {
  target = data.aws_caller_identity.current
  values = { account_id = "111122223333" }
}

override_resource {
  target          = aws_cognito_user_pool.this
  override_during = plan
  values = {
    id  = "eu-west-1_abc"
    arn = "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_abc"
  }
}

override_resource {
  target          = aws_cognito_user_pool_client.this
  override_during = plan
  values          = { id = "clientid" }
}

override_resource {
  target          = aws_cognito_identity_pool.this
  override_during = plan
  values = {
    id  = "eu-west-1:1234"
    arn = "arn:aws:cognito-identity:eu-west-1:111122223333:identitypool/eu-west-1:1234"
  }
}

variables {
  name    = "people"
  clients = { page = {} }
}

run "credentials_are_for_who_signed_in_and_for_their_own" {
  command = plan

  variables {
    role   = { path = "/apps/", permissions_boundary = "arn:aws:iam::111122223333:policy/boundary" }
    groups = { managers = { precedence = 10 }, visitors = {} }
    identity_pool = {
      authenticated = {
        grants = { rows = { actions = ["dynamodb:GetItem"], resources = ["arn:aws:dynamodb:eu-west-1:111122223333:table/notes"], conditions = { "ForAllValues:StringEquals" = { "dynamodb:LeadingKeys" = ["$${cognito-identity.amazonaws.com:sub}"] } } } }
        own    = { uploads = { bucket = { arn = "arn:aws:s3:::uploads", key = { arn = "arn:aws:kms:eu-west-1:111122223333:key/abc" } }, prefix = "people/" } }
      }
      groups = {
        managers = { grants = { reports = { actions = ["s3:GetObject"], resources = ["arn:aws:s3:::reports/*"] } } }
      }
    }
  }

  assert {
    condition = alltrue([for party in ["authenticated", "group/managers"] : jsonencode([
      for statement in data.aws_iam_policy_document.trust[party].statement : {
        effect  = coalesce(statement.effect, "Allow")
        actions = sort(statement.actions)
        who     = { for principal in statement.principals : principal.type => sort(principal.identifiers) }
        when    = { for condition in statement.condition : "${condition.test} ${condition.variable}" => condition.values }
      }
      ]) == jsonencode([{
        effect  = "Allow"
        actions = ["sts:AssumeRoleWithWebIdentity"]
        who     = { Federated = ["cognito-identity.amazonaws.com"] }
        when = {
          "ForAnyValue:StringLike cognito-identity.amazonaws.com:amr" = ["authenticated"]
          "StringEquals cognito-identity.amazonaws.com:aud"           = ["eu-west-1:1234"]
        }
    }])])
    error_message = "another pool, or a guest, could have a role: ${jsonencode(data.aws_iam_policy_document.trust["authenticated"].statement)}"
  }

  assert {
    condition     = keys(aws_iam_role.identity_pool) == ["authenticated", "group/managers"]
    error_message = "a role too many, or one too few"
  }

  assert {
    condition = jsondecode(data.aws_iam_policy_document.permissions["authenticated"].json) == {
      Version = "2012-10-17"
      Statement = [
        {
          Sid      = "OwnUploadsKey"
          Effect   = "Allow"
          Action   = ["kms:GenerateDataKey", "kms:Decrypt"]
          Resource = "arn:aws:kms:eu-west-1:111122223333:key/abc"
          Condition = {
            StringEquals = { "kms:ViaService" = "s3.eu-west-1.amazonaws.com" }
            StringLike   = { "kms:EncryptionContext:aws:s3:arn" = ["arn:aws:s3:::uploads", "arn:aws:s3:::uploads/people/$${cognito-identity.amazonaws.com:sub}/*"] }
          }
        },
        {
          Sid       = "OwnUploadsList"
          Effect    = "Allow"
          Action    = "s3:ListBucket"
          Resource  = "arn:aws:s3:::uploads"
          Condition = { StringLike = { "s3:prefix" = "people/$${cognito-identity.amazonaws.com:sub}/*" } }
        },
        {
          Sid      = "OwnUploadsObjects"
          Effect   = "Allow"
          Action   = ["s3:PutObject", "s3:ListMultipartUploadParts", "s3:GetObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]
          Resource = "arn:aws:s3:::uploads/people/$${cognito-identity.amazonaws.com:sub}/*"
        },
        {
          Sid       = "Rows"
          Effect    = "Allow"
          Action    = "dynamodb:GetItem"
          Resource  = "arn:aws:dynamodb:eu-west-1:111122223333:table/notes"
          Condition = { "ForAllValues:StringEquals" = { "dynamodb:LeadingKeys" = "$${cognito-identity.amazonaws.com:sub}" } }
        },
      ]
    }
    error_message = "people could reach what is not theirs: ${data.aws_iam_policy_document.permissions["authenticated"].json}"
  }

  assert {
    condition     = [for statement in jsondecode(data.aws_iam_policy_document.permissions["group/managers"].json).Statement : statement.Sid] == ["OwnUploadsKey", "OwnUploadsList", "OwnUploadsObjects", "Reports", "Rows"]
    error_message = "a group's people lose what everybody may do, or gain nothing"
  }

  assert {
    condition     = alltrue([for role in aws_iam_role.identity_pool : role.path == "/apps/" && role.permissions_boundary == "arn:aws:iam::111122223333:policy/boundary"])
    error_message = "path or boundary is lost"
  }

  assert {
    condition = alltrue([
      !aws_cognito_identity_pool.this[0].allow_unauthenticated_identities,
      !aws_cognito_identity_pool.this[0].allow_classic_flow,
      alltrue([for provider in aws_cognito_identity_pool.this[0].cognito_identity_providers : provider.server_side_token_check && provider.provider_name == "cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc"]),
      [for mapping in aws_cognito_identity_pool_roles_attachment.this[0].role_mapping : "${mapping.type} ${mapping.ambiguous_role_resolution} ${mapping.identity_provider}"] == ["Token AuthenticatedRole cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc:clientid"],
    ])
    error_message = "the pool lets in guests, who signed out, or takes a role from elsewhere"
  }

  assert {
    condition     = output.identity_pool.id == "eu-west-1:1234" && output.identity_pool.login == "cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc"
    error_message = "a page could not ask for credentials by the output"
  }
}

run "guests_get_what_is_named_and_nothing_else" {
  command = plan

  variables {
    identity_pool = {
      authenticated = { own = { uploads = { bucket = { arn = "arn:aws:s3:::uploads" }, may = ["read"] } } }
      guests        = { grants = { pages = { actions = ["s3:GetObject"], resources = ["arn:aws:s3:::pages/*"] } } }
    }
  }

  assert {
    condition = { for condition in data.aws_iam_policy_document.trust["guests"].statement[0].condition : "${condition.test} ${condition.variable}" => condition.values } == {
      "ForAnyValue:StringLike cognito-identity.amazonaws.com:amr" = tolist(["unauthenticated"])
      "StringEquals cognito-identity.amazonaws.com:aud"           = tolist(["eu-west-1:1234"])
    }
    error_message = "another pool's guests could have the role"
  }

  assert {
    condition = jsondecode(data.aws_iam_policy_document.permissions["guests"].json).Statement == [
      { Sid = "Pages", Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::pages/*" },
    ]
    error_message = "guests may do more than is named"
  }

  assert {
    condition = jsondecode(data.aws_iam_policy_document.permissions["authenticated"].json).Statement == [
      { Sid = "OwnUploadsObjects", Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::uploads/$${cognito-identity.amazonaws.com:sub}/*" },
    ]
    error_message = "reading is more than reading"
  }

  assert {
    condition     = aws_cognito_identity_pool.this[0].allow_unauthenticated_identities
    error_message = "guests are named and not let in"
  }
}
