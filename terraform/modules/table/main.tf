data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  _account   = data.aws_caller_identity.current.account_id
  _partition = data.aws_partition.current.partition
  _region    = data.aws_region.current.id

  arn = "arn:${local._partition}:dynamodb:${local._region}:${local._account}:table/${var.name}"

  # DynamoDB is told the type of every attribute that is a key somewhere, and of no other.
  _keys = concat(
    [for key in values(var.keys) : key if key != null],
    flatten([for index in values(var.indexes) : [for key in [index.partition, index.sort] : key if key != null]]),
  )
  _attributes = { for key in local._keys : key.name => key.type... }

  _index_arns     = [for name in sort(keys(var.indexes)) : "${local.arn}/index/${name}"]
  _local_indexes  = { for name, index in var.indexes : name => index if index.partition == null }
  _global_indexes = { for name, index in var.indexes : name => index if index.partition != null }
}

resource "aws_dynamodb_table" "this" {
  name                        = var.name
  billing_mode                = "PAY_PER_REQUEST"
  table_class                 = var.infrequent_access ? "STANDARD_INFREQUENT_ACCESS" : "STANDARD"
  deletion_protection_enabled = var.protect
  hash_key                    = var.keys.partition.name
  range_key                   = try(var.keys.sort.name, null)
  stream_enabled              = var.stream != null
  stream_view_type            = var.stream
  tags                        = var.tags

  dynamic "attribute" {
    for_each = local._attributes

    content {
      name = attribute.key
      type = attribute.value[0]
    }
  }

  dynamic "local_secondary_index" {
    for_each = local._local_indexes

    content {
      name               = local_secondary_index.key
      range_key          = local_secondary_index.value.sort.name
      projection_type    = local_secondary_index.value.include == null ? "ALL" : length(local_secondary_index.value.include) == 0 ? "KEYS_ONLY" : "INCLUDE"
      non_key_attributes = try(length(local_secondary_index.value.include) > 0, false) ? local_secondary_index.value.include : null
    }
  }

  dynamic "global_secondary_index" {
    for_each = local._global_indexes

    content {
      name               = global_secondary_index.key
      hash_key           = global_secondary_index.value.partition.name
      range_key          = try(global_secondary_index.value.sort.name, null)
      projection_type    = global_secondary_index.value.include == null ? "ALL" : length(global_secondary_index.value.include) == 0 ? "KEYS_ONLY" : "INCLUDE"
      non_key_attributes = try(length(global_secondary_index.value.include) > 0, false) ? global_secondary_index.value.include : null

      dynamic "on_demand_throughput" {
        for_each = var.maximum_units[*]

        content {
          max_read_request_units  = on_demand_throughput.value.read
          max_write_request_units = on_demand_throughput.value.write
        }
      }
    }
  }

  # What has no limit is not said: -1 lifts one that is there, and DynamoDB makes no table with it.
  dynamic "on_demand_throughput" {
    for_each = var.maximum_units[*]

    content {
      max_read_request_units  = on_demand_throughput.value.read
      max_write_request_units = on_demand_throughput.value.write
    }
  }

  dynamic "ttl" {
    for_each = var.time_to_live[*]

    content {
      attribute_name = ttl.value
      enabled        = true
    }
  }

  point_in_time_recovery {
    enabled                 = var.recovery_days != null
    recovery_period_in_days = var.recovery_days
  }

  # Not enabled is encrypted too, with a key that DynamoDB owns. Always said: where the block is missing the provider leaves the key that is there.
  server_side_encryption {
    enabled     = var.key != null
    kms_key_arn = try(var.key.arn, null)
  }

  #checkov:skip=CKV_AWS_119:A customer key is the caller's choice (input `key`); without one DynamoDB encrypts with its own

  lifecycle {
    precondition {
      condition     = alltrue([for types in values(local._attributes) : length(distinct(types)) == 1])
      error_message = "keys, indexes: one attribute has two types: ${join(", ", [for name, types in local._attributes : name if length(distinct(types)) > 1])}."
    }

    # The provider takes a missing block for "as it is", and DynamoDB stops only when it is told the attribute: items would go on expiring unseen.
    postcondition {
      condition     = var.time_to_live != null || !try(self.ttl[0].enabled, false)
      error_message = "time_to_live: items of ${var.name} still expire by ${try(self.ttl[0].attribute_name, "an attribute")}, which null does not end; say that attribute, or first run: aws dynamodb update-time-to-live --table-name ${var.name} --time-to-live-specification Enabled=false,AttributeName=${try(self.ttl[0].attribute_name, "…")}"
    }
  }
}

resource "aws_dynamodb_contributor_insights" "this" {
  for_each = toset(var.contributor_insights ? concat(["table"], [for name in keys(local._global_indexes) : "index/${name}"]) : [])

  table_name = aws_dynamodb_table.this.name
  index_name = each.key == "table" ? null : trimprefix(each.key, "index/")
}
