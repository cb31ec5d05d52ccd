output "alarms" {
  description = "ARNs of the alarms, by label."
  value       = { for label, alarm in aws_cloudwatch_metric_alarm.this : label => alarm.arn }
}

output "endpoints" {
  description = "Endpoints by service: id, and the security group of those that have one."
  value = merge(
    { for name, endpoint in aws_vpc_endpoint.gateway : name => { id = endpoint.id, security_group_id = null } },
    { for name, endpoint in aws_vpc_endpoint.interface : name => { id = endpoint.id, security_group_id = aws_security_group.endpoints[0].id } },
  )
}

output "log_group" {
  description = "Name and ARN of the log group of the flow logs; null without them."
  value       = var.flow_logs == null ? null : { name = local.log_group, arn = local.log_group_arn }
  depends_on  = [aws_cloudwatch_log_group.flow]
}

output "nat" {
  description = "NAT gateways by zone: id, and the address the outside world sees."
  value       = { for zone, gateway in aws_nat_gateway.this : zone => { id = gateway.id, address = aws_eip.nat[zone].public_ip } }
}

output "tiers" {
  description = "Tiers by name, each as `network` of a function, a worker fleet or a load balancer; by zone: ids and CIDRs of its subnets, ids of their route tables."
  value = {
    for name, tier in var.tiers : name => {
      vpc_id             = aws_vpc.this.id
      subnet_ids         = toset([for key, subnet in local.subnets : aws_subnet.this[key].id if subnet.tier == name])
      security_group_ids = toset([aws_security_group.egress.id])
      ipv6               = tier.ipv6 != null
      zones              = { for key, subnet in local.subnets : subnet.zone => aws_subnet.this[key].id if subnet.tier == name }
      cidrs              = { for subnet in values(local.subnets) : subnet.zone => subnet.cidr if subnet.tier == name }
      route_table_ids    = { for key, subnet in local.subnets : subnet.zone => aws_route_table.this[key].id if subnet.tier == name }
      egress = (
        tier.kind == "public" ? "internet" : tier.kind == "private" && var.nat != "none" ? "nat" :
        length(var.endpoints.gateway) + length(var.endpoints.interface) > 0 ? "endpoints" : "none"
      )
    }
  }

  # Who runs in a subnet finds its ways out open.
  depends_on = [
    aws_route.internet, aws_route.internet_ipv6, aws_route_table_association.this, aws_vpc_endpoint.gateway, aws_vpc_endpoint.interface,
    aws_vpc_security_group_egress_rule.egress, aws_vpc_security_group_ingress_rule.endpoints,
  ]
}

output "vpc" {
  description = "Id, ARN and CIDR of the VPC."
  value       = { id = aws_vpc.this.id, arn = aws_vpc.this.arn, cidr = var.cidr }
}
