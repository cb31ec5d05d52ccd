data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  _account   = data.aws_caller_identity.current.account_id
  _partition = data.aws_partition.current.partition
  _region    = data.aws_region.current.id
  _suffix    = var.fifo == null ? "" : ".fifo"

  name = "${var.name}${local._suffix}"
  arn  = "arn:${local._partition}:sns:${local._region}:${local._account}:${local.name}"

  # Identities of this account come in by their own grants; the topic's policy names only services.
  _publishers = [
    for label in sort(keys(var.publishers)) : {
      Sid       = replace(title(replace("publisher ${label}", "/[^0-9A-Za-z]+/", " ")), " ", "")
      Effect    = "Allow"
      Action    = "sns:Publish"
      Principal = { Service = var.publishers[label].service }
      Resource  = local.arn
      Condition = {
        ArnLike = { "aws:SourceArn" = var.publishers[label].source_arn }
        # An S3 bucket's ARN carries no account: its publisher is taken to be of this one.
        StringEquals = {
          "aws:SourceAccount" = coalesce(split(":", var.publishers[label].source_arn)[4], local._account)
        }
      }
    }
  ]

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Action    = "sns:Publish"
        Principal = "*"
        Resource  = local.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }
    ], local._publishers)
  })
}

resource "aws_sns_topic" "this" {
  #checkov:skip=CKV_AWS_26:always encrypted, by SNS's own key or by `key`, whose ARN may be unknown until the apply
  name              = local.name
  kms_master_key_id = var.key == null ? "alias/aws/sns" : var.key.arn
  policy            = local.policy
  signature_version = 2
  tracing_config    = "PassThrough"
  tags              = var.tags

  fifo_topic                  = var.fifo != null
  content_based_deduplication = try(var.fifo.content_based_deduplication, false)
  fifo_throughput_scope       = var.fifo == null ? null : var.fifo.high_throughput ? "MessageGroup" : "Topic"
}
