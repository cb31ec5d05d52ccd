# Cognito sends its codes by text message through a role of the account's own.

locals {
  _sms = contains(var.sign_up.verify, "phone_number") || (var.mfa != "OFF" && contains(var.mfa_methods, "sms")) || contains(keys(var.triggers), "custom_sms_sender")

  sms_external_id = "${var.name}-sms"
}

resource "aws_iam_role" "sms" {
  count = local._sms ? 1 : 0

  name                 = "${var.name}-sms"
  description          = "Lets the user pool ${var.name} send codes by text message"
  path                 = var.role.path
  permissions_boundary = var.role.permissions_boundary
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "cognito-idp.amazonaws.com" }
      Condition = {
        StringEquals = { "aws:SourceAccount" = local._account, "sts:ExternalId" = local.sms_external_id }
        # The pool needs the role before it has an id of its own.
        ArnLike = { "aws:SourceArn" = "arn:${local._partition}:cognito-idp:${local._region}:${local._account}:userpool/*" }
      }
    }]
  })
}

resource "aws_iam_role_policy" "sms" {
  count = local._sms ? 1 : 0

  name = "sms"
  role = aws_iam_role.sms[0].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # A phone number is no resource to IAM.
        Sid       = "TextMessages"
        Effect    = "Allow"
        Action    = "sns:Publish"
        Resource  = "*"
        Condition = { StringEquals = { "aws:RequestedRegion" = local._region } }
      },
      {
        Sid      = "NoTopics"
        Effect   = "Deny"
        Action   = "sns:Publish"
        Resource = "arn:${local._partition}:sns:*:*:*"
      },
    ]
  })
}
