# Which published versions the alias starts, in the whole percents of Step Functions.
locals {
  _canary = try({ for version, weight in var.release.weights : version => floor(weight * 100 + 0.5) }, {})

  # Nothing named: the version published last, whatever its number.
  routes = var.release == null ? [] : concat(
    [{
      arn    = var.release.version == null ? aws_sfn_state_machine.this.state_machine_version_arn : "${local.arn}:${var.release.version}"
      weight = 100 - sum(concat([0], values(local._canary)))
    }],
    [for version, weight in local._canary : { arn = "${local.arn}:${version}", weight = weight }],
  )
}
