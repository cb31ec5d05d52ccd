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
