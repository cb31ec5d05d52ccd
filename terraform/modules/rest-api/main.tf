data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  _account   = data.aws_caller_identity.current.account_id
  _partition = data.aws_partition.current.partition
  _region    = data.aws_region.current.id

  execution_arn = "arn:${local._partition}:execute-api:${local._region}:${local._account}:${aws_api_gateway_rest_api.this.id}"

  _execute_api_off = var.endpoint.domain == null ? false : !var.endpoint.domain.execute_api
}

resource "aws_api_gateway_rest_api" "this" {
  name             = var.name
  body             = jsonencode(local.document)
  fail_on_warnings = try(tobool(local._given[local._strict]), true) # what API Gateway would leave out ends the apply
  tags             = var.tags

  # In the document and here: what only the document says the provider may put back to what the last one said, and what only the
  # resource says a new document takes away for a moment.
  description                  = try(local.document.info.description, null)
  binary_media_types           = try(local.document["x-amazon-apigateway-binary-media-types"], null)
  minimum_compression_size     = var.endpoint.compression_bytes == null ? null : tostring(var.endpoint.compression_bytes)
  disable_execute_api_endpoint = local._execute_api_off

  endpoint_configuration {
    types            = [var.endpoint.type]
    vpc_endpoint_ids = var.endpoint.type == "PRIVATE" ? var.endpoint.vpc_endpoint_ids : null
  }

  lifecycle {
    create_before_destroy = true

    precondition {
      condition     = length(local.operations) > 0 && alltrue([for operation in local.operations : operation.integrated])
      error_message = "definition: there is an operation, and each has an x-amazon-apigateway-integration; not so: ${join(", ", [for key, operation in local.operations : key if !operation.integrated])}"
    }

    precondition {
      condition     = try(keys(local._filled.paths) == keys(local._given.paths), false)
      error_message = "definition: its placeholders can't be filled; before a literal brace `$` and `%` are doubled, and what is filled in has to leave it an OpenAPI document."
    }

    precondition {
      condition     = alltrue([for schemes in local._unknown_schemes : length(schemes) == 0])
      error_message = "definition: `security` names authorisers of the input `authorizers`, `iam` or `api_key`; API Gateway leaves others out and the operation open: ${join(", ", [for key, schemes in local._unknown_schemes : "${key} (${join(", ", schemes)})" if length(schemes) > 0])}"
    }

    precondition {
      condition     = alltrue([for authenticators in local.authenticators : length(authenticators) <= 1])
      error_message = "definition: API Gateway asks one authoriser an operation; more have ${join(", ", [for key, authenticators in local.authenticators : "${key} (${join(", ", authenticators)})" if length(authenticators) > 1])}"
    }

    precondition {
      condition     = alltrue([for key, authenticators in local.authenticators : length(authenticators) == 1 || contains(var.public_operations, key)])
      error_message = "definition: every operation says who may call it in `security` (an API key meters, it does not authenticate), or is listed in `public_operations`; not so: ${join(", ", [for key, authenticators in local.authenticators : key if length(authenticators) == 0 && !contains(var.public_operations, key)])}"
    }

    precondition {
      condition     = alltrue([for key, operation in local.operations : contains(["AWS_IAM", "NONE"], coalesce(operation.extension, "AWS_IAM")) && !(operation.extension == "NONE" && length(local.authenticators[key]) > 0)])
      error_message = "definition: x-amazon-apigateway-auth is AWS_IAM, or NONE where there is no `security`; not so: ${join(", ", [for key, operation in local.operations : key if operation.extension != null && operation.extension != "AWS_IAM"])}"
    }

    precondition {
      condition     = alltrue([for key in var.public_operations : length(lookup(local.authenticators, key, ["missing"])) == 0])
      error_message = "public_operations: operations of the document without an authoriser; not so: ${join(", ", [for key in var.public_operations : key if length(lookup(local.authenticators, key, ["missing"])) > 0])}"
    }

    precondition {
      condition     = alltrue([for key, operation in local.operations : !strcontains(operation.uri, ":lambda:path/") || operation.credentials])
      error_message = "definition: a function is named by its placeholder alone, so that it can be allowed to be called; not so: ${join(", ", [for key, operation in local.operations : key if strcontains(operation.uri, ":lambda:path/")])}"
    }

    precondition {
      condition     = alltrue(flatten([for stage in values(var.stages) : [for key in concat(keys(stage.methods), flatten([for plan in values(stage.plans) : keys(plan.methods)])) : contains(keys(local.operations), key)]]))
      error_message = "stages: methods are operations of the document (${join(", ", keys(local.operations))}); given: ${join(", ", distinct(flatten([for stage in values(var.stages) : concat(keys(stage.methods), flatten([for plan in values(stage.plans) : keys(plan.methods)]))])))}"
    }

    precondition {
      condition     = length(setsubtract(local._placeholders, local._known_names)) == 0
      error_message = "definition: every placeholder is a function, a substitution or account, partition, region or role (the last with `grants`); unknown: ${join(", ", sort(setsubtract(local._placeholders, local._known_names)))}"
    }

    precondition {
      condition     = length(setsubtract(concat(keys(var.functions), keys(var.substitutions)), local._placeholders)) == 0
      error_message = "functions, substitutions: each has its placeholder in the definition; without one: ${join(", ", sort(setsubtract(concat(keys(var.functions), keys(var.substitutions)), local._placeholders)))}"
    }

    precondition {
      condition     = var.endpoint.organization == null || length(local._from) > 0 || length(local._unsigned) == 0
      error_message = "endpoint.organization: callers of other accounts sign, so every operation has `iam` (or the endpoint is private, or names source_ips); without: ${join(", ", local._unsigned)}"
    }
  }
}

locals {
  _placeholders = toset(flatten(regexall("\\$\\{([^}]*)\\}", replace(var.definition, "$$${", ""))))
  _known_names = toset(concat(
    keys(var.functions), keys(var.substitutions), ["account", "partition", "region"], length(var.grants) == 0 ? [] : ["role"],
  ))
}

# What the definition says now. A stage without a release of its own serves it.
resource "aws_api_gateway_deployment" "this" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  description = "Definition ${local.release}"
  triggers    = { document = sha256(jsonencode(local.document)) }

  lifecycle {
    create_before_destroy = true
  }

  depends_on = [aws_api_gateway_rest_api_policy.this]
}

# What a stage goes on serving when the definition has moved on: taken once, while the definition was that one, and kept as long
# as a stage names it.
resource "aws_api_gateway_deployment" "release" {
  for_each = terraform_data.release

  rest_api_id = aws_api_gateway_rest_api.this.id
  description = "Release ${each.key}"
  triggers    = { release = each.key }

  lifecycle {
    create_before_destroy = true
  }

  depends_on = [aws_api_gateway_rest_api_policy.this]
}

resource "terraform_data" "release" {
  for_each = toset([for stage in values(var.stages) : stage.release if stage.release != null])

  input = local.release

  lifecycle {
    ignore_changes = [input] # it tells of which definition the release was taken

    postcondition {
      condition     = self.input == each.key
      error_message = "stages: release ${each.key} was never taken, and the definition is ${local.release} now. Bring that definition back, name ${local.release}, or leave release out."
    }
  }
}

locals {
  # By the definition alone: known in every plan, whatever its placeholders will be.
  release = substr(sha256(var.definition), 0, 12)

  deployments = {
    for name, stage in var.stages : name => stage.release == null ? aws_api_gateway_deployment.this.id : aws_api_gateway_deployment.release[stage.release].id
  }
}
