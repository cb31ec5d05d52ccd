output "alarms" {
  description = "ARNs of the alarms, by label."
  value       = { for label, alarm in aws_cloudwatch_metric_alarm.this : label => alarm.arn }
}

output "listener" {
  description = "ARN and port of the listener; an HTTP API's private integration takes the ARN."
  value       = { arn = aws_lb_listener.this.arn, port = local.port }
  depends_on  = [aws_lb_listener_rule.this]
}

output "load_balancer" {
  description = "ARN of the load balancer, its DNS name and zone for an alias record, and its security group, which targets let in."
  value = {
    arn               = aws_lb.this.arn
    dns_name          = aws_lb.this.dns_name
    zone_id           = aws_lb.this.zone_id
    security_group_id = aws_security_group.this.id
  }
}

output "sender" {
  description = "Who writes the access logs, for `senders` of the bucket; depends on the name only."
  value       = { service = "logdelivery.elasticloadbalancing.amazonaws.com", source_arn = "${local._elb}:loadbalancer/app/${var.name}/*" }
}

output "target_groups" {
  description = "Target groups by label: ARN, name, port, and the label by which scaling on requests knows them."
  value = {
    for label, target in local.targets : label => {
      arn            = aws_lb_target_group.this[label].arn
      name           = target.name
      port           = target.port
      resource_label = "${aws_lb.this.arn_suffix}/${aws_lb_target_group.this[label].arn_suffix}"
    }
  }

  # Only a group that a listener uses takes targets of a service.
  depends_on = [aws_lb_listener.this, aws_lb_listener_rule.this]
}
