module "clicks" {
  source  = "cloudposse/kinesis-stream/aws"
  version = "0.4.0"

  name        = "shop-clicks"
  stream_mode = "ON_DEMAND"
}

module "lake" {
  source  = "terraform-aws-modules/s3-bucket/aws"
  version = "5.15.4"

  bucket                                = "shop-lake-123456789012"
  control_object_ownership              = true
  object_ownership                      = "BucketOwnerEnforced"
  attach_deny_insecure_transport_policy = true
  versioning                            = { enabled = true }

  lifecycle_rule = [{
    id                                     = "uploads"
    enabled                                = true
    abort_incomplete_multipart_upload_days = 7
  }]
}

module "archive" {
  source  = "fdmsantos/kinesis-firehose/aws"
  version = "3.8.5"

  name                      = "shop-archive"
  input_source              = "kinesis"
  kinesis_source_stream_arn = module.clicks.stream_arn
  destination               = "s3"
  s3_bucket_arn             = module.lake.s3_bucket_arn
  s3_compression_format     = "GZIP"
  s3_prefix                 = "!{timestamp:yyyy/MM/dd/HH}/"
  s3_error_output_prefix    = "errors/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/"
}
