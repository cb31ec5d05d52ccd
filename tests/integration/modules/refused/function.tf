# refused: module.function_refused.aws_appautoscaling_target.scheduled[0] | Application Auto Scaling: RegisterScalableTarget, https response error StatusCode: 400
# refused: module.function_refused.aws_lambda_event_source_mapping.this["clicks"] | InvalidParameterValueException: Invalid event source ARN
# refused: module.function_refused.aws_lambda_runtime_management_config.live[0] | PutRuntimeManagementConfig, https response error StatusCode: 404
module "function_refused" {
  source = "../../modules/function"
  name   = "${var.prefix}-function-refused"
  code   = merge(var.handlers["library/echo"], { runtime_updates = "FunctionUpdate" })
  role   = var.role

  provisioned_concurrency = {
    executions = 1
    schedules  = { morning = { expression = "cron(0 8 ? * MON-FRI *)", executions = 2, time_zone = "Europe/Berlin" } }
  }

  sources = {
    clicks = {
      stream   = { arn = "arn:aws:kinesis:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:stream/clicks" }
      consumer = { arn = "arn:aws:kinesis:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:stream/clicks/consumer/count:1" }
    }
  }
}
