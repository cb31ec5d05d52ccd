data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  _account   = data.aws_caller_identity.current.account_id
  _partition = data.aws_partition.current.partition
  _region    = data.aws_region.current.id

  alias         = var.names.alias
  arn           = "arn:${local._partition}:lambda:${local._region}:${local._account}:function:${var.name}"
  alias_arn     = "${local.arn}:${local.alias}"
  invoke_arn    = "arn:${local._partition}:apigateway:${local._region}:lambda:path/2015-03-31/functions/${local.alias_arn}/invocations"
  log_group     = coalesce(var.names.log_group, "/aws/lambda/${var.name}")
  log_group_arn = "arn:${local._partition}:logs:${local._region}:${local._account}:log-group:${local.log_group}"
  role_name     = coalesce(var.names.role, var.name)

  # A custom runtime is started by a program of that name; Lambda asks for a handler all the same.
  handler = var.code.image != null || var.code.handler != null ? var.code.handler : "bootstrap"

  _has_image_settings = var.code.command != null || var.code.entry_point != null || var.code.working_directory != null

  # What the caller says wins.
  environment = merge(
    {
      POWERTOOLS_METRICS_NAMESPACE = "eventyard"
      POWERTOOLS_SERVICE_NAME      = var.name
    },
    var.environment,
  )

  # Lambda drops lines below its own level before the log group: it follows the one the code is told, in Lambda's words.
  _log_level = upper(lookup(var.environment, "POWERTOOLS_LOG_LEVEL", "INFO"))
  log_level  = lookup({ WARNING = "WARN", CRITICAL = "FATAL" }, local._log_level, local._log_level)
}

# Made before the function: a log group that Lambda makes itself keeps its lines for ever and is left behind by a destroy.
resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_158:CloudWatch Logs encrypts with its own key; a customer key is used when `key` is given
  #checkov:skip=CKV_AWS_338:how long logs are kept is the caller's to say (log_retention_days)
  name              = local.log_group
  kms_key_id        = try(var.key.arn, null)
  retention_in_days = var.log_retention_days
  skip_destroy      = false
  tags              = var.tags
}

resource "aws_lambda_function" "this" {
  #checkov:skip=CKV_AWS_115:what is reserved here is missing elsewhere in the account: the caller decides (reserved_concurrency)
  #checkov:skip=CKV_AWS_116:failed events go to the alias's failure destination, which receives the whole record; asynchronous.dead_letters adds a queue
  #checkov:skip=CKV_AWS_117:a function needs a VPC only to reach what is private in it (network)
  #checkov:skip=CKV_AWS_173:Lambda encrypts the environment with its own key; a customer key is used when `key` is given
  #checkov:skip=CKV_AWS_272:artefacts are identified by the hash of their content, which the plan shows; code.signing adds signatures
  function_name = var.name
  description   = var.description
  role          = aws_iam_role.this.arn
  publish       = true
  tags          = var.tags

  architectures           = [var.code.architecture]
  code_signing_config_arn = try(var.code.signing.arn, null)
  filename                = var.code.filename
  handler                 = local.handler
  image_uri               = var.code.image
  layers                  = var.code.layers
  package_type            = var.code.image == null ? "Zip" : "Image"
  runtime                 = var.code.runtime
  s3_bucket               = try(var.code.s3.bucket, null)
  s3_key                  = try(var.code.s3.key, null)
  s3_object_version       = try(var.code.s3.version, null)
  source_code_hash        = var.code.hash

  kms_key_arn                    = try(var.key.arn, null)
  memory_size                    = var.memory_mb
  reserved_concurrent_executions = coalesce(var.reserved_concurrency, -1)
  timeout                        = var.timeout_seconds

  dynamic "dead_letter_config" {
    for_each = local.dead_letters[*]

    content {
      target_arn = dead_letter_config.value.arn
    }
  }

  environment {
    variables = local.environment
  }

  ephemeral_storage {
    size = var.ephemeral_storage_mb
  }

  dynamic "image_config" {
    for_each = local._has_image_settings ? [var.code] : []

    content {
      command           = image_config.value.command
      entry_point       = image_config.value.entry_point
      working_directory = image_config.value.working_directory
    }
  }

  logging_config {
    application_log_level = local.log_level
    log_format            = "JSON"
    log_group             = aws_cloudwatch_log_group.this.name
    system_log_level      = "INFO"
  }

  dynamic "snap_start" {
    for_each = var.code.snap_start ? [true] : []

    content {
      apply_on = "PublishedVersions"
    }
  }

  tracing_config {
    mode = "Active"
  }

  dynamic "vpc_config" {
    for_each = var.network[*]

    content {
      ipv6_allowed_for_dual_stack = vpc_config.value.ipv6
      security_group_ids          = vpc_config.value.security_group_ids
      subnet_ids                  = vpc_config.value.subnet_ids
    }
  }

  # Lambda tries the network, the key and the dead letters with the role. Grants are not waited for: they may name what calls this function.
  depends_on = [aws_iam_role_policy.dead_letters, aws_iam_role_policy.keys, aws_iam_role_policy.service]
}

# What calls the function calls the alias: a release moves it, and no trigger has to follow.
resource "aws_lambda_alias" "live" {
  name             = local.alias
  description      = "What triggers call"
  function_name    = aws_lambda_function.this.function_name
  function_version = var.release == null ? aws_lambda_function.this.version : var.release.version

  dynamic "routing_config" {
    for_each = length(try(var.release.weights, {})) > 0 ? [var.release.weights] : []

    content {
      additional_version_weights = routing_config.value
    }
  }
}

# Lambda stops a function that has called itself through queues, topics or buckets 16 times, unless it is told that this is meant.
resource "aws_lambda_function_recursion_config" "this" {
  count = var.code.recursion == "Allow" ? 1 : 0

  function_name  = aws_lambda_function.this.function_name
  recursive_loop = "Allow"
}

# AWS keeps this setting for each version, so it is set on the one the alias serves.
resource "aws_lambda_runtime_management_config" "live" {
  count = var.code.runtime_updates == "Auto" ? 0 : 1

  function_name       = aws_lambda_function.this.function_name
  qualifier           = aws_lambda_alias.live.function_version
  update_runtime_on   = var.code.runtime_updates == "FunctionUpdate" ? "FunctionUpdate" : "Manual"
  runtime_version_arn = var.code.runtime_updates == "FunctionUpdate" ? null : var.code.runtime_updates
}
