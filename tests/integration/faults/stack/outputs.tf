output "work" {
  value = { queue = module.work_queue.queue, dead = module.work_queue.dead_letter_queue, function = module.work.function.name, role = module.work.role.name }
}

output "strict" {
  value = { queue = module.strict_queue.queue, dead = module.strict_queue.dead_letter_queue, function = module.strict.function.name }
}

output "narrow" {
  value = { queue = module.narrow_queue.queue, dead = module.narrow_queue.dead_letter_queue, function = module.narrow.function.name }
}

output "first" {
  value = module.first.queue
}

output "second" {
  value = module.second.queue
}

output "news" {
  value = module.news.topic
}

output "bus" {
  value = { name = module.bus.bus.name, dead = module.bus.dead_letter_queue }
}

output "fan" {
  value = { topic = module.fan.topic, dead = module.fan.dead_letter_queues["gone"] }
}

output "loud" {
  value = { function = module.loud.function, failures = module.loud.failure_queue }
}

output "quiet" {
  value = { function = module.quiet.function }
}

output "busy" {
  value = { function = module.busy.function, records = module.late.queue, events = module.late.dead_letter_queue }
}

output "clock" {
  value = { group = module.clock.group.name, role = module.clock.role.arn, dead = module.clock.dead_letter_queue, gone = local.queues.gone.arn }
}

output "effects" {
  value = module.effects.table.name
}

output "downstream" {
  value = "${var.prefix}-downstream"
}
