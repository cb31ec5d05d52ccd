resource "aws_s3_bucket_lifecycle_configuration" "this" {
  count = var.lifecycle_rules == null ? 0 : 1

  bucket                                 = aws_s3_bucket.this.id
  transition_default_minimum_object_size = "all_storage_classes_128K"

  # What was begun and never ended is in no listing, but on the bill.
  rule {
    id     = "abandoned-uploads"
    status = "Enabled"

    filter {
      prefix = ""
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  # The mark of a deletion outlives the versions it hid, and slows every listing.
  rule {
    id     = "orphaned-delete-markers"
    status = "Enabled"

    filter {
      prefix = ""
    }

    expiration {
      expired_object_delete_marker = true
    }
  }

  dynamic "rule" {
    for_each = var.lifecycle_rules

    content {
      id     = rule.key
      status = "Enabled"

      dynamic "filter" {
        for_each = length(rule.value.tags) == 0 ? [rule.value.prefix] : []

        content {
          prefix = filter.value
        }
      }

      dynamic "filter" {
        for_each = length(rule.value.tags) == 0 ? [] : [rule.value]

        content {
          and {
            prefix = filter.value.prefix
            tags   = filter.value.tags
          }
        }
      }

      dynamic "expiration" {
        for_each = rule.value.expire_days[*]

        content {
          days = expiration.value
        }
      }

      dynamic "noncurrent_version_expiration" {
        for_each = rule.value.expire_old_versions_days[*]

        content {
          newer_noncurrent_versions = rule.value.keep_old_versions
          noncurrent_days           = noncurrent_version_expiration.value
        }
      }

      dynamic "noncurrent_version_transition" {
        for_each = rule.value.move_old_versions_days

        content {
          storage_class   = noncurrent_version_transition.key
          noncurrent_days = noncurrent_version_transition.value
        }
      }

      dynamic "transition" {
        for_each = rule.value.move_days

        content {
          storage_class = transition.key
          days          = transition.value
        }
      }
    }
  }

  # Rules for old versions need a bucket that keeps them.
  depends_on = [aws_s3_bucket_versioning.this]
}
