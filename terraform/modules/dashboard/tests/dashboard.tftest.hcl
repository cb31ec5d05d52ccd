# The real provider without a network: rule and layout are known at the plan.
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

override_data {
  target = data.aws_caller_identity.current
  values = { account_id = "111122223333" }
}

variables {
  name    = "shop"
  actions = ["arn:aws:sns:eu-west-1:111122223333:ops"]
  alarms = {
    jobs = {
      age          = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:shop-jobs-age"
      dead_letters = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:shop-jobs-dead-letters"
    }
    api = { errors = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:shop: \"api\" errors" }
  }
}

run "one_alarm_over_all" {
  command = plan

  assert {
    condition     = aws_cloudwatch_composite_alarm.this[0].alarm_rule == "ALARM(\"shop: \\\"api\\\" errors\") OR ALARM(\"shop-jobs-age\") OR ALARM(\"shop-jobs-dead-letters\")"
    error_message = "the rule is not any of the three: ${aws_cloudwatch_composite_alarm.this[0].alarm_rule}"
  }

  assert {
    condition     = aws_cloudwatch_composite_alarm.this[0].alarm_actions == toset(["arn:aws:sns:eu-west-1:111122223333:ops"]) && aws_cloudwatch_composite_alarm.this[0].ok_actions == aws_cloudwatch_composite_alarm.this[0].alarm_actions && aws_cloudwatch_composite_alarm.this[0].actions_enabled
    error_message = "nobody hears of it, or of its end"
  }

  assert {
    condition     = output.alarms == { composite = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:shop" }
    error_message = "the composite alarm's ARN is not known at the first plan"
  }

  assert {
    condition     = output.dashboard == { name = "shop", arn = "arn:aws:cloudwatch::111122223333:dashboard/shop", url = "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#dashboards/dashboard/shop" }
    error_message = "the dashboard is not where the output says"
  }

  assert {
    condition = jsondecode(aws_cloudwatch_dashboard.this.dashboard_body) == {
      periodOverride = "inherit"
      widgets = [
        { type = "alarm", x = 0, y = 0, width = 24, height = 2, properties = { title = "shop", alarms = ["arn:aws:cloudwatch:eu-west-1:111122223333:alarm:shop"] } },
        { type = "alarm", x = 0, y = 2, width = 24, height = 3, properties = { title = "api", alarms = ["arn:aws:cloudwatch:eu-west-1:111122223333:alarm:shop: \"api\" errors"] } },
        {
          type       = "alarm", x = 0, y = 5, width = 24, height = 3
          properties = { title = "jobs", alarms = ["arn:aws:cloudwatch:eu-west-1:111122223333:alarm:shop-jobs-age", "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:shop-jobs-dead-letters"] }
        },
      ]
    }
    error_message = "a service without its row: ${aws_cloudwatch_dashboard.this.dashboard_body}"
  }
}

run "widgets_lie_under_their_service" {
  command = plan

  variables {
    alarms = { jobs = { age = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:shop-jobs-age" } }
    widgets = {
      about = { note = { title = "Shop", text = "Who to call" } }
      jobs = {
        waiting = {
          title = "Waiting"
          metrics = {
            share = { expression = "100 * old / all", label = "%" }
            all   = { namespace = "AWS/SQS", metric = "NumberOfMessagesSent", dimensions = { QueueName = "jobs" }, statistic = "Sum", visible = false }
            old   = { namespace = "AWS/SQS", metric = "NumberOfMessagesReceived", dimensions = { QueueName = "jobs" }, statistic = "Sum", visible = false }
          }
          period_seconds = 60
        }
        errors = { logs = { groups = ["/b", "/a"], query = "filter level = 'ERROR'" } }
        note   = { text = "Redrive by hand", height = 8 }
        p99    = { metrics = { p99 = { namespace = "Shop", metric = "Seconds", statistic = "p99" } }, view = "singleValue" }
        sum    = { metrics = { n = { namespace = "Shop", metric = "Jobs", statistic = "Sum" } }, stacked = true }
      }
    }
  }

  assert {
    condition = [for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : [widget.type, widget.x, widget.y, widget.width, widget.height]] == [
      ["alarm", 0, 0, 24, 2], ["alarm", 0, 5, 24, 3], ["text", 0, 2, 24, 3],
      ["log", 0, 8, 6, 8], ["text", 6, 8, 6, 8], ["metric", 12, 8, 6, 8], ["metric", 18, 8, 6, 8], ["metric", 0, 16, 6, 8],
    ]
    error_message = "widgets overlap or leave the grid: ${jsonencode([for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : [widget.type, widget.x, widget.y, widget.width, widget.height]])}"
  }

  assert {
    condition = jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets[7].properties == {
      title   = "Waiting"
      region  = "eu-west-1"
      view    = "timeSeries"
      stacked = false
      period  = 60
      metrics = [
        ["AWS/SQS", "NumberOfMessagesSent", "QueueName", "jobs", { id = "all", stat = "Sum", visible = false }],
        ["AWS/SQS", "NumberOfMessagesReceived", "QueueName", "jobs", { id = "old", stat = "Sum", visible = false }],
        [{ expression = "100 * old / all", id = "share", label = "%", visible = true }],
      ]
    }
    error_message = "a graph is not what was asked for: ${jsonencode(jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets[7].properties)}"
  }

  assert {
    condition = jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets[3].properties == {
      title  = "errors"
      region = "eu-west-1"
      view   = "table"
      query  = "SOURCE '/a' | SOURCE '/b' | filter level = 'ERROR'"
    }
    error_message = "a log query is not what was asked for"
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets[2].properties == { markdown = "## Shop\nWho to call" }
    error_message = "a text is not what was asked for"
  }
}

run "silenced_by_what_all_else_depends_on" {
  command = plan

  variables {
    suppressor = { arn = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:maintenance", extension_seconds = 300 }
  }

  assert {
    condition     = aws_cloudwatch_composite_alarm.this[0].actions_suppressor[0].alarm == "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:maintenance" && aws_cloudwatch_composite_alarm.this[0].actions_suppressor[0].wait_period == 60 && aws_cloudwatch_composite_alarm.this[0].actions_suppressor[0].extension_period == 300
    error_message = "the suppressor is lost"
  }
}

run "no_alarm_over_nothing" {
  command = plan

  variables {
    alarms  = {}
    widgets = { about = { note = { text = "Who to call" } } }
  }

  assert {
    condition     = length(aws_cloudwatch_composite_alarm.this) == 0 && length(output.alarms) == 0 && jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets[0].y == 0
    error_message = "an alarm over nothing, or a hole where it would be"
  }
}

run "refuses_a_bad_name_and_too_many_actions" {
  command         = plan
  expect_failures = [var.actions, var.name]

  variables {
    name    = "our shop"
    actions = ["arn:a", "arn:b", "arn:c", "arn:d", "arn:e", "arn:f"]
  }
}

run "refuses_a_dashboard_of_nothing" {
  command         = plan
  expect_failures = [var.suppressor, var.widgets]

  variables {
    alarms     = {}
    suppressor = { arn = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:maintenance" }
  }
}

run "refuses_an_alarm_of_another_region" {
  command         = plan
  expect_failures = [var.alarms]

  variables {
    alarms = { site = { errors = "arn:aws:cloudwatch:us-east-1:111122223333:alarm:shop-site-errors" } }
  }
}

run "refuses_more_alarms_than_a_rule_takes" {
  command         = plan
  expect_failures = [var.alarms]

  variables {
    alarms = { jobs = { for number in range(101) : "a${number}" => "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:a${number}" } }
  }
}

run "refuses_a_rule_that_is_too_long" {
  command         = plan
  expect_failures = [aws_cloudwatch_composite_alarm.this]

  variables {
    alarms = { jobs = { for number in range(90) : "a${number}" => "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:${join("", [for letter in range(200) : "a"])}${number}" } }
  }
}

run "refuses_a_suppressor_that_is_no_alarm" {
  command         = plan
  expect_failures = [var.suppressor]

  variables {
    suppressor = { arn = "maintenance", wait_seconds = -1 }
  }
}

run "refuses_a_bad_service" {
  command         = plan
  expect_failures = [var.alarms]

  variables {
    alarms = { "our jobs" = { age = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:shop-jobs-age" } }
  }
}

run "refuses_a_widget_of_two_kinds" {
  command         = plan
  expect_failures = [var.widgets]

  variables {
    widgets = { about = { both = { text = "a", logs = { groups = ["/a"], query = "limit 1" } } } }
  }
}

run "refuses_a_metric_without_a_name" {
  command         = plan
  expect_failures = [var.widgets]

  variables {
    widgets = { jobs = { sum = { metrics = { n = { namespace = "Shop" } } } } }
  }
}

run "refuses_an_unknown_statistic" {
  command         = plan
  expect_failures = [var.widgets]

  variables {
    widgets = { jobs = { sum = { metrics = { n = { namespace = "Shop", metric = "Jobs", statistic = "Total" } } } } }
  }
}

run "refuses_a_view_that_is_not_there" {
  command         = plan
  expect_failures = [var.widgets]

  variables {
    widgets = { jobs = { sum = { logs = { groups = ["/a"], query = "limit 1" }, view = "gauge" } } }
  }
}

run "refuses_an_odd_period" {
  command         = plan
  expect_failures = [var.widgets]

  variables {
    widgets = { jobs = { sum = { metrics = { n = { namespace = "Shop", metric = "Jobs" } }, period_seconds = 90 } } }
  }
}

run "refuses_a_flat_widget" {
  command         = plan
  expect_failures = [var.widgets]

  variables {
    widgets = { jobs = { note = { text = "Redrive by hand", height = 0 } } }
  }
}

run "refuses_logs_of_nothing" {
  command         = plan
  expect_failures = [var.widgets]

  variables {
    widgets = { jobs = { sum = { logs = { groups = [], query = "limit 1" } } } }
  }
}

run "refuses_an_empty_row" {
  command         = plan
  expect_failures = [var.widgets]

  variables {
    widgets = { empty = {} }
  }
}

run "refuses_too_many_metrics" {
  command         = plan
  expect_failures = [var.widgets]

  variables {
    widgets = {
      jobs = { sum = { metrics = { for number in range(501) : "n${number}" => { namespace = "Shop", metric = "Jobs${number}" } } } }
    }
  }
}

run "refuses_too_many_widgets" {
  command         = plan
  expect_failures = [var.widgets]

  variables {
    widgets = { notes = { for number in range(500) : "n${number}" => { text = "a" } } }
  }
}

run "a_gauge_has_a_scale" {
  command = plan

  variables {
    widgets = { jobs = {
      used = { metrics = { used = { namespace = "Shop", metric = "Used" } }, view = "gauge" }
      work = { metrics = { work = { namespace = "Shop", metric = "Work" } } }
    } }
  }

  assert {
    condition = jsonencode([for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : try(widget.properties.yAxis, null) if widget.type == "metric"]) == jsonencode([
      { left = { min = 0, max = 100 } }, null,
    ])
    error_message = "CloudWatch refuses a gauge without the ends of its scale, and lays out other widgets by itself."
  }
}
