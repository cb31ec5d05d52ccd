locals {
  # What the policies and alarms look at.
  _metrics = {
    visible = {
      namespace  = "AWS/SQS"
      name       = "ApproximateNumberOfMessagesVisible"
      dimensions = { QueueName = var.queue.name }
      statistic  = "Maximum"
    }
    instances = {
      namespace  = "AWS/AutoScaling"
      name       = "GroupInServiceInstances"
      dimensions = { AutoScalingGroupName = var.name }
      statistic  = "Average"
    }
  }

  # Both metrics come a minute or two late: the newest minute repeats the one before it, for a 0 there would keep every alarm from
  # going off. Where nothing came at all it is 0, for a quiet queue sends no data, and is empty then.
  _waiting = "FILL(FILL(visible, REPEAT), 0)"
  _working = "FILL(FILL(instances, REPEAT), 0)"

  # With no instance the whole queue is one instance's backlog.
  backlog = "${local._waiting} / IF(${local._working} > 1, ${local._working}, 1)"
  # Messages wait, and nobody is there to take them.
  stalled = "IF(${local._waiting} > 0 AND ${local._working} < 1, 1, 0)"
}

# As many instances as keep each one's share of the queue at the target.
resource "aws_autoscaling_policy" "backlog" {
  name                   = "backlog"
  autoscaling_group_name = aws_autoscaling_group.this.name
  policy_type            = "TargetTrackingScaling"

  target_tracking_configuration {
    target_value = var.backlog_per_instance

    customized_metric_specification {
      metrics {
        id          = "backlog"
        expression  = local.backlog
        label       = "messages for each instance"
        return_data = true
      }

      dynamic "metrics" {
        for_each = local._metrics

        content {
          id          = metrics.key
          return_data = false

          metric_stat {
            stat = metrics.value.statistic

            metric {
              namespace   = metrics.value.namespace
              metric_name = metrics.value.name

              dynamic "dimensions" {
                for_each = metrics.value.dimensions

                content {
                  name  = dimensions.key
                  value = dimensions.value
                }
              }
            }
          }
        }
      }
    }
  }
}

# Target tracking multiplies what is there, and nothing times anything stays nothing: the first instance comes by this.
resource "aws_autoscaling_policy" "wake" {
  count = var.size.minimum == 0 ? 1 : 0

  name                    = "wake"
  autoscaling_group_name  = aws_autoscaling_group.this.name
  adjustment_type         = "ChangeInCapacity"
  metric_aggregation_type = "Maximum"
  policy_type             = "StepScaling"

  step_adjustment {
    metric_interval_lower_bound = 0
    scaling_adjustment          = 1
  }
}

resource "aws_cloudwatch_metric_alarm" "wake" {
  count = var.size.minimum == 0 ? 1 : 0

  alarm_name          = "${local.alarm_prefix}-wake"
  alarm_description   = "Messages wait in ${var.queue.name} and ${var.name} has no instance: starts one"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 1
  datapoints_to_alarm = 1
  treat_missing_data  = "notBreaching"
  actions_enabled     = true
  alarm_actions       = [aws_autoscaling_policy.wake[0].arn]
  tags                = var.tags

  metric_query {
    id          = "stalled"
    expression  = local.stalled
    label       = "messages and no instance"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = local._metrics

    content {
      id          = metric_query.key
      return_data = false

      metric {
        namespace   = metric_query.value.namespace
        metric_name = metric_query.value.name
        dimensions  = metric_query.value.dimensions
        stat        = metric_query.value.statistic
        period      = 60
      }
    }
  }
}
