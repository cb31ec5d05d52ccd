# A page of another origin: preflights are answered by API Gateway itself, errors carry the header too. What a function
# answers it heads itself.
locals {
  _cors_headers = {
    for name, value in {
      Access-Control-Allow-Origin      = try(var.cors.origin, null)
      Access-Control-Allow-Credentials = try(var.cors.credentials, false) ? "true" : null
      Vary                             = var.cors == null ? null : "Origin"
    } : name => "'${value}'" if value != null
  }
  _preflight_headers = merge(local._cors_headers, {
    Access-Control-Allow-Headers = "'${join(",", sort(try(var.cors.headers, [])))}'"
    Access-Control-Allow-Methods = "'${join(",", sort(try(var.cors.methods, [])))}'"
    Access-Control-Max-Age       = "'${try(var.cors.max_age_seconds, 0)}'"
  })

  _error_responses = {
    for type in ["DEFAULT_4XX", "DEFAULT_5XX"] : type => {
      responseParameters = { for name, value in local._cors_headers : "gatewayresponse.header.${name}" => value }
    } if var.cors != null
  }

  _preflight = {
    summary  = "Answer to the browser's preflight"
    security = []
    responses = {
      "204" = {
        description = "Which calls a page may make"
        headers     = { for name in keys(local._preflight_headers) : name => { schema = { type = "string" } } }
      }
    }
    x-amazon-apigateway-integration = merge(
      {
        type                = "mock"
        passthroughBehavior = "when_no_match"
        requestTemplates    = { "application/json" = jsonencode({ statusCode = 204 }) }
        responses = {
          default = {
            statusCode         = "204"
            responseParameters = { for name, value in local._preflight_headers : "method.response.header.${name}" => value }
          }
        }
      },
      # Where all or some types are binary, the template would be taken for binary too, and the preflight answered 500.
      { for handling in ["CONVERT_TO_TEXT"] : "contentHandling" => handling if length(try(local._given["x-amazon-apigateway-binary-media-types"], [])) > 0 },
    )
  }
}
