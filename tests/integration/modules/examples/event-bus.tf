# A bus of its own with an archive, other publishers and every kind of target; a partner's bus; and one more that takes rules of a
# module call that does not own it. Nothing puts the events of the destination and the task: they leave this machine.
module "event_bus" {
  source          = "../../modules/event-bus"
  name            = "${var.prefix}-event-bus"
  archive_days    = 7
  archive_pattern = jsonencode({ source = ["shop"] })
  key             = module.event_bus_key.key
  role            = var.role
  tags            = { system = "library" }
  alarms          = { overrides = { dead_letters = { threshold = 10 }, undeliverable_watched = { enabled = false } } }

  publishers = {
    company = { organisation = "o-a1b2c3d4e5", sources = ["hr"], detail_types = ["Hired"] }
    partner = { account = "444455556666", sources = ["partner.shop"] }
  }

  events = {
    clicked  = { source = "web", detail_type = "Clicked", detail = jsonencode({ user = "ann", page = "/" }) }
    exported = { source = "shop", detail_type = "Exported" }
    hired    = { source = "hr", detail_type = "Hired", unconsumed = "kept for the payroll's stack" }
    ordered  = { source = "shop", detail_type = "Ordered", detail = jsonencode({ id = "1", total = 120, items = [{ sku = "a" }] }) }
  }

  rules = {
    large = {
      description = "Orders beyond a hundred"
      pattern     = jsonencode({ source = ["shop"], detail-type = ["Ordered"], detail = { total = [{ numeric = [">", 100] }] } })
      matches     = { large = jsonencode({ source = "shop", detail-type = "Ordered", detail = { total = 101 } }) }
      rejects     = { exact = jsonencode({ source = "shop", detail-type = "Ordered", detail = { total = 100 } }) }
      targets = {
        flow  = { workflow = module.event_bus_flow.workflow }
        queue = { queue = merge(module.event_bus_orders.queue, { message_group_id = "orders" }), input_path = "$.detail" }
        news = {
          topic = module.event_bus_news.topic
          input_transformer = {
            paths    = { id = "$.detail.id" }
            template = jsonencode({ order = "<id>", rule = "<aws.events.rule-name>" })
          }
        }
        other = { bus = module.event_bus_other.bus }
      }
    }
    watched = {
      pattern = jsonencode({ source = ["web"] })
      targets = {
        clicks = { stream = merge(module.event_bus_clicks.stream, { partition_key_path = "$.detail.user" }) }
        log    = { log_group = { arn = aws_cloudwatch_log_group.event_bus.arn } }
        # A queue that is not there: what goes to it is a dead letter.
        gone = { queue = { arn = "arn:aws:sqs:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:${var.prefix}-gone" } }
      }
    }
    exported = {
      pattern = jsonencode({ detail-type = ["Exported"] })
      targets = {
        partner = {
          api_destination   = { arn = aws_cloudwatch_event_api_destination.event_bus.arn, headers = { X-Kind = "$.detail-type" }, path_values = ["$.detail.id"] }
          dead_letter_queue = module.event_bus_forwarded.dead_letter_queue
        }
        # needs ecs
        copy = {
          task = {
            cluster_arn    = aws_ecs_cluster.event_bus.arn
            definition_arn = aws_ecs_task_definition.event_bus.arn_without_revision
            role_arns      = [aws_iam_role.event_bus_task.arn]
            network        = { subnet_ids = ["subnet-0123456789abcdef0"] }
          }
        }
        # end
      }
    }
  }
}

module "event_bus_other" {
  source = "../../modules/event-bus"
  name   = "${var.prefix}-event-bus-other"
}

# As another state would: the bus is an object, and only rules are made.
module "event_bus_consumer" {
  source = "../../modules/event-bus"
  name   = "${var.prefix}-event-bus-consumer"
  bus    = module.event_bus_other.bus
  events = { ordered = { source = "shop", detail_type = "Ordered" } }
  rules = {
    ordered = {
      pattern = jsonencode({ detail-type = [{ prefix = "Order" }] })
      targets = { queue = { queue = module.event_bus_forwarded.queue, input = jsonencode({ arrived = true }) } }
    }
  }
}

module "event_bus_partner" {
  source         = "../../modules/event-bus"
  name           = "${var.prefix}-event-bus-partner"
  partner_source = "aws.partner/example.com/${var.prefix}/orders"
}

module "event_bus_orders" {
  source  = "../../modules/queue"
  name    = "${var.prefix}-event-bus-orders"
  fifo    = { content_based_deduplication = true }
  senders = { events = module.event_bus.sender }
}

module "event_bus_forwarded" {
  source  = "../../modules/queue"
  name    = "${var.prefix}-event-bus-forwarded"
  senders = { events = module.event_bus_consumer.sender, news = module.event_bus_news.sender }
}

module "event_bus_key" {
  source   = "../../modules/key"
  name     = "${var.prefix}-event-bus"
  services = ["events.amazonaws.com", "sns.amazonaws.com"]
  protect  = var.protect
}

module "event_bus_news" {
  source        = "../../modules/topic"
  name          = "${var.prefix}-event-bus-news"
  key           = module.event_bus_key.key
  publishers    = { events = module.event_bus.sender }
  subscriptions = { forwarded = { queue = module.event_bus_forwarded.queue, raw = true } }
}

module "event_bus_clicks" {
  source  = "../../modules/stream"
  name    = "${var.prefix}-event-bus-clicks"
  protect = var.protect
  shards  = 1
}

module "event_bus_flow" {
  source     = "../../modules/workflow"
  name       = "${var.prefix}-event-bus-flow"
  role       = var.role
  release    = {}
  definition = jsonencode({ StartAt = "Done", States = { Done = { Type = "Pass", End = true } } })
}

resource "aws_cloudwatch_log_group" "event_bus" {
  name              = "/aws/events/${var.prefix}-event-bus"
  retention_in_days = 1
}

resource "aws_cloudwatch_event_connection" "event_bus" {
  name               = "${var.prefix}-event-bus"
  authorization_type = "API_KEY"

  auth_parameters {
    api_key {
      key   = "x-api-key"
      value = "none"
    }
  }
}

resource "aws_cloudwatch_event_api_destination" "event_bus" {
  name                = "${var.prefix}-event-bus"
  connection_arn      = aws_cloudwatch_event_connection.event_bus.arn
  http_method         = "POST"
  invocation_endpoint = "https://example.com/orders/*"
}

# needs ecs
resource "aws_ecs_cluster" "event_bus" {
  name = "${var.prefix}-event-bus"
}

resource "aws_ecs_task_definition" "event_bus" {
  family                   = "${var.prefix}-event-bus"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = aws_iam_role.event_bus_task.arn
  container_definitions    = jsonencode([{ name = "copy", image = "public.ecr.aws/docker/library/busybox:stable", essential = true }])
}

resource "aws_iam_role" "event_bus_task" {
  name                 = "${var.prefix}-event-bus-task"
  path                 = var.role.path
  permissions_boundary = var.role.permissions_boundary

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
    }]
  })
}
# end

output "event_bus" {
  value = {
    bus          = module.event_bus.bus
    dead_letters = module.event_bus.dead_letter_queue
    archive      = "${var.prefix}-event-bus"
    orders       = module.event_bus_orders.queue
    forwarded    = module.event_bus_forwarded.queue
    stream       = module.event_bus_clicks.stream
    workflow     = module.event_bus_flow.workflow
    log_group    = aws_cloudwatch_log_group.event_bus.name
  }
}
