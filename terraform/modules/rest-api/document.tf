# The caller's document, read twice: as it was given, so that its operations are known before any ARN is, and with its
# placeholders filled, to be completed and imported.
locals {
  _given     = try(yamldecode(var.definition), {})
  _verbs     = ["delete", "get", "head", "options", "patch", "post", "put", "x-amazon-apigateway-any-method"]
  _any_verb  = "x-amazon-apigateway-any-method"
  _validator = "x-amazon-apigateway-request-validator"
  _responses = "x-amazon-apigateway-gateway-responses"
  _strict    = "x-fail-on-warnings"
  _endpoint  = "x-amazon-apigateway-endpoint-configuration"

  # "GET /orders" → what the document says of it.
  operations = merge([
    for path, item in try(local._given.paths, {}) : {
      for verb in keys(item) : "${verb == local._any_verb ? "ANY" : upper(verb)} ${path}" => {
        path        = path
        method      = verb == local._any_verb ? "*" : upper(verb)
        uri         = try(tostring(item[verb]["x-amazon-apigateway-integration"].uri), "")
        credentials = can(item[verb]["x-amazon-apigateway-integration"].credentials)
        integrated  = can(item[verb]["x-amazon-apigateway-integration"].type)
        extension   = try(upper(item[verb]["x-amazon-apigateway-auth"].type), null)
        security    = jsonencode(try(item[verb].security, local._given.security, []))
      } if contains(local._verbs, verb)
    }
  ]...)

  # A key meters who calls and proves nothing: it is no authoriser.
  _own_schemes    = try(local._given.components.securitySchemes, {})
  _key_schemes    = setunion(["api_key"], [for name, scheme in local._own_schemes : name if lower(try(scheme.name, "")) == "x-api-key"])
  _authenticators = setunion(keys(var.authorizers), ["iam"])

  _schemes = {
    for key, operation in local.operations : key => distinct(flatten([for requirement in jsondecode(operation.security) : keys(requirement)]))
  }
  authenticators = {
    for key, operation in local.operations : key => distinct(concat(
      [for scheme in local._schemes[key] : scheme if contains(local._authenticators, scheme)],
      operation.extension == "AWS_IAM" ? ["iam"] : [],
    ))
  }
  _unknown_schemes = {
    for key, schemes in local._schemes : key => setsubtract(schemes, setunion(local._authenticators, local._key_schemes))
  }
  _scopes = {
    for key, operation in local.operations : key => flatten([
      for requirement in jsondecode(operation.security) : [for scheme, scopes in requirement : scopes if contains(local._authenticators, scheme)]
    ])
  }

  # API Gateway knows no security of the whole document, and of an operation it takes every one that is listed.
  _security = {
    for key, authenticators in local.authenticators : key => concat(
      [for scheme in authenticators : { (scheme) = scheme == "iam" ? [] : local._scopes[key] }],
      [for scheme in local._schemes[key] : { (scheme) = [] } if contains(local._key_schemes, scheme)],
    )
  }

  # Which function each operation calls: its placeholder is the whole of the integration's address.
  functions = {
    for key, operation in local.operations : key => regex("^\\$\\{(\\w+)\\}$", operation.uri)[0]
    if try(contains(keys(var.functions), regex("^\\$\\{(\\w+)\\}$", operation.uri)[0]), false)
  }

  _fills = merge(
    { for label, function in var.functions : label => function.invoke_arn },
    { account = local._account, partition = local._partition, region = local._region, role = local.role_arn },
    var.substitutions,
  )
  _filled = try(yamldecode(templatestring(var.definition, local._fills)), {})

  _security_schemes = merge(
    { for name, scheme in local._own_schemes : name => scheme if contains(local._key_schemes, name) },
    { for name in ["api_key"] : name => { type = "apiKey", name = "x-api-key", in = "header" } if contains(flatten(values(local._schemes)), name) },
    {
      for name in ["iam"] : name => { type = "apiKey", name = "Authorization", in = "header", x-amazon-apigateway-authtype = "awsSigv4" }
      if contains(flatten(values(local.authenticators)), name)
    },
    {
      for name, authorizer in var.authorizers : name => {
        type                         = "apiKey"
        name                         = authorizer.header
        in                           = "header"
        x-amazon-apigateway-authtype = "cognito_user_pools"
        x-amazon-apigateway-authorizer = {
          type         = "cognito_user_pools"
          providerARNs = [authorizer.cognito.arn]
        }
      } if authorizer.cognito != null
    },
    {
      for name, authorizer in var.authorizers : name => {
        type                         = "apiKey"
        name                         = "Unused" # what is asked for is in identitySource
        in                           = "header"
        x-amazon-apigateway-authtype = "custom"
        x-amazon-apigateway-authorizer = {
          type                         = "request"
          authorizerUri                = authorizer.function.invoke_arn
          authorizerResultTtlInSeconds = authorizer.cache_seconds
          identitySource               = join(", ", sort(authorizer.identity_sources))
        }
      } if authorizer.function != null
    },
  )

  _paths = {
    for path, item in try(local._filled.paths, {}) : path => merge(
      item,
      {
        # An answer has to be described, or API Gateway warns.
        for verb in keys(item) : verb => merge({ responses = { "200" = { description = "Answer" } } }, item[verb], {
          security                                         = local._security["${verb == local._any_verb ? "ANY" : upper(verb)} ${path}"]
        }) if contains(local._verbs, verb)
      },
      { for verb in ["options"] : verb => local._preflight if var.cors != null && !contains(keys(item), verb) && !contains(keys(item), local._any_verb) },
    )
  }

  # In OpenAPI 3 the endpoint is told in the server; at the top of the document API Gateway passes over it.
  _servers = try([for server in local._filled.servers : server], [])
  servers = [
    for server in concat(local._servers, [for server in [{ url = "/" }] : server if length(local._servers) == 0]) : merge(server, {
      (local._endpoint) = merge(
        { for setting in ["vpcEndpointIds"] : setting => sort(var.endpoint.vpc_endpoint_ids) if var.endpoint.type == "PRIVATE" },
        { disableExecuteApiEndpoint = local._execute_api_off },
      )
    })
  ]

  document = {
    for name, part in merge(
      local._filled,
      {
        info       = merge(try(local._filled.info, {}), { title = var.name })
        servers    = local.servers
        paths      = local._paths
        components = merge(try(local._filled.components, {}), { securitySchemes = local._security_schemes })
        x-amazon-apigateway-request-validators = merge(
          { all = { validateRequestBody = true, validateRequestParameters = true } },
          try(local._filled["x-amazon-apigateway-request-validators"], {}),
        )
        (local._validator) = try(local._filled[local._validator], "all")
        (local._responses) = merge(local._error_responses, try(local._filled[local._responses], {}))
      },
      { for name in ["x-amazon-apigateway-policy"] : name => local.imported_policy if local.has_policy },
      { for name in ["x-amazon-apigateway-minimum-compression-size"] : name => var.endpoint.compression_bytes if var.endpoint.compression_bytes != null },
    ) : name => part if !contains(["security", local._strict, local._endpoint], name)
  }
}
