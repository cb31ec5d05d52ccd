# The real provider without a network: names, policies and limits are known at the plan.
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

override_data {
  target = data.aws_caller_identity.current
  values = { account_id = "111122223333" }
}

variables {
  name    = "demo-workers"
  network = { subnet_ids = ["subnet-1", "subnet-2"], security_group_ids = ["sg-1"] }
  queue   = { name = "demo-jobs", arn = "arn:aws:sqs:eu-west-1:111122223333:demo-jobs" }
  size    = { maximum = 4 }
}

run "safe_by_default" {
  command = plan

  assert {
    condition     = aws_launch_template.this.metadata_options[0].http_tokens == "required" && aws_launch_template.this.metadata_options[0].http_put_response_hop_limit == 1
    error_message = "Credentials may be taken by version 1 of the metadata service, or by a container."
  }

  assert {
    condition     = aws_launch_template.this.block_device_mappings[0].ebs[0].encrypted == "true" && aws_launch_template.this.block_device_mappings[0].ebs[0].volume_type == "gp3"
    error_message = "The root volume is not encrypted."
  }

  assert {
    condition     = aws_launch_template.this.network_interfaces[0].associate_public_ip_address == "false" && aws_launch_template.this.key_name == null
    error_message = "An instance has a public address or an SSH key."
  }

  assert {
    condition     = aws_launch_template.this.image_id == "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64" && !aws_launch_template.this.monitoring[0].enabled
    error_message = "The image is another, or monitoring is paid for that nobody asked for."
  }

  assert {
    condition     = aws_autoscaling_group.this.min_size == 0 && aws_autoscaling_group.this.max_size == 4 && aws_autoscaling_group.this.health_check_type == "EC2"
    error_message = "The size is not the one given."
  }

  assert {
    condition     = contains(aws_autoscaling_group.this.enabled_metrics, "GroupInServiceInstances") && aws_autoscaling_group.this.metrics_granularity == "1Minute"
    error_message = "The group does not count its instances, by which it scales."
  }

  assert {
    condition = alltrue([
      aws_autoscaling_group.this.instance_refresh[0].strategy == "Rolling",
      aws_autoscaling_group.this.instance_refresh[0].preferences[0].skip_matching,
      aws_autoscaling_group.this.instance_refresh[0].preferences[0].min_healthy_percentage == 90,
      aws_autoscaling_group.this.instance_refresh[0].preferences[0].scale_in_protected_instances == "Wait",
      !aws_autoscaling_group.this.instance_refresh[0].preferences[0].auto_rollback,
    ])
    error_message = "A new version is rolled out otherwise, or asks for a roll-back EC2 refuses for a parameter's image."
  }

  assert {
    condition     = aws_autoscaling_group.this.instance_maintenance_policy[0].min_healthy_percentage == 90 && aws_autoscaling_group.this.instance_maintenance_policy[0].max_healthy_percentage == 110
    error_message = "Maintenance takes more of the fleet."
  }

  assert {
    condition = alltrue([
      aws_autoscaling_lifecycle_hook.drain.lifecycle_transition == "autoscaling:EC2_INSTANCE_TERMINATING",
      aws_autoscaling_lifecycle_hook.drain.heartbeat_timeout == 300,
      aws_autoscaling_lifecycle_hook.drain.default_result == "CONTINUE",
      aws_autoscaling_group.this.timeouts.delete == "20m",
    ])
    error_message = "Instances are not drained."
  }

  assert {
    condition     = aws_autoscaling_policy.backlog.target_tracking_configuration[0].target_value == 10
    error_message = "The target is another."
  }

  assert {
    condition = {
      for query in aws_autoscaling_policy.backlog.target_tracking_configuration[0].customized_metric_specification[0].metrics :
      query.id => query.return_data ? query.expression : "${query.metric_stat[0].metric[0].namespace} ${query.metric_stat[0].metric[0].metric_name} ${query.metric_stat[0].stat}"
      } == {
      backlog   = "FILL(FILL(visible, REPEAT), 0) / IF(FILL(FILL(instances, REPEAT), 0) > 1, FILL(FILL(instances, REPEAT), 0), 1)"
      instances = "AWS/AutoScaling GroupInServiceInstances Average"
      visible   = "AWS/SQS ApproximateNumberOfMessagesVisible Maximum"
    }
    error_message = "The backlog of an instance is computed otherwise."
  }

  assert {
    condition     = aws_autoscaling_policy.wake[0].policy_type == "StepScaling" && one([for query in aws_cloudwatch_metric_alarm.wake[0].metric_query : query.expression if query.return_data]) == "IF(FILL(FILL(visible, REPEAT), 0) > 0 AND FILL(FILL(instances, REPEAT), 0) < 1, 1, 0)"
    error_message = "Nothing starts the first instance."
  }

  # AWS: "FILL(m, 0)" of a metric that comes late makes the newest point 0 always, and keeps an alarm from going off.
  assert {
    condition = { for label, alarm in aws_cloudwatch_metric_alarm.this : label => one([for query in alarm.metric_query : query.expression if query.return_data]) } == {
      age     = "FILL(age, REPEAT)"
      maximum = "FILL(desired, REPEAT)"
      stalled = "IF(FILL(FILL(visible, REPEAT), 0) > 0 AND FILL(FILL(instances, REPEAT), 0) < 1, 1, 0)"
    }
    error_message = "A metric that comes late keeps an alarm from going off."
  }

  assert {
    condition     = keys(aws_cloudwatch_metric_alarm.this) == ["age", "maximum", "stalled"] && aws_cloudwatch_metric_alarm.this["maximum"].threshold == 4
    error_message = "A fleet that is late, full or missing raises no alarm."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.service.policy) == {
      Version = "2012-10-17"
      Statement = [
        {
          Sid      = "Queue"
          Effect   = "Allow"
          Action   = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage"]
          Resource = ["arn:aws:sqs:eu-west-1:111122223333:demo-jobs"]
        },
        {
          Sid    = "OwnGroup"
          Effect = "Allow"
          Action = [
            "autoscaling:CompleteLifecycleAction", "autoscaling:RecordLifecycleActionHeartbeat", "autoscaling:SetInstanceHealth",
            "autoscaling:SetInstanceProtection",
          ]
          Resource = ["arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:*:autoScalingGroupName/demo-workers"]
        },
        {
          Sid      = "Logs"
          Effect   = "Allow"
          Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
          Resource = ["arn:aws:logs:eu-west-1:111122223333:log-group:/workers/demo-workers:*"]
        },
        {
          Sid       = "Heartbeat"
          Effect    = "Allow"
          Action    = ["cloudwatch:PutMetricData"]
          Resource  = ["*"]
          Condition = { StringEquals = { "cloudwatch:namespace" = ["eventyard"] } }
        },
        {
          Sid    = "SessionManager"
          Effect = "Allow"
          Action = [
            "ssm:UpdateInstanceInformation", "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
          ]
          Resource  = ["*"]
          Condition = { StringEquals = { "aws:RequestedRegion" = ["eu-west-1"] } }
        },
      ]
    }
    error_message = "Workers may do more or less than their work."
  }

  assert {
    condition = jsondecode(aws_iam_role.this.assume_role_policy) == {
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
    }
    error_message = "Somebody else may take the role."
  }

  assert {
    condition     = length(aws_iam_role_policy.grants) == 0 && length(aws_kms_grant.volumes) == 0
    error_message = "Rights are given that nobody asked for."
  }

  assert {
    condition     = output.grants.refresh.resources == toset(["arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:*:autoScalingGroupName/demo-workers"])
    error_message = "The grant to refresh is of another group."
  }
}

