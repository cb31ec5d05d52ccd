# What the objects are called, and what is done to records before they are in one.
locals {
  jq             = var.partitions == null ? {} : var.partitions.jq
  jq_query       = "{${join(",", [for label in sort(keys(local.jq)) : "${label}:${local.jq[label]}"])}}"
  transform_keys = var.partitions == null ? toset([]) : var.partitions.transform

  _from = merge(
    { for label in keys(local.jq) : label => "!{partitionKeyFromQuery:${label}}" },
    { for label in local.transform_keys : label => "!{partitionKeyFromLambda:${label}}" },
  )
  partition_expressions = values(local._from)

  prefix = coalesce(
    var.objects.prefix,
    "data/${join("", [for label in sort(keys(local._from)) : "${label}=${local._from[label]}/"])}!{timestamp:yyyy/MM/dd/HH}/",
  )

  # Firehose doesn't answer a parameter that has its default: the provider would set it again in every plan.
  _transform_parameters = [
    for transform in var.transform[*] : {
      for name, value in {
        LambdaArn               = transform.function.alias_arn
        BufferSizeInMBs         = transform.buffer_mb == 1 ? null : tostring(transform.buffer_mb)
        BufferIntervalInSeconds = transform.buffer_seconds == 60 ? null : tostring(transform.buffer_seconds)
        NumberOfRetries         = transform.retries == 3 ? null : tostring(transform.retries)
      } : name => value if value != null
    }
  ]

  processors = concat(
    [for parameters in local._transform_parameters : { type = "Lambda", parameters = parameters }],
    [for query in length(local.jq) == 0 ? [] : [local.jq_query] : {
      type       = "MetadataExtraction"
      parameters = { JsonParsingEngine = "JQ-1.6", MetadataExtractionQuery = query }
    }],
    [for type in var.objects.new_lines ? ["AppendDelimiterToRecord"] : [] : { type = type, parameters = {} }],
  )
}
