# Where else events go. SES needs no role for the default bus, and one of its own for a delivery stream.

locals {
  _streams = { for label, destination in var.destinations : label => destination.delivery_stream if destination.delivery_stream != null }
}

resource "aws_sesv2_configuration_set_event_destination" "this" {
  for_each = var.destinations

  configuration_set_name = aws_sesv2_configuration_set.this.configuration_set_name
  event_destination_name = each.key

  event_destination {
    enabled              = true
    matching_event_types = each.value.events

    dynamic "event_bridge_destination" {
      for_each = each.value.bus[*]

      content {
        event_bus_arn = event_bridge_destination.value.arn
      }
    }

    dynamic "kinesis_firehose_destination" {
      for_each = each.value.delivery_stream[*]

      content {
        delivery_stream_arn = kinesis_firehose_destination.value.arn
        iam_role_arn        = aws_iam_role.destinations[0].arn
      }
    }
  }

  depends_on = [aws_iam_role_policy.destinations]
}

resource "aws_iam_role" "destinations" {
  count = length(local._streams) == 0 ? 0 : 1

  name                 = "${var.name}-mail-events"
  description          = "Lets SES write what becomes of the mails of ${var.name} to delivery streams"
  path                 = var.role.path
  permissions_boundary = var.role.permissions_boundary
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ses.amazonaws.com" }
      Condition = {
        StringEquals = { "aws:SourceAccount" = local._account, "aws:SourceArn" = local.configuration_set_arn }
      }
    }]
  })
}

resource "aws_iam_role_policy" "destinations" {
  count = length(local._streams) == 0 ? 0 : 1

  name = "destinations"
  role = aws_iam_role.destinations[0].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "DeliveryStreams"
      Effect   = "Allow"
      Action   = ["firehose:PutRecordBatch"]
      Resource = sort([for stream in values(local._streams) : stream.arn])
    }]
  })
}
