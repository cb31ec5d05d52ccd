# Nothing while the queue is empty, spot instances of four types above one on-demand, a key of its own, a heartbeat.
module "worker_fleet_key" {
  source   = "../../modules/key"
  name     = "${var.prefix}-worker-fleet"
  services = ["logs.${data.aws_region.current.id}.amazonaws.com"]
  protect  = var.protect
}

module "worker_fleet_queue" {
  source           = "../../modules/queue"
  name             = "${var.prefix}-worker-fleet"
  consumer_timeout = 300
  key              = module.worker_fleet_key.key
}

resource "aws_vpc" "worker_fleet" {
  cidr_block = "10.91.0.0/24"
}

resource "aws_subnet" "worker_fleet" {
  for_each = { a = "10.91.0.0/25", b = "10.91.0.128/25" }

  vpc_id            = aws_vpc.worker_fleet.id
  availability_zone = "${data.aws_region.current.id}${each.key}"
  cidr_block        = each.value
}

resource "aws_security_group" "worker_fleet" {
  name        = "${var.prefix}-worker-fleet"
  description = "Workers"
  vpc_id      = aws_vpc.worker_fleet.id
}

module "worker_fleet" {
  source = "../../modules/worker-fleet"
  name   = "${var.prefix}-worker-fleet"
  key    = module.worker_fleet_key.key
  queue  = module.worker_fleet_queue.queue
  role   = var.role
  size   = { maximum = 3 }
  tags   = { system = "library" }

  backlog_per_instance = 5
  log_retention_days   = 7

  image = { user_data = "#!/bin/sh\necho ${module.worker_fleet_queue.queue.url}\n", volume_gb = 8 }

  instances = {
    types = ["m7g.medium", "c7g.medium", "r7g.medium", "t4g.medium"]
    spot  = { base = 1, percentage = 80 }
  }

  life = { drain_seconds = 600, heartbeat = true, maximum_days = 30 }

  network = {
    subnet_ids         = [for subnet in aws_subnet.worker_fleet : subnet.id]
    security_group_ids = [aws_security_group.worker_fleet.id]
  }
}

module "worker_fleet_steady" {
  source    = "../../modules/worker-fleet"
  name      = "${var.prefix}-worker-fleet-steady"
  image     = { id = "ami-0123456789abcdef0" }
  instances = { types = ["m7i.large"] }
  queue     = module.worker_fleet_queue.queue
  role      = var.role
  size      = { minimum = 1, maximum = 2 }

  network = {
    subnet_ids         = [for subnet in aws_subnet.worker_fleet : subnet.id]
    security_group_ids = [aws_security_group.worker_fleet.id]
  }
}

output "worker_fleet" {
  value = {
    group  = module.worker_fleet.group
    steady = module.worker_fleet_steady.group
    role   = module.worker_fleet.role
    queue  = module.worker_fleet_queue.queue
    alarms = module.worker_fleet.alarms
  }
}
