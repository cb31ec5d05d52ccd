# Every type of state, and every integration that can be run here: a function, a table, a queue, a topic and another workflow.
module "workflow" {
  source     = "../../modules/workflow"
  name       = "${var.prefix}-workflow"
  definition = jsonencode(local.workflow_definition)
  key        = module.workflow_key.key
  release    = {}
  role       = var.role
  tags       = { system = "library" }
  alarms     = { overrides = { aborted = {}, failed = { threshold = 1 }, throttled = { enabled = false } } }

  substitutions = {
    child = module.workflow_child.workflow.arn
    pack  = module.workflow_pack.function.alias_arn
    queue = module.workflow_queue.queue.url
    table = module.workflow_table.table.name
    topic = module.workflow_topic.topic.arn
  }

  grants = {
    pack   = module.workflow_pack.grants.invoke
    record = module.workflow_table.grants.write
    send   = module.workflow_queue.grants.send
    tell   = module.workflow_topic.grants.publish
    wait   = module.workflow_child.grants.run
  }
}

locals {
  # The plan policy asks each task for what every task needs.
  workflow_task = {
    Type           = "Task"
    TimeoutSeconds = 30
    Retry          = [{ ErrorEquals = ["States.ALL"], IntervalSeconds = 1, MaxAttempts = 1 }]
    ResultPath     = "$.answer"
  }

  workflow_definition = {
    StartAt = "Prepare"
    States = {
      Prepare = { Type = "Pass", Parameters = { "order.$" = "$.order", currency = "EUR" }, Next = "Wanted" }
      Wanted = {
        Type    = "Choice"
        Choices = [{ Variable = "$.order.items[0]", IsPresent = true, Next = "A moment" }]
        Default = "Nothing"
      }
      Nothing    = { Type = "Fail", Error = "NothingOrdered", Cause = "The order holds no items" }
      "A moment" = { Type = "Wait", Seconds = 1, Next = "Its time" }
      "Its time" = { Type = "Wait", TimestampPath = "$.order.not_before", Next = "Every item" }
      "Every item" = {
        Type         = "Map"
        ItemsPath    = "$.order.items"
        ItemSelector = { "order.$" = "$.order.id", "item.$" = "$$.Map.Item.Value" }
        ItemProcessor = {
          ProcessorConfig = { Mode = "INLINE" }
          StartAt         = "Record"
          States = {
            Record = merge(local.workflow_task, {
              Resource   = "arn:aws:states:::dynamodb:putItem"
              Parameters = { TableName = "$${table}", Item = { id = { "S.$" = "States.Format('{}-{}', $.order, $.item)" } } }
              End        = true
            })
          }
        }
        ResultPath = "$.recorded"
        Catch      = [{ ErrorEquals = ["States.ALL"], Next = "Nothing" }]
        Next       = "All at once"
      }
      "All at once" = {
        Type = "Parallel"
        Branches = [
          {
            StartAt = "Pack"
            States = {
              Pack = merge(local.workflow_task, {
                Resource       = "arn:aws:states:::lambda:invoke"
                Parameters     = { FunctionName = "$${pack}", Payload = { "packed.$" = "$.order.id" } }
                ResultSelector = { "packed.$" = "$.Payload.packed" }
                OutputPath     = "$.answer"
                End            = true
              })
            }
          },
          {
            StartAt = "Send"
            States = {
              Send = merge(local.workflow_task, {
                Resource   = "arn:aws:states:::sqs:sendMessage"
                Parameters = { QueueUrl = "$${queue}", MessageBody = { "sent.$" = "$.order.id" } }
                End        = true
              })
            }
          },
          {
            StartAt = "Tell"
            States = {
              Tell = merge(local.workflow_task, {
                Resource   = "arn:aws:states:::sns:publish"
                Parameters = { TopicArn = "$${topic}", Message = { "told.$" = "$.order.id" } }
                End        = true
              })
            }
          },
        ]
        ResultPath = "$.done"
        Catch      = [{ ErrorEquals = ["States.ALL"], Next = "Nothing" }]
        Next       = "Ship"
      }
      Ship = merge(local.workflow_task, {
        Resource       = "arn:aws:states:::states:startExecution.sync:2"
        Parameters     = { StateMachineArn = "$${child}", Input = { "parcel.$" = "$.done[0].packed" } }
        ResultSelector = { "shipped.$" = "$.Output" }
        Catch          = [{ ErrorEquals = ["States.ALL"], Next = "Nothing" }]
        Next           = "Shipped"
      })
      Shipped = { Type = "Succeed", OutputPath = "$.answer" }
    }
  }
}

module "workflow_child" {
  source     = "../../modules/workflow"
  name       = "${var.prefix}-workflow-child"
  definition = jsonencode({ StartAt = "Label", States = { Label = { Type = "Pass", Parameters = { "label.$" = "States.Format('to {}', $.parcel)" }, End = true } } })
  names      = { log_group = "/aws/vendedlogs/states/library-child", role = "${var.prefix}-workflow-of-parcels" }
  role       = var.role
}

module "workflow_express" {
  source       = "../../modules/workflow"
  name         = "${var.prefix}-workflow-express"
  type         = "EXPRESS"
  definition   = jsonencode({ StartAt = "Price", States = { Price = { Type = "Pass", Parameters = { "pence.$" = "States.MathAdd($.pence, 50)" }, End = true } } })
  log_payloads = true
  role         = var.role
}

module "workflow_start" {
  source = "../../modules/function"
  name   = "${var.prefix}-workflow-start"
  code   = var.handlers["library/start"]
  grants = { start = module.workflow.grants.start }
  role   = var.role
}

module "workflow_pack" {
  source = "../../modules/function"
  name   = "${var.prefix}-workflow-pack"
  code   = var.handlers["library/echo"]
  role   = var.role
}

module "workflow_key" {
  source   = "../../modules/key"
  name     = "${var.prefix}-workflow"
  protect  = var.protect
  services = ["delivery.logs.amazonaws.com", "logs.${data.aws_region.current.id}.amazonaws.com", "states.amazonaws.com"]
}

module "workflow_table" {
  source  = "../../modules/table"
  name    = "${var.prefix}-workflow-items"
  keys    = { partition = { name = "id", type = "S" } }
  protect = var.protect
}

module "workflow_queue" {
  source  = "../../modules/queue"
  name    = "${var.prefix}-workflow-jobs"
  senders = { topic = module.workflow_topic.sender }
}

module "workflow_topic" {
  source        = "../../modules/topic"
  name          = "${var.prefix}-workflow-news"
  subscriptions = { queue = { queue = module.workflow_queue.queue, raw = true } }
}

output "workflow" {
  value = {
    workflow = module.workflow.workflow
    version  = module.workflow.version
    express  = module.workflow_express.workflow
    child    = module.workflow_child.workflow
    start    = module.workflow_start.function
    table    = module.workflow_table.table.name
    queue    = module.workflow_queue.queue.url
  }
}
