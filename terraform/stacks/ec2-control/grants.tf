# Every right to change an instance holds only while it carries the opt-in tag, and of its tags only the mark can be
# written. To find instances AWS has no resource level, so that one stands on * within this region.
locals {
  _instances = toset(["arn:${local._partition}:ec2:${local._region}:${local._account}:instance/*"])

  _scheduled = { StringEquals = { "aws:ResourceTag/${var.schedule_tag.key}" = [var.schedule_tag.value] } }
  _protected = { StringEquals = { "aws:ResourceTag/${var.protect_tag.key}" = [var.protect_tag.value] } }

  # "For all values" alone is also true of a request without any.
  _only_the_mark = {
    "ForAllValues:StringEquals" = { "aws:TagKeys" = [var.mark_tag_key] }
    Null                        = { "aws:TagKeys" = ["false"] }
  }

  grants = {
    find = {
      actions    = toset(["ec2:DescribeInstances"])
      resources  = toset(["*"])
      conditions = { StringEquals = { "aws:RequestedRegion" = [local._region] } }
    }
    mark_scheduled = {
      actions    = toset(["ec2:CreateTags", "ec2:DeleteTags"])
      resources  = local._instances
      conditions = merge(local._scheduled, local._only_the_mark)
    }
    start_protected = {
      actions    = toset(["ec2:StartInstances"])
      resources  = local._instances
      conditions = local._protected
    }
    start_scheduled = {
      actions    = toset(["ec2:StartInstances"])
      resources  = local._instances
      conditions = local._scheduled
    }
    stop_scheduled = {
      actions    = toset(["ec2:StopInstances"])
      resources  = local._instances
      conditions = local._scheduled
    }
    unmark_scheduled = {
      actions    = toset(["ec2:DeleteTags"])
      resources  = local._instances
      conditions = merge(local._scheduled, local._only_the_mark)
    }
  }

  volume_grants = {
    for label, key in var.volume_keys : "volume-${label}" => {
      actions   = toset(["kms:CreateGrant"])
      resources = toset([key.arn])
      conditions = {
        Bool         = { "kms:GrantIsForAWSResource" = ["true"] }
        StringEquals = { "kms:ViaService" = ["ec2.${local._region}.${data.aws_partition.current.dns_suffix}"] }
      }
    }
  }
}
