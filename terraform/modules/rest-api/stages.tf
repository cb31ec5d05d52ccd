resource "aws_api_gateway_stage" "this" {
  #checkov:skip=CKV_AWS_120:a cache is paid by the hour and answers one caller with another's data unless the method is made for it: `cache`
  #checkov:skip=CKV2_AWS_29:a web ACL is the caller's to have, `web_acl`
  #checkov:skip=CKV2_AWS_77:what a web ACL holds is said where it is made
  #checkov:skip=CKV2_AWS_4:its level is in the method settings of the stage, below
  #checkov:skip=CKV2_AWS_51:client certificates prove API Gateway to an HTTP backend; functions and services need none
  for_each = var.stages

  rest_api_id           = aws_api_gateway_rest_api.this.id
  stage_name            = each.key
  description           = each.value.description
  deployment_id         = local.deployments[each.key]
  variables             = each.value.variables
  xray_tracing_enabled  = true
  cache_cluster_enabled = each.value.cache != null
  cache_cluster_size    = each.value.cache == null ? null : tostring(each.value.cache.size)
  tags                  = var.tags

  access_log_settings {
    destination_arn = local.log_group_arn
    format          = jsonencode(local.access_log_format)
  }

  dynamic "canary_settings" {
    for_each = each.value.canary[*]

    content {
      deployment_id            = aws_api_gateway_deployment.this.id
      percent_traffic          = canary_settings.value.percent
      stage_variable_overrides = canary_settings.value.variables
      use_stage_cache          = false
    }
  }

  # What is open finds its way: groups to log to, functions that may be called, a role that may call.
  depends_on = [
    aws_cloudwatch_log_group.access, aws_cloudwatch_log_group.execution, aws_iam_role_policy.grants,
    aws_lambda_permission.authorizer, aws_lambda_permission.operation,
  ]
}

resource "aws_api_gateway_method_settings" "stage" {
  #checkov:skip=CKV_AWS_225:a cache is a method's to want, `methods`; answers are somebody's
  for_each = var.stages

  rest_api_id = aws_api_gateway_rest_api.this.id
  stage_name  = aws_api_gateway_stage.this[each.key].stage_name
  method_path = "*/*"

  settings {
    metrics_enabled                            = true
    logging_level                              = each.value.log_level
    data_trace_enabled                         = false
    throttling_rate_limit                      = each.value.throttle.rate
    throttling_burst_limit                     = each.value.throttle.burst
    caching_enabled                            = false
    cache_data_encrypted                       = true
    require_authorization_for_cache_control    = true
    unauthorized_cache_control_header_strategy = "FAIL_WITH_403"
  }
}

resource "aws_api_gateway_method_settings" "method" {
  #checkov:skip=CKV_AWS_225:a cache is a method's to want, `methods`; answers are somebody's
  for_each = merge([
    for name, stage in var.stages : {
      for key, method in stage.methods : "${name} ${key}" => merge(method, {
        stage    = name
        path     = "${replace(split(" ", key)[1], "/", "~1")}/${split(" ", key)[0]}"
        throttle = coalesce(method.throttle, stage.throttle)
      })
    }
  ]...)

  rest_api_id = aws_api_gateway_rest_api.this.id
  stage_name  = aws_api_gateway_stage.this[each.value.stage].stage_name
  method_path = each.value.path

  settings {
    metrics_enabled                            = true
    logging_level                              = var.stages[each.value.stage].log_level
    data_trace_enabled                         = false
    throttling_rate_limit                      = each.value.throttle.rate
    throttling_burst_limit                     = each.value.throttle.burst
    caching_enabled                            = each.value.cache_seconds != null
    cache_ttl_in_seconds                       = coalesce(each.value.cache_seconds, 0)
    cache_data_encrypted                       = true
    require_authorization_for_cache_control    = true
    unauthorized_cache_control_header_strategy = "FAIL_WITH_403"
  }

  # A setting for all methods made later would be made for this one too.
  depends_on = [aws_api_gateway_method_settings.stage]
}

resource "aws_wafv2_web_acl_association" "this" {
  for_each = { for name, stage in var.stages : name => stage.web_acl if stage.web_acl != null }

  resource_arn = aws_api_gateway_stage.this[each.key].arn
  web_acl_arn  = each.value.arn
}