run "everything" {
  command = plan

  variables {
    backlog_per_instance = 2.5
    image                = { id = "ami-0123456789abcdef0", user_data = "#!/bin/sh\n", volume_gb = 100 }
    instances            = { types = ["c7i.large", "c6a.large"], spot = { base = 1, percentage = 80 }, detailed_monitoring = true }
    key                  = { arn = "arn:aws:kms:eu-west-1:111122223333:key/fleet" }
    life                 = { drain_seconds = 7200, heartbeat = true, maximum_days = 30, minimum_healthy_percentage = 50 }
    network              = { subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"], ipv6 = true, egress = "internet" }
    role                 = { path = "/eventyard/", permissions_boundary = "arn:aws:iam::111122223333:policy/boundary" }
    size                 = { minimum = 1, maximum = 3 }
    tags                 = { system = "demo" }
    target_groups        = { api = { arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/api/1" } }

    queue = {
      name = "demo-jobs"
      arn  = "arn:aws:sqs:eu-west-1:111122223333:demo-jobs"
      key  = { arn = "arn:aws:kms:eu-west-1:111122223333:key/queue" }
    }

    grants = {
      videos = { actions = ["s3:PutObject"], resources = ["arn:aws:s3:::videos/*"] }
    }

    alarms = {
      actions   = ["arn:aws:sns:eu-west-1:111122223333:ops"]
      overrides = { age = { threshold = 60 }, maximum = { enabled = false } }
    }
  }

  assert {
    condition     = aws_launch_template.this.image_id == "ami-0123456789abcdef0" && aws_autoscaling_group.this.instance_refresh[0].preferences[0].auto_rollback
    error_message = "With an image of its own a failed refresh does not go back."
  }

  assert {
    condition     = base64decode(aws_launch_template.this.user_data) == "#!/bin/sh\n" && aws_launch_template.this.network_interfaces[0].ipv6_address_count == 1
    error_message = "User data or IPv6 is lost."
  }

  assert {
    condition = alltrue([
      aws_autoscaling_group.this.mixed_instances_policy[0].instances_distribution[0].on_demand_base_capacity == 1,
      aws_autoscaling_group.this.mixed_instances_policy[0].instances_distribution[0].on_demand_percentage_above_base_capacity == 20,
      aws_autoscaling_group.this.mixed_instances_policy[0].instances_distribution[0].spot_allocation_strategy == "price-capacity-optimized",
      aws_autoscaling_group.this.mixed_instances_policy[0].launch_template[0].override[*].instance_type == tolist(["c7i.large", "c6a.large"]),
      aws_autoscaling_group.this.capacity_rebalance,
    ])
    error_message = "The spot mix is another."
  }

  assert {
    condition     = aws_autoscaling_group.this.max_instance_lifetime == 2592000 && aws_autoscaling_group.this.timeouts.delete == "135m"
    error_message = "Instances live longer, or a destroy is given up early."
  }

  assert {
    condition     = aws_autoscaling_group.this.health_check_type == "ELB" && length(aws_autoscaling_group.this.target_group_arns) == 1
    error_message = "The load balancer's health checks do not count."
  }

  assert {
    condition     = { for tag in aws_autoscaling_group.this.tag : tag.key => "${tag.value} ${tag.propagate_at_launch}" } == { Name = "demo-workers true", system = "demo true" }
    error_message = "Tags do not reach the instances."
  }

  assert {
    condition     = { for specification in aws_launch_template.this.tag_specifications : specification.resource_type => specification.tags["system"] } == { instance = "demo", network-interface = "demo", volume = "demo" }
    error_message = "Tags do not reach volumes and network interfaces."
  }

  assert {
    condition     = length(aws_autoscaling_policy.wake) == 0 && length(aws_cloudwatch_metric_alarm.wake) == 0
    error_message = "With a minimum of 1 nothing needs to be woken."
  }

  assert {
    condition     = keys(aws_cloudwatch_metric_alarm.this) == ["age", "heartbeat", "stalled"] && aws_cloudwatch_metric_alarm.this["age"].threshold == 60
    error_message = "Alarms are not those of a heartbeat and the overrides."
  }

  assert {
    condition = one([for query in aws_cloudwatch_metric_alarm.this["heartbeat"].metric_query : query.expression if query.return_data]) == (
      "IF(FILL(FILL(instances, REPEAT), 0) > 0, FILL(beats, 0) / IF(FILL(FILL(instances, REPEAT), 0) > 0, FILL(FILL(instances, REPEAT), 0), 1), 1)"
    )
    error_message = "A worker that does not beat is not missed."
  }

  assert {
    condition = (
      aws_kms_grant.volumes[0].grantee_principal == "arn:aws:iam::111122223333:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
      && aws_kms_grant.volumes[0].operations == toset(["CreateGrant", "Decrypt", "DescribeKey", "Encrypt", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom", "ReEncryptTo"])
    )
    error_message = "Auto Scaling can't make volumes with the key, or may do more with it."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.grants[0].policy) == {
      Version = "2012-10-17"
      Statement = [
        {
          Sid       = "QueueKey"
          Effect    = "Allow"
          Action    = "kms:Decrypt"
          Resource  = "arn:aws:kms:eu-west-1:111122223333:key/queue"
          Condition = { StringEquals = { "kms:ViaService" = "sqs.eu-west-1.amazonaws.com" } }
        },
        {
          Sid      = "Videos"
          Effect   = "Allow"
          Action   = "s3:PutObject"
          Resource = "arn:aws:s3:::videos/*"
        },
      ]
    }
    error_message = "What was handed on is not what the role may do."
  }

  assert {
    condition     = aws_iam_role.this.path == "/eventyard/" && aws_iam_instance_profile.this.path == "/eventyard/" && output.role.arn == "arn:aws:iam::111122223333:role/eventyard/demo-workers"
    error_message = "The role has another path."
  }
}

run "a_fleet_of_one_size_is_always_full" {
  command = plan

  variables {
    size   = { minimum = 2, maximum = 2 }
    alarms = { overrides = { maximum = { threshold = 2 } } }
  }

  assert {
    condition     = keys(aws_cloudwatch_metric_alarm.this) == ["age", "stalled"]
    error_message = "An alarm that can never be over is raised."
  }
}

run "an_image_named_by_a_parameter_without_a_folder" {
  command = plan

  variables {
    image = { parameter = "golden-workers:3" }
  }

  assert {
    condition     = aws_launch_template.this.image_id == "resolve:ssm:golden-workers:3"
    error_message = "A parameter's name is not taken as Systems Manager does."
  }
}

run "refuses_a_parameter_that_is_none" {
  command         = plan
  expect_failures = [var.image]

  variables {
    image = { parameter = "/images//workers" }
  }
}

run "refuses_limits" {
  command         = plan
  expect_failures = [var.backlog_per_instance, var.grants, var.image, var.life, var.log_retention_days, var.name, var.size]

  variables {
    backlog_per_instance = 0
    grants               = { all = { actions = ["*"], resources = ["*"] } }
    image                = { id = "ubuntu", volume_gb = 0 }
    life                 = { drain_seconds = 7201, maximum_days = 366, minimum_healthy_percentage = 101, warm_up_seconds = -1 }
    log_retention_days   = 8
    name                 = "demo workers"
    size                 = { minimum = 5, maximum = 4 }
  }
}

run "refuses_types_and_alarms_that_are_none" {
  command         = plan
  expect_failures = [var.alarms, var.instances]

  variables {
    alarms    = { overrides = { heartbeat = {} } }
    instances = { types = ["m7g"], spot = { percentage = 101 } }
  }
}

run "refuses_x86_types_for_an_arm_image" {
  command         = plan
  expect_failures = [var.instances]

  variables {
    instances = { types = ["m7g.large", "m7i.large"] }
  }
}

run "refuses_arm_types_for_an_x86_image" {
  command         = plan
  expect_failures = [var.instances]

  variables {
    image     = { parameter = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64" }
    instances = { types = ["c8gd.large"] }
  }
}

run "refuses_a_network_without_a_way_out" {
  command         = plan
  expect_failures = [var.network]

  variables {
    network = { subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"], egress = "none" }
  }
}

run "refuses_a_public_tier_without_ipv6" {
  command         = plan
  expect_failures = [var.network]

  variables {
    network = { subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"], egress = "internet" }
  }
}

run "refuses_no_network" {
  command         = plan
  expect_failures = [var.network]

  variables {
    network = { subnet_ids = [], security_group_ids = ["sg-1"] }
  }
}

run "refuses_user_data_that_is_too_long" {
  command         = plan
  expect_failures = [var.image]

  variables {
    image = { user_data = join("", [for number in range(1024) : "0123456789abcdef-"]) }
  }
}
