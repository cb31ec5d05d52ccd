locals {
  # What answers each route; exactly one, which `routes` has seen to.
  kinds = {
    for key, route in var.routes : key => one([
      for kind, target in {
        bus      = route.bus
        function = route.function
        http     = route.http
        listener = route.listener
        queue    = route.queue
        service  = route.service
        stream   = route.stream
        workflow = route.workflow
      } : kind if target != null
    ])
  }

  functions = { for key, route in var.routes : key => route.function if local.kinds[key] == "function" }
  direct    = { for key, route in var.routes : key => route if contains(["bus", "queue", "stream", "workflow"], local.kinds[key]) }
  private   = { for key, route in var.routes : key => route if contains(["listener", "service"], local.kinds[key]) }

  _uris = {
    for key, route in var.routes : key => try(coalesce(
      try(route.function.invoke_arn, null), try(route.http.url, null), try(route.listener.arn, null), try(route.service.arn, null),
    ), null)
  }

  # A proxied request keeps its method: the route's own, or any.
  _methods = {
    for key, kind in local.kinds : key => (
      kind == "function" ? "POST" : contains(keys(local.direct), key) ? null : key == "$default" ? "ANY" : split(" ", key)[0]
    )
  }

  _request_mappings = {
    for key, route in var.routes : key => route.request == null ? {} : merge(
      route.request.path == null ? {} : { "overwrite:path" = route.request.path },
      { for name, value in route.request.headers : "overwrite:header.${name}" => value },
      { for name, value in route.request.query : "overwrite:querystring.${name}" => value },
      { for name in route.request.remove_headers : "remove:header.${name}" => "''" },
      { for name in route.request.remove_query : "remove:querystring.${name}" => "''" },
    )
  }
}

resource "aws_apigatewayv2_integration" "this" {
  for_each = var.routes

  api_id                 = aws_apigatewayv2_api.this.id
  description            = each.key
  integration_type       = contains(["http", "listener", "service"], local.kinds[each.key]) ? "HTTP_PROXY" : "AWS_PROXY"
  integration_subtype    = try(local.direct_calls[each.key].subtype, null)
  integration_method     = local._methods[each.key]
  integration_uri        = local._uris[each.key]
  connection_type        = contains(keys(local.private), each.key) ? "VPC_LINK" : "INTERNET"
  connection_id          = contains(keys(local.private), each.key) ? aws_apigatewayv2_vpc_link.this[0].id : null
  credentials_arn        = contains(keys(local.direct), each.key) ? local.role_arn : null
  payload_format_version = local.kinds[each.key] == "function" ? "2.0" : "1.0"
  timeout_milliseconds   = each.value.timeout_ms
  request_parameters     = length(local.parameters[each.key]) == 0 ? null : local.parameters[each.key]

  dynamic "tls_config" {
    for_each = compact([try(each.value.listener.server_name, null), try(each.value.service.server_name, null)])
    content {
      server_name_to_verify = tls_config.value
    }
  }

  # AWS deletes none that a route still names: the route turns to the new one first.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lambda_permission" "route" {
  for_each = local.functions

  # Named by its route; AWS takes 100 letters, digits, hyphens and underscores. What tells long routes apart is not cut off.
  statement_id   = "${substr("${var.name}-${trim(replace(each.key, "/[^A-Za-z0-9_]+/", "-"), "-")}", 0, 93)}-${substr(sha1(each.key), 0, 6)}"
  action         = "lambda:InvokeFunction"
  function_name  = each.value.name
  qualifier      = each.value.alias
  principal      = "apigateway.amazonaws.com"
  source_account = local._account
  source_arn     = "${local.execution_arn}/*/${local.route_paths[each.key]}"
}
