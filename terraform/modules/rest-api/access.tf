# Who reaches the API at all, before any authoriser is asked.
locals {
  has_policy = var.endpoint.type == "PRIVATE" || length(var.endpoint.source_ips) > 0 || var.endpoint.organization != null

  _ip_key = var.endpoint.type == "PRIVATE" ? "aws:VpcSourceIp" : "aws:SourceIp"
  _from = concat(
    [for ids in [sort(var.endpoint.vpc_endpoint_ids)] : { is = "StringEquals", is_not = "StringNotEquals", key = "aws:SourceVpce", values = ids } if var.endpoint.type == "PRIVATE"],
    [for cidrs in [sort(var.endpoint.source_ips)] : { is = "IpAddress", is_not = "NotIpAddress", key = local._ip_key, values = cidrs } if length(cidrs) > 0],
  )

  # Every operation as API Gateway spells it in an ARN, whatever the stage.
  _operation_paths = { for key, operation in local.operations : key => "*/${operation.method}${replace(operation.path, "/\\{[^}]*\\}/", "*")}" }
  _preflight_paths = [
    for path in keys(try(local._given.paths, {})) : "*/OPTIONS${replace(path, "/\\{[^}]*\\}/", "*")}"
    if var.cors != null && length([for verb in ["ANY", "OPTIONS"] : verb if contains(keys(local.operations), "${verb} ${path}")]) == 0
  ]
  _signed   = sort([for key, path in local._operation_paths : path if contains(local.authenticators[key], "iam")])
  _unsigned = sort(concat([for key, path in local._operation_paths : path if !contains(local.authenticators[key], "iam")], local._preflight_paths))

  # A caller of this account who signs needs its own grant: were signed operations allowed to all here, everybody's signature
  # would do. Others' need both, theirs and the second statement.
  policy_statements = concat(
    [for paths in [local._unsigned] : {
      sid        = "Callers", effect = "Allow", paths = paths
      conditions = [for from in local._from : { test = from.is, variable = from.key, values = from.values }]
    } if length(paths) > 0],
    [for organization in compact([var.endpoint.organization]) : {
      sid = "Organization", effect = "Allow", paths = local._signed
      conditions = [
        { test = "StringEquals", variable = "aws:PrincipalOrgID", values = [organization] },
        { test = "StringNotEquals", variable = "aws:PrincipalAccount", values = [local._account] },
      ]
    } if length(local._signed) > 0],
    [for from in local._from : {
      sid        = from.key == "aws:SourceVpce" ? "NoOtherEndpoint" : "NoOtherAddress", effect = "Deny", paths = ["*"]
      conditions = [{ test = from.is_not, variable = from.key, values = from.values }]
    }],
  )

  # In the document, where the API's id is not known yet, `execute-api:/` stands for the API itself.
  imported_policy = {
    Version = "2012-10-17"
    Statement = [
      for statement in local.policy_statements : {
        Sid       = statement.sid
        Effect    = statement.effect
        Principal = "*"
        Action    = "execute-api:Invoke"
        Resource  = [for path in statement.paths : "execute-api:/${path}"]
        Condition = { for test in distinct(statement.conditions[*].test) : test => { for condition in statement.conditions : condition.variable => condition.values if condition.test == test } }
      }
    ]
  }
}

# The same policy a second time. Provider versions differ in which of the two survives a new document: one forgets a policy that is not
# in it, another one that is. Said twice it holds in all of them, and the plan shows it.
data "aws_iam_policy_document" "access" {
  count = local.has_policy ? 1 : 0

  dynamic "statement" {
    for_each = local.policy_statements

    content {
      sid       = statement.value.sid
      effect    = statement.value.effect
      actions   = ["execute-api:Invoke"]
      resources = [for path in statement.value.paths : "${local.execution_arn}/${path}"]

      principals {
        type        = "*"
        identifiers = ["*"]
      }

      dynamic "condition" {
        for_each = statement.value.conditions

        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}

resource "aws_api_gateway_rest_api_policy" "this" {
  count = local.has_policy ? 1 : 0

  rest_api_id = aws_api_gateway_rest_api.this.id
  policy      = data.aws_iam_policy_document.access[0].json
}

resource "aws_api_gateway_domain_name" "this" {
  count = var.endpoint.domain == null ? 0 : 1

  domain_name              = var.endpoint.domain.name
  regional_certificate_arn = var.endpoint.type == "EDGE" ? null : var.endpoint.domain.certificate.arn
  certificate_arn          = var.endpoint.type == "EDGE" ? var.endpoint.domain.certificate.arn : null
  security_policy          = "TLS_1_2"
  tags                     = var.tags

  endpoint_configuration {
    types = [var.endpoint.type]
  }
}

resource "aws_api_gateway_base_path_mapping" "this" {
  count = var.endpoint.domain == null ? 0 : 1

  api_id      = aws_api_gateway_rest_api.this.id
  domain_name = aws_api_gateway_domain_name.this[0].domain_name
  stage_name  = aws_api_gateway_stage.this[var.endpoint.domain.stage].stage_name
  base_path   = var.endpoint.domain.path
}
