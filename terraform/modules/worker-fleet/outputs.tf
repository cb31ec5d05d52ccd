output "alarms" {
  description = "ARNs of the alarms, by label; the one that starts the first instance is not among them, for it is no fault."
  value       = { for label, alarm in aws_cloudwatch_metric_alarm.this : label => alarm.arn }
}

output "grants" {
  description = "Ready grants: refresh, to replace the instances, say when there is a new image."
  value = {
    refresh = {
      actions    = toset(["autoscaling:StartInstanceRefresh"])
      resources  = toset([local.group_arn])
      conditions = {}
    }
  }
}

output "group" {
  description = "Name of the Auto Scaling group and a pattern of its ARN (which holds an id), both known at the first plan, and the name of its drain hook."
  value = {
    name = var.name
    arn  = local.group_arn
    hook = "drain"
  }

  depends_on = [aws_autoscaling_group.this]
}

output "heartbeat" {
  description = "Namespace, name and dimension of the metric by which workers say that they are alive."
  value = {
    namespace  = local.heartbeat.namespace
    metric     = local.heartbeat.metric
    dimensions = { AutoScalingGroupName = var.name }
  }
}

output "launch_template" {
  description = "Id and latest version of the launch template."
  value = {
    id      = aws_launch_template.this.id
    version = aws_launch_template.this.latest_version
  }
}

output "log_group" {
  description = "Name and ARN of the log group the workers may write to."
  value = {
    name = local.log_group
    arn  = local.log_group_arn
  }

  depends_on = [aws_cloudwatch_log_group.this]
}

output "role" {
  description = "Name and ARN of the instances' role."
  value = {
    name = aws_iam_role.this.name
    arn  = "arn:${local._partition}:iam::${local._account}:role${var.role.path}${var.name}"
  }
}
