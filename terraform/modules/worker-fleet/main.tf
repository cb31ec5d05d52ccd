data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  _account   = data.aws_caller_identity.current.account_id
  _partition = data.aws_partition.current.partition
  _region    = data.aws_region.current.id

  # An Auto Scaling group's ARN holds an id nobody knows before; its name, unique in the region, is known.
  group_arn     = "arn:${local._partition}:autoscaling:${local._region}:${local._account}:autoScalingGroup:*:autoScalingGroupName/${var.name}"
  log_group     = "/workers/${var.name}"
  log_group_arn = "arn:${local._partition}:logs:${local._region}:${local._account}:log-group:${local.log_group}"

  # Given an id, the image stays what it is; a parameter is read whenever an instance starts.
  image = var.image.id == null ? "resolve:ssm:${var.image.parameter}" : var.image.id
  spot  = var.instances.spot == null ? { base = 0, percentage = 0 } : var.instances.spot
  tags  = merge({ Name = var.name }, var.tags)
}

resource "aws_launch_template" "this" {
  name                                 = var.name
  ebs_optimized                        = true
  image_id                             = local.image
  instance_initiated_shutdown_behavior = "terminate"
  update_default_version               = true
  user_data                            = var.image.user_data == null ? null : base64encode(var.image.user_data)
  tags                                 = var.tags

  block_device_mappings {
    device_name = var.image.root_device

    ebs {
      delete_on_termination = true
      encrypted             = true
      kms_key_id            = try(var.key.arn, null)
      volume_size           = var.image.volume_gb
      volume_type           = "gp3"
    }
  }

  iam_instance_profile {
    name = aws_iam_instance_profile.this.name
  }

  # The hop limit keeps containers, which are one hop further, from the instance's own credentials.
  metadata_options {
    http_endpoint               = "enabled"
    http_put_response_hop_limit = 1
    http_tokens                 = "required"
    instance_metadata_tags      = "disabled"
  }

  monitoring {
    enabled = var.instances.detailed_monitoring
  }

  network_interfaces {
    associate_public_ip_address = false
    delete_on_termination       = true
    device_index                = 0
    ipv6_address_count          = var.network.ipv6 ? 1 : null
    security_groups             = var.network.security_group_ids
  }

  dynamic "tag_specifications" {
    for_each = toset(["instance", "network-interface", "volume"])

    content {
      resource_type = tag_specifications.value
      tags          = local.tags
    }
  }
}

resource "aws_autoscaling_group" "this" {
  name                = var.name
  min_size            = var.size.minimum
  max_size            = var.size.maximum
  vpc_zone_identifier = var.network.subnet_ids
  target_group_arns   = [for group in values(var.target_groups) : group.arn]

  capacity_rebalance        = local.spot.percentage > 0
  default_instance_warmup   = var.life.warm_up_seconds
  health_check_grace_period = var.life.grace_seconds
  health_check_type         = length(var.target_groups) == 0 ? "EC2" : "ELB"
  max_instance_lifetime     = var.life.maximum_days == null ? 0 : 86400 * var.life.maximum_days
  termination_policies      = ["OldestLaunchTemplate", "Default"]

  # Without it the metrics the policies and alarms below look at are not there.
  enabled_metrics     = ["GroupDesiredCapacity", "GroupInServiceInstances", "GroupMaxSize", "GroupTerminatingInstances"]
  metrics_granularity = "1Minute"

  mixed_instances_policy {
    instances_distribution {
      on_demand_allocation_strategy            = "prioritized"
      on_demand_base_capacity                  = local.spot.base
      on_demand_percentage_above_base_capacity = 100 - local.spot.percentage
      spot_allocation_strategy                 = "price-capacity-optimized"
    }

    launch_template {
      launch_template_specification {
        launch_template_id = aws_launch_template.this.id
        version            = aws_launch_template.this.latest_version
      }

      dynamic "override" {
        for_each = var.instances.types

        content {
          instance_type = override.value
        }
      }
    }
  }

  instance_maintenance_policy {
    min_healthy_percentage = var.life.minimum_healthy_percentage
    max_healthy_percentage = max(100, var.life.minimum_healthy_percentage + 20)
  }

  # A new version of the launch template replaces the instances that have another one, and waits for what they work on.
  instance_refresh {
    strategy = "Rolling"

    preferences {
      # EC2 can't go back to an image it read from a parameter.
      auto_rollback                = var.image.id != null
      instance_warmup              = var.life.warm_up_seconds
      max_healthy_percentage       = max(100, var.life.minimum_healthy_percentage + 20)
      min_healthy_percentage       = var.life.minimum_healthy_percentage
      scale_in_protected_instances = "Wait"
      skip_matching                = true
      standby_instances            = "Wait"
    }
  }

  dynamic "tag" {
    for_each = local.tags

    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = true
    }
  }

  # A destroy does not drain: the hook, which depends on the group, goes first. But target groups may hold an instance back.
  timeouts {
    delete = "${ceil(var.life.drain_seconds / 60) + 15}m"
  }

  # Grants are not waited for: they may name what waits for this group.
  depends_on = [aws_iam_role_policy.service, aws_kms_grant.volumes]
}

# An instance that is to go is told so, and has until the time-out to end its work and say that it is done.
resource "aws_autoscaling_lifecycle_hook" "drain" {
  name                   = "drain"
  autoscaling_group_name = aws_autoscaling_group.this.name
  default_result         = "CONTINUE"
  heartbeat_timeout      = var.life.drain_seconds
  lifecycle_transition   = "autoscaling:EC2_INSTANCE_TERMINATING"
}

# Auto Scaling makes the volumes itself, by its own role, which the key's policy need not name then.
resource "aws_kms_grant" "volumes" {
  count = var.key == null ? 0 : 1

  name              = "${var.name}-volumes"
  key_id            = var.key.arn
  grantee_principal = "arn:${local._partition}:iam::${local._account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
  operations        = ["CreateGrant", "Decrypt", "DescribeKey", "Encrypt", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom", "ReEncryptTo"]
}

resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_158:CloudWatch Logs encrypts with its own key; a customer key is used when `key` is given
  #checkov:skip=CKV_AWS_338:how long logs are kept is the caller's to say (log_retention_days)
  name              = local.log_group
  kms_key_id        = try(var.key.arn, null)
  retention_in_days = var.log_retention_days
  skip_destroy      = false
  tags              = var.tags
}
