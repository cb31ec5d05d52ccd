output "api_url" {
  description = "Where the API answers."
  value       = module.api.api.url
}

output "client_id" {
  description = "Public id with which the page signs people in."
  value       = module.people.clients["page"].id
}

output "email_dead_letter_queue_url" {
  description = "Mails that no attempt sent."
  value       = module.email_queue.dead_letter_queue.url
}

output "email_queue_url" {
  description = "Mails that are due."
  value       = module.email_queue.queue.url
}

output "feedback_topic_arn" {
  description = "Where SES tells of bounces and complaints."
  value       = module.mail.topic.arn
}

output "functions" {
  description = "Names of the functions, by what they do."
  value = {
    cancel     = module.cancel.function.name
    create     = module.create.function.name
    list       = module.list.function.name
    send_email = module.send_email.function.name
    send_sms   = module.send_sms.function.name
    status     = module.status.function.name
  }
}

output "pages" {
  description = "Pages to publish, by template: where to, and what they need to know."
  value = {
    pet-cuddle-o-tron = {
      bucket          = module.site.site.bucket
      distribution_id = module.site.site.distribution_id
      url             = module.site.site.url
      config = {
        api_url          = module.api.api.url
        client_id        = module.people.clients["page"].id
        cognito_endpoint = module.people.pool.endpoint
        region           = local._region
        user_pool_id     = module.people.pool.id
      }
    }
  }
}

output "pool_id" {
  description = "The user pool people sign up in."
  value       = module.people.pool.id
}

output "sender" {
  description = "Address the reminders come from."
  value       = module.mail.identity.address
}

output "site_url" {
  description = "The page."
  value       = module.site.site.url
}

output "sms_dead_letter_queue_url" {
  description = "Text messages that no attempt sent."
  value       = module.sms_queue.dead_letter_queue.url
}

output "sms_queue_url" {
  description = "Text messages that are due."
  value       = module.sms_queue.queue.url
}

output "table_name" {
  description = "The reminders."
  value       = module.reminders.table.name
}

output "workflow_arn" {
  description = "The workflow that delivers a reminder."
  value       = module.delivery.workflow.arn
}
