resource "aws_sns_topic" "feedback" {
  #checkov:skip=CKV_AWS_26:SES can't publish under SNS's own key, whose policy is AWS's; `key` names one that lets it
  name              = local.topic_name
  kms_master_key_id = one(var.key[*].arn)
  tags              = var.tags
}

resource "aws_sns_topic_policy" "feedback" {
  arn = aws_sns_topic.feedback.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Ses"
        Effect    = "Allow"
        Principal = { Service = "ses.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = local.topic_arn
        Condition = {
          ArnEquals    = { "aws:SourceArn" = local.configuration_set_arn }
          StringEquals = { "aws:SourceAccount" = local._account }
        }
      },
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sns:Publish"
        Resource  = local.topic_arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

resource "aws_sesv2_configuration_set_event_destination" "feedback" {
  configuration_set_name = aws_sesv2_configuration_set.this.configuration_set_name
  event_destination_name = "feedback"

  event_destination {
    enabled              = true
    matching_event_types = var.events

    sns_destination {
      topic_arn = local.topic_arn
    }
  }

  # SES tries the topic when it is told of it, and must be allowed to publish by then.
  depends_on = [aws_sns_topic.feedback, aws_sns_topic_policy.feedback]
}
