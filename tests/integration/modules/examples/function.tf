# One function with a layer, a key, a URL and a queue; what it writes to a table goes by the table's stream to a second one, which
# starts from a snapshot, is held to its first version, has other names, and a Kinesis stream beside it.
module "function" {
  source               = "../../modules/function"
  name                 = "${var.prefix}-function"
  description          = "Records jobs"
  code                 = merge(var.handlers["library/work"], { layers = [aws_lambda_layer_version.toolbox.arn] })
  asynchronous         = { maximum_attempts = 0, maximum_age_seconds = 3600 }
  environment          = { TABLE = module.function_jobs.table.name }
  ephemeral_storage_mb = 1024
  grants               = { record = module.function_jobs.grants.write }
  key                  = module.function_key.key
  memory_mb            = 512
  reserved_concurrency = 10
  role                 = var.role
  tags                 = { system = "library" }

  alarms                  = { overrides = { errors = { threshold = 5 }, throttles = { enabled = false } } }
  provisioned_concurrency = { executions = 1 }

  sources = {
    jobs = {
      queue               = module.function_queue.queue
      batch_size          = 5
      filters             = [jsonencode({ body = { kind = ["resize", "rotate"] } })]
      maximum_concurrency = 5
      metrics             = true
    }
  }

  url = {
    callers = { partner = { principal = "444455556666" } }
    cors    = { origins = ["https://app.example.com"] }
  }
}

module "function_watch" {
  source       = "../../modules/function"
  name         = "${var.prefix}-function-watch"
  code         = merge(var.handlers["library/hand_on"], { recursion = "Allow", snap_start = true })
  asynchronous = { dead_letters = { queue = module.function_results.dead_letter_queue } }
  environment  = { QUEUE_URL = module.function_results.queue.url }
  grants       = { send = module.function_results.grants.send }
  release      = { version = "1" }
  role         = var.role

  names = {
    alias         = "first"
    failure_queue = "${var.prefix}-function-lost"
    role          = "${var.prefix}-function-watcher"
    # needs lambda_log_groups
    log_group = "/library/${var.prefix}-function-watch"
    # end
  }

  sources = {
    clicks = {
      stream                  = module.function_stream.stream
      starting_position       = "AT_TIMESTAMP"
      starting_time           = "2026-01-31T06:00:00Z"
      tumbling_window_seconds = 30
    }
    jobs = {
      table           = module.function_jobs.table
      filters         = [jsonencode({ eventName = ["INSERT"] })]
      maximum_retries = 2
      parallelization = 2
    }
  }
}

module "function_key" {
  source   = "../../modules/key"
  name     = "${var.prefix}-function"
  protect  = var.protect
  services = ["logs.${data.aws_region.current.id}.amazonaws.com"]
}

module "function_queue" {
  source           = "../../modules/queue"
  name             = "${var.prefix}-function-jobs"
  consumer_timeout = 30
  key              = module.function_key.key
  max_receives     = 1
}

module "function_results" {
  source = "../../modules/queue"
  name   = "${var.prefix}-function-results"
}

module "function_jobs" {
  source  = "../../modules/table"
  name    = "${var.prefix}-function-jobs"
  keys    = { partition = { name = "id", type = "S" } }
  stream  = "KEYS_ONLY"
  protect = var.protect
}

module "function_stream" {
  source  = "../../modules/stream"
  name    = "${var.prefix}-function"
  shards  = 1
  protect = var.protect
}

# The zip holds python/toolbox.py with one function, which greets.
resource "aws_s3_bucket" "function" {
  bucket        = "${var.prefix}-function-layers"
  force_destroy = true
}

resource "aws_s3_object" "toolbox" {
  bucket         = aws_s3_bucket.function.bucket
  key            = "toolbox.zip"
  content_base64 = "UEsDBBQAAAAAAAAAIQBW0ScdLwAAAC8AAAARAAAAcHl0aG9uL3Rvb2xib3gucHlkZWYgZ3JlZXRpbmcobmFtZSk6CiAgICByZXR1cm4gZiJoZWxsbyB7bmFtZX0iClBLAQIUAxQAAAAAAAAAIQBW0ScdLwAAAC8AAAARAAAAAAAAAAAAAACkAQAAAABweXRob24vdG9vbGJveC5weVBLBQYAAAAAAQABAD8AAABeAAAAAAA="
}

resource "aws_lambda_layer_version" "toolbox" {
  layer_name          = "${var.prefix}-toolbox"
  s3_bucket           = aws_s3_object.toolbox.bucket
  s3_key              = aws_s3_object.toolbox.key
  compatible_runtimes = ["python3.13"]
}

output "function" {
  value = {
    function = module.function.function
    version  = module.function.version
    url      = module.function.url
    grants   = module.function.grants
    failures = module.function.failure_queue
    watch    = module.function_watch.function
    table    = module.function_jobs.table.name
    queue    = module.function_queue.queue.url
    unfit    = module.function_queue.dead_letter_queue.url
    results  = module.function_results.queue.url
    stream   = module.function_stream.stream.name
  }
}
