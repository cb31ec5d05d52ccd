# A key that services, another account, an organisation and a role that attaches disks may use.
module "key" {
  source         = "../../modules/key"
  name           = "${var.prefix}/key"
  administrators = ["arn:aws:iam::${data.aws_caller_identity.current.account_id}:role/keepers"]
  description    = "What the library encrypts"
  protect        = var.protect
  rotation_days  = 180
  services       = ["cloudfront.amazonaws.com", "logs.${data.aws_region.current.id}.amazonaws.com", "sns.amazonaws.com"]
  tags           = { system = "library" }

  users = {
    company = { organisation = "o-a1b2c3d4e5", via = ["s3"] }
    fleet   = { arn = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling", lends = true }
    partner = { account = "444455556666", via = ["sqs"] }
  }
}

output "key" {
  value = merge(module.key.key, { roles = { for label, role in aws_iam_role.key : label => role.arn } })
}

# Roles that hold nothing but a grant.
resource "aws_iam_role" "key" {
  for_each = toset(["decrypt", "encrypt"])

  name                 = "${var.prefix}-key-${each.key}"
  path                 = var.role.path
  permissions_boundary = var.role.permissions_boundary

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = data.aws_caller_identity.current.account_id } }]
  })
}

resource "aws_iam_role_policy" "key" {
  for_each = toset(["decrypt", "encrypt"])

  name = "grant"
  role = aws_iam_role.key[each.key].name

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = module.key.grants[each.key].actions, Resource = module.key.grants[each.key].resources }]
  })
}
