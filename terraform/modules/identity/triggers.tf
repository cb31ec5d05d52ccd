# Cognito calls the alias, for this pool alone.

resource "aws_lambda_permission" "trigger" {
  for_each = var.triggers

  statement_id   = "${var.name}-${replace(each.key, "_", "-")}"
  action         = "lambda:InvokeFunction"
  function_name  = each.value.name
  qualifier      = each.value.alias
  principal      = "cognito-idp.amazonaws.com"
  source_account = local._account
  source_arn     = aws_cognito_user_pool.this.arn
}
