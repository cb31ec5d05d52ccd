output "dead_letter_queues" {
  description = "URLs of the queues that hold what could not be delivered, by source."
  value = {
    schedules     = module.schedules.dead_letter_queue.url
    state_changes = module.state_changes.dead_letter_queue.url
  }
}

output "failure_queues" {
  description = "URLs of the queues that hold the calls a function gave up on, by function."
  value = {
    protect = module.protect.failure_queue.url
    start   = module.start.failure_queue.url
    stop    = module.stop.failure_queue.url
  }
}

output "functions" {
  description = "Names of the functions, for logs and calls by hand."
  value = {
    protect = module.protect.function.name
    start   = module.start.function.name
    stop    = module.stop.function.name
  }
}

output "mark_tag_key" {
  description = "Key of the tag a scheduled stop leaves."
  value       = var.mark_tag_key
}

output "protect_tag" {
  description = "Tag that has an instance started again when it stops."
  value       = { key = var.protect_tag.key, value = var.protect_tag.value }
}

output "roles" {
  description = "Names of the functions' roles."
  value = {
    protect = module.protect.role.name
    start   = module.start.role.name
    stop    = module.stop.role.name
  }
}

output "schedule_group" {
  description = "Name of the group of the schedules."
  value       = module.schedules.group.name
}

output "schedule_role" {
  description = "ARN of the role the scheduler takes; a one-off schedule in the group can use it."
  value       = module.schedules.role.arn
}

output "schedule_tag" {
  description = "Tag that has an instance stopped and started by the schedules."
  value       = { key = var.schedule_tag.key, value = var.schedule_tag.value }
}

output "schedule_targets" {
  description = "ARNs the schedules call, by action."
  value = {
    start = module.start.function.alias_arn
    stop  = module.stop.function.alias_arn
  }
}
