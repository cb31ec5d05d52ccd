data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  _account   = data.aws_caller_identity.current.account_id
  _partition = data.aws_partition.current.partition
  _region    = data.aws_region.current.id
  _states    = "arn:${local._partition}:states:${local._region}:${local._account}"

  arn           = "${local._states}:stateMachine:${var.name}"
  alias_arn     = var.release == null ? null : "${local.arn}:${var.names.alias}"
  execution_arn = "${local._states}:${var.type == "EXPRESS" ? "express" : "execution"}:${var.name}:*"

  log_group_name = coalesce(var.names.log_group, "/aws/vendedlogs/states/${var.name}")
  log_group_arn  = "arn:${local._partition}:logs:${local._region}:${local._account}:log-group:${local.log_group_name}"

  role_name = coalesce(var.names.role, "${var.name}-workflow")

  definition = templatestring(var.definition, var.substitutions)
}

resource "aws_sfn_state_machine" "this" {
  #checkov:skip=CKV_AWS_285:payloads hold people's data and stay out of the log unless they are asked for (log_payloads)
  name       = var.name
  type       = var.type
  role_arn   = aws_iam_role.this.arn
  definition = local.definition
  publish    = var.release != null
  tags       = var.tags

  logging_configuration {
    level                  = coalesce(var.log_level, var.type == "EXPRESS" ? "ALL" : "ERROR")
    include_execution_data = var.log_payloads
    log_destination        = "${local.log_group_arn}:*"
  }

  tracing_configuration {
    enabled = true
  }

  # Always said: the provider does not see a block go, and the machine would keep a key that its role may not use any more.
  encryption_configuration {
    type                              = var.key == null ? "AWS_OWNED_KEY" : "CUSTOMER_MANAGED_KMS_KEY"
    kms_key_id                        = var.key == null ? null : var.key.arn
    kms_data_key_reuse_period_seconds = var.key == null ? null : 300
  }

  lifecycle {
    precondition {
      condition     = can(jsondecode(local.definition).StartAt) && can(keys(jsondecode(local.definition).States))
      error_message = "The definition of ${var.name} is not a JSON object with StartAt and States once its placeholders are filled."
    }

    precondition {
      condition     = try(contains(keys(jsondecode(local.definition).States), jsondecode(local.definition).StartAt), false)
      error_message = "The definition of ${var.name} starts at ${try(jsondecode(local.definition).StartAt, "nothing")}, which is not one of its states."
    }

    precondition {
      condition     = length(local.definition) <= 1048576
      error_message = "The definition of ${var.name} is at most 1 MB (1048576 characters) once its placeholders are filled; it is ${length(local.definition)}."
    }

    precondition {
      condition     = length(local.too_long) == 0
      error_message = "The definition of ${var.name} names states with more than 80 characters: ${join(", ", local.too_long)}."
    }

    precondition {
      condition     = var.type == "STANDARD" || length(local.not_express) == 0
      error_message = "The definition of ${var.name} is EXPRESS, which neither waits for a job (.sync) or an answer (.waitForTaskToken) nor runs activities or distributed maps; make it STANDARD, or change: ${join(", ", local.not_express)}."
    }
  }

  # AWS tries the role's access to the log when the state machine is made; what is started at once may use its grants.
  depends_on = [aws_cloudwatch_log_group.this, aws_iam_role_policy.grants, aws_iam_role_policy.service]
}

# Callers start the alias, so a release moves what they run, and what runs already goes on as it began.
resource "aws_sfn_alias" "live" {
  count = var.release == null ? 0 : 1

  name        = var.names.alias
  description = "What callers start"

  dynamic "routing_configuration" {
    for_each = local.routes

    content {
      state_machine_version_arn = routing_configuration.value.arn
      weight                    = routing_configuration.value.weight
    }
  }

  # A version named by its number is no reference.
  depends_on = [aws_sfn_state_machine.this]
}

resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_158:CloudWatch Logs encrypts with its own key; a customer key is used when `key` is given
  #checkov:skip=CKV_AWS_338:how long logs are kept is the caller's to say (log_retention_days)
  name              = local.log_group_name
  retention_in_days = var.log_retention_days
  kms_key_id        = var.key == null ? null : var.key.arn
  tags              = var.tags
}
