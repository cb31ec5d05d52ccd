# A table under a key with indexes of both kinds, limits, expiry and insights; its stream goes to a function.
module "table_key" {
  source  = "../../modules/key"
  name    = "${var.prefix}-table"
  protect = var.protect
}

module "table" {
  source        = "../../modules/table"
  name          = "${var.prefix}-table"
  key           = module.table_key.key
  keys          = { partition = { name = "customer", type = "S" }, sort = { name = "id", type = "S" } }
  maximum_units = { read = 4000, write = 1000 }
  protect       = var.protect
  recovery_days = 7
  stream        = "NEW_AND_OLD_IMAGES"
  time_to_live  = "expires_at"
  tags          = { system = "library" }

  contributor_insights = true

  alarms = { overrides = { throttles = { threshold = 10 } } }

  indexes = {
    by-status = { partition = { name = "status", type = "S" }, sort = { name = "created_at", type = "S" }, include = ["total"] }
    by-time   = { sort = { name = "created_at", type = "S" } }
    by-email  = { partition = { name = "email", type = "S" }, include = [] }
  }
}

module "table_function" {
  source  = "../../modules/function"
  name    = "${var.prefix}-table-changes"
  code    = var.handlers["library/echo"]
  role    = var.role
  sources = { changes = { table = module.table.table, batch_size = 1 } }
}

output "table" {
  value = {
    table    = module.table.table
    function = module.table_function.function.name
    roles    = { for label, role in aws_iam_role.table : label => role.arn }
  }
}

# Roles that hold nothing but a grant.
resource "aws_iam_role" "table" {
  for_each = toset(["index", "read"])

  name                 = "${var.prefix}-table-${each.key}"
  path                 = var.role.path
  permissions_boundary = var.role.permissions_boundary

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = data.aws_caller_identity.current.account_id } }]
  })
}

resource "aws_iam_role_policy" "table" {
  for_each = { index = module.table.index_grants["by-status"].query, read = module.table.grants.read }

  name = "grant"
  role = aws_iam_role.table[each.key].name

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = each.value.actions, Resource = each.value.resources }]
  })
}
