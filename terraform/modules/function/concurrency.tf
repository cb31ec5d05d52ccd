# Environments kept warm: a fixed number, or one that Application Auto Scaling moves by the clock, by use, or by both.
locals {
  _provisioned = var.provisioned_concurrency

  has_schedules = length(try(local._provisioned.schedules, {})) > 0
  has_tracking  = try(local._provisioned.target_utilization, null) != null

  _scaled_resource = "function:${var.name}:${local.alias}"

  # Every number of warm environments that is ever asked for; none may be more than what is reserved.
  provisioned_numbers = local._provisioned == null ? [] : concat(
    [local._provisioned.executions],
    local._provisioned.maximum_executions[*],
    flatten([for schedule in values(local._provisioned.schedules) : [[schedule.executions], schedule.maximum_executions[*]]]),
  )
}

resource "aws_lambda_provisioned_concurrency_config" "live" {
  count = local._provisioned != null && !local.has_schedules && !local.has_tracking ? 1 : 0

  function_name                     = aws_lambda_function.this.function_name
  qualifier                         = aws_lambda_alias.live.name
  provisioned_concurrent_executions = var.provisioned_concurrency.executions
}

resource "aws_appautoscaling_target" "tracked" {
  count = local.has_tracking && !local.has_schedules ? 1 : 0

  service_namespace  = "lambda"
  resource_id        = local._scaled_resource
  scalable_dimension = "lambda:function:ProvisionedConcurrency"
  min_capacity       = var.provisioned_concurrency.executions
  max_capacity       = var.provisioned_concurrency.maximum_executions
  tags               = var.tags

  depends_on = [aws_lambda_alias.live]
}

# Apart from the other because each schedule moves these limits, and the next plan must not move them back.
resource "aws_appautoscaling_target" "scheduled" {
  count = local.has_schedules ? 1 : 0

  service_namespace  = "lambda"
  resource_id        = local._scaled_resource
  scalable_dimension = "lambda:function:ProvisionedConcurrency"
  min_capacity       = var.provisioned_concurrency.executions
  max_capacity       = coalesce(var.provisioned_concurrency.maximum_executions, var.provisioned_concurrency.executions)
  tags               = var.tags

  depends_on = [aws_lambda_alias.live]

  lifecycle {
    ignore_changes = [max_capacity, min_capacity]
  }
}

resource "aws_appautoscaling_scheduled_action" "this" {
  for_each = try(local._provisioned.schedules, {})

  name               = "${var.name}-${each.key}"
  service_namespace  = "lambda"
  resource_id        = one(aws_appautoscaling_target.scheduled[*].resource_id)
  scalable_dimension = "lambda:function:ProvisionedConcurrency"
  schedule           = each.value.expression
  timezone           = each.value.time_zone

  scalable_target_action {
    min_capacity = each.value.executions
    max_capacity = coalesce(each.value.maximum_executions, each.value.executions)
  }
}

resource "aws_appautoscaling_policy" "utilization" {
  count = local.has_tracking ? 1 : 0

  name               = "${var.name}-utilization"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = "lambda"
  resource_id        = one(concat(aws_appautoscaling_target.scheduled[*].resource_id, aws_appautoscaling_target.tracked[*].resource_id))
  scalable_dimension = "lambda:function:ProvisionedConcurrency"

  target_tracking_scaling_policy_configuration {
    target_value = var.provisioned_concurrency.target_utilization

    predefined_metric_specification {
      predefined_metric_type = "LambdaProvisionedConcurrencyUtilization"
    }
  }
}
