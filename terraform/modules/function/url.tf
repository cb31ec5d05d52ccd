# The alias's own https address, for those who sign their requests. There is no way to open it to everybody.
resource "aws_lambda_function_url" "live" {
  count = var.url == null ? 0 : 1

  function_name      = aws_lambda_function.this.function_name
  qualifier          = aws_lambda_alias.live.name
  authorization_type = "AWS_IAM"
  invoke_mode        = var.url.stream ? "RESPONSE_STREAM" : "BUFFERED"

  dynamic "cors" {
    for_each = var.url.cors[*]

    content {
      allow_credentials = cors.value.credentials
      allow_headers     = cors.value.headers
      allow_methods     = cors.value.methods
      allow_origins     = cors.value.origins
      expose_headers    = cors.value.exposed_headers
      max_age           = cors.value.max_age_seconds
    }
  }
}

locals {
  _callers = var.url == null ? {} : var.url.callers

  # A service acts for all its customers: it is held to one source, and to this account. CloudFront says no account: the ARN of
  # its distribution holds it.
  _caller_accounts = {
    for label, caller in local._callers : label => (
      can(regex("\\.amazonaws\\.com(\\.cn)?$", caller.principal)) && !startswith(caller.principal, "cloudfront.") ? local._account : null
    )
  }

  # Lambda keeps an account as the ARN of its root: a number would be put anew by every apply.
  _caller_principals = {
    for label, caller in local._callers : label => (
      can(regex("^[0-9]{12}$", caller.principal)) ? "arn:${local._partition}:iam::${caller.principal}:root" : caller.principal
    )
  }
}

resource "aws_lambda_permission" "url" {
  for_each = local._callers

  statement_id           = "url-${each.key}"
  action                 = "lambda:InvokeFunctionUrl"
  function_name          = aws_lambda_function.this.function_name
  function_url_auth_type = "AWS_IAM"
  principal              = local._caller_principals[each.key]
  qualifier              = aws_lambda_alias.live.name
  source_account         = local._caller_accounts[each.key]
  source_arn             = each.value.source_arn
}

# Since October 2025 a URL's callers need this one too.
resource "aws_lambda_permission" "url_invoke" {
  for_each = local._callers

  statement_id   = "invoke-by-url-${each.key}"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.this.function_name
  principal      = local._caller_principals[each.key]
  qualifier      = aws_lambda_alias.live.name
  source_account = local._caller_accounts[each.key]
  source_arn     = each.value.source_arn
}
