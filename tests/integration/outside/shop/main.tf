# A shop that is nobody's of ours: modules by git tag, zips of its own making, plain Terraform.
terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7.0"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
}

variable "zips" {
  description = "Folder of the functions' zips."
  type        = string
}

locals {
  code = {
    for name in ["click", "pack", "post"] : name => {
      filename = "${var.zips}/${name}.zip"
      hash     = filesha256("${var.zips}/${name}.zip")
      handler  = "app.handler"
      runtime  = "python3.13"
    }
  }
}
