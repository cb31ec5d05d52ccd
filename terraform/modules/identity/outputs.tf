output "alarms" {
  description = "Alarm ARNs by label, known at the first plan."
  value       = { for label, name in local._alarm_names : label => "${local._alarm_prefix}${name}" }
  depends_on  = [aws_cloudwatch_metric_alarm.this]
}

output "client_secrets" {
  description = "Secrets of the clients that have one, by name; they are in the state."
  value       = { for name, client in aws_cognito_user_pool_client.this : name => client.client_secret if var.clients[name].secret }
  sensitive   = true
}

output "clients" {
  description = "Clients by name: their public ids."
  value       = { for name, client in aws_cognito_user_pool_client.this : name => { id = client.id } }
}

output "domain" {
  description = "Host of the hosted sign-in pages; null without `domain`."
  value = one([
    for domain in aws_cognito_user_pool_domain.this :
    strcontains(domain.domain, ".") ? domain.domain : "${domain.domain}.auth.${local._region}.amazoncognito.com"
  ])
}

output "domain_alias" {
  description = "What a domain of one's own is an alias of: CloudFront's name and zone; null without one."
  value = one([
    for domain in aws_cognito_user_pool_domain.this : { name = domain.cloudfront_distribution, zone_id = domain.cloudfront_distribution_zone_id }
    if strcontains(domain.domain, ".")
  ])
}

output "grants" {
  description = "Permissions to hand to others, in this pool: `read` looks one person up, `manage` invites, disables and groups them, `secrets` reads the clients' secrets."
  value = {
    for name, actions in {
      manage = [
        "cognito-idp:AdminAddUserToGroup", "cognito-idp:AdminCreateUser", "cognito-idp:AdminDisableUser", "cognito-idp:AdminEnableUser",
        "cognito-idp:AdminGetUser", "cognito-idp:AdminListGroupsForUser", "cognito-idp:AdminRemoveUserFromGroup",
        "cognito-idp:AdminUserGlobalSignOut", "cognito-idp:ListUsers", "cognito-idp:ListUsersInGroup",
      ]
      read    = ["cognito-idp:AdminGetUser"]
      secrets = ["cognito-idp:DescribeUserPoolClient"]
    } : name => { actions = actions, resources = [aws_cognito_user_pool.this.arn], conditions = {} }
  }
}

output "identity_pool" {
  description = "The identity pool: its `id`, the key of `Logins` (`login`) under which it takes an id token, and its roles' ARNs; null without one."
  value = one([
    for pool in aws_cognito_identity_pool.this : {
      id    = pool.id
      arn   = pool.arn
      login = local.login
      roles = { for party, role in aws_iam_role.identity_pool : party => role.arn }
    }
  ])
  depends_on = [aws_cognito_identity_pool_roles_attachment.this, aws_iam_role_policy.identity_pool]
}

output "jwt" {
  description = "What an API needs to know to accept this pool's tokens."
  value = {
    issuer   = local.issuer
    audience = toset([for client in aws_cognito_user_pool_client.this : client.id])
  }
}

output "pool" {
  description = "The user pool: `endpoint` is the address of Cognito's API, where a page signs people in."
  value = {
    id       = aws_cognito_user_pool.this.id
    arn      = aws_cognito_user_pool.this.arn
    issuer   = local.issuer
    endpoint = "https://${local.endpoint}"
  }
}
