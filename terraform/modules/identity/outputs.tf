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

output "grants" {
  description = "Permissions to hand to others: `read` looks one person up in this pool."
  value = {
    read = {
      actions    = ["cognito-idp:AdminGetUser"]
      resources  = [aws_cognito_user_pool.this.arn]
      conditions = {}
    }
  }
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
