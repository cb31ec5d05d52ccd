# Its id stands for an ARN that is not known yet.
resource "terraform_data" "key" {}

module "schedule" {
  source = "../.."
  name   = "demo"

  schedules = {
    nightly = {
      expression        = "rate(1 day)"
      target            = { function = { alias_arn = "arn:aws:lambda:eu-west-1:111122223333:function:demo-stop:live" } }
      dead_letter_queue = { arn = "arn:aws:sqs:eu-west-1:111122223333:demo-lost", key = { arn = terraform_data.key.id } }
    }
  }
}

output "schedules" {
  value = toset(keys(module.schedule.schedules))
}
