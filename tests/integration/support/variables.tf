variable "handlers" {
  type = map(object({
    filename     = optional(string)
    s3           = optional(object({ bucket = string, key = string, version = optional(string) }))
    hash         = string
    handler      = string
    runtime      = string
    architecture = string
  }))
}

variable "prefix" {
  type = string
}

variable "protect" {
  type    = bool
  default = false
}
