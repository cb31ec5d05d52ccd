# A FIFO queue with an own key; senders, delay and retention as far from the defaults as they go.
module "queue" {
  source           = "../../modules/queue"
  name             = "${var.prefix}-queue"
  consumer_timeout = 30
}

output "queue" {
  value = module.queue.queue
}
