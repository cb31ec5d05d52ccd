"""Schedules call their targets when AWS would; what can't be delivered is a dead letter."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from botocore.exceptions import ClientError

from eventyard.testing.waiting import eventually, never

OFF = {"Mode": "OFF"}


def arn_of(bench, url):
    answer = bench.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return answer["Attributes"]["QueueArn"]


def schedule(bench, expression, target, **settings):
    """Make a schedule and return its name."""
    name = bench.unique("schedule")
    bench.client("scheduler").create_schedule(
        Name=name,
        ScheduleExpression=expression,
        FlexibleTimeWindow=OFF,
        Target={"RoleArn": "arn:aws:iam::000000000000:role/schedules", **target},
        **settings,
    )
    return name


def to_queue(bench, url, text="due"):
    return {"Arn": arn_of(bench, url), "Input": text}


def arrived(bench, url):
    return eventually(lambda: bench.receive(url, wait=1))


def now(zone="UTC", *, before=0):
    return (datetime.now(ZoneInfo(zone)) - timedelta(seconds=before)).strftime("%Y-%m-%dT%H:%M:%S")


def test_a_rate_is_due_at_once(localstack):
    url = localstack.queue()
    schedule(localstack, "rate(1 hour)", to_queue(localstack, url))
    assert arrived(localstack, url) == ["due"]
    never(lambda: localstack.receive(url, wait=0), for_seconds=2)


def test_a_cron_expression_is_due_in_its_minute(localstack):
    url = localstack.queue()
    schedule(localstack, "cron(* * * * ? *)", to_queue(localstack, url))
    assert eventually(lambda: localstack.receive(url, wait=5), timeout=70) == ["due"]
    assert datetime.now(UTC).second < 10


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu"])
def test_one_time_is_the_time_zones_and_happens_once(localstack, zone):
    url = localstack.queue()
    schedule(localstack, f"at({now(zone)})", to_queue(localstack, url), ScheduleExpressionTimezone=zone)
    assert arrived(localstack, url) == ["due"]
    never(lambda: localstack.receive(url, wait=0), for_seconds=2)


def test_the_same_time_in_another_zone_is_not_due(localstack):
    url = localstack.queue()
    schedule(localstack, f"at({now()})", to_queue(localstack, url), ScheduleExpressionTimezone="America/New_York")
    never(lambda: localstack.receive(url, wait=0), for_seconds=3)


def test_one_that_is_disabled_or_over_is_not_due(localstack):
    url = localstack.queue()
    target = to_queue(localstack, url)
    schedule(localstack, "rate(1 minute)", target, State="DISABLED")
    schedule(localstack, "rate(1 minute)", target, EndDate=datetime(2020, 1, 1, tzinfo=UTC))
    schedule(localstack, "rate(1 minute)", target, StartDate=datetime(2190, 1, 1, tzinfo=UTC))
    never(lambda: localstack.receive(url, wait=0), for_seconds=3)


def test_one_that_is_changed_or_made_anew_is_due_again(localstack):
    url, scheduler = localstack.queue(), localstack.client("scheduler")
    target = {"RoleArn": "arn:aws:iam::000000000000:role/schedules", **to_queue(localstack, url)}
    name = schedule(localstack, f"at({now()})", to_queue(localstack, url))
    arrived(localstack, url)
    settings = {"Name": name, "FlexibleTimeWindow": OFF, "Target": target}
    # Another second than the first: with the same one nothing would be changed.
    scheduler.update_schedule(**settings, ScheduleExpression=f"at({now(before=5)})")
    assert arrived(localstack, url) == ["due"]
    scheduler.delete_schedule(Name=name)
    scheduler.create_schedule(**settings, ScheduleExpression=f"at({now()})")
    assert arrived(localstack, url) == ["due"]


def test_the_input_names_the_call(localstack):
    url = localstack.queue()
    text = "<aws.scheduler.schedule-arn> <aws.scheduler.attempt-number>"
    name = schedule(localstack, "rate(1 day)", to_queue(localstack, url, text))
    arn = localstack.client("scheduler").get_schedule(Name=name)["Arn"]
    assert arrived(localstack, url) == [f"{arn} 1"]


def test_a_target_without_input_gets_an_event(localstack):
    url = localstack.queue()
    schedule(localstack, "rate(1 day)", {"Arn": arn_of(localstack, url)})
    event = json.loads(arrived(localstack, url)[0])
    assert (event["source"], event["detail-type"], event["region"]) == (
        "aws.scheduler",
        "Scheduled Event",
        localstack.region,
    )


def test_buses_topics_workflows_and_any_call_are_targets(localstack):
    url = localstack.queue()
    arn, events = arn_of(localstack, url), localstack.client("events")
    topic = localstack.client("sns").create_topic(Name=localstack.unique("topic"))["TopicArn"]
    localstack.client("sns").subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"}
    )
    bus = events.create_event_bus(Name=localstack.unique("bus"))["EventBusArn"]
    events.put_rule(Name="ticks", EventBusName=bus, EventPattern='{"source": ["clock"]}')
    events.put_targets(Rule="ticks", EventBusName=bus, Targets=[{"Id": "q", "Arn": arn, "InputPath": "$.detail.by"}])
    machine = localstack.client("stepfunctions").create_state_machine(
        name=localstack.unique("machine"),
        roleArn=localstack.role(service="states.amazonaws.com"),
        definition=json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Pass", "End": True}}}),
    )["stateMachineArn"]

    schedule(localstack, "rate(1 day)", {"Arn": topic, "Input": "topic"})
    source = {"Source": "clock", "DetailType": "Tick"}
    schedule(localstack, "rate(1 day)", {"Arn": bus, "Input": '{"by": "bus"}', "EventBridgeParameters": source})
    call = {"QueueUrl": url, "MessageBody": "called"}
    schedule(
        localstack, "rate(1 day)", {"Arn": "arn:aws:scheduler:::aws-sdk:sqs:sendMessage", "Input": json.dumps(call)}
    )
    schedule(localstack, "rate(1 day)", {"Arn": machine, "Input": '{"by": "schedule"}'})

    seen = set()

    def all_seen():
        seen.update(localstack.receive(url, wait=1))
        return seen == {"topic", '"bus"', "called"}

    eventually(all_seen)
    executions = localstack.client("stepfunctions")
    eventually(lambda: executions.list_executions(stateMachineArn=machine)["executions"])


def test_a_target_that_is_gone_leaves_a_dead_letter(localstack):
    dead, gone = localstack.queue(), localstack.queue()
    target = to_queue(localstack, gone, "lost")
    localstack.client("sqs").delete_queue(QueueUrl=gone)
    name = schedule(localstack, "rate(1 day)", {**target, "DeadLetterConfig": {"Arn": arn_of(localstack, dead)}})

    def letter():
        answer = localstack.client("sqs").receive_message(
            QueueUrl=dead, WaitTimeSeconds=1, MessageAttributeNames=["All"]
        )
        return answer.get("Messages")

    (message,) = eventually(letter)
    why = {key: value["StringValue"] for key, value in message["MessageAttributes"].items()}
    assert message["Body"] == "lost"
    assert why["ERROR_CODE"] == "AWS.SimpleQueueService.NonExistentQueue"
    assert (why["TARGET_ARN"], why["RETRY_ATTEMPTS"]) == (target["Arn"], "0")
    assert why["SCHEDULE_ARN"] == localstack.client("scheduler").get_schedule(Name=name)["Arn"]


@pytest.mark.parametrize(
    "expression",
    [
        "cron(0 9 L * ? 2199)",
        "cron(0 9 ? * 2#1 2199)",
        "cron(0 9 15W * ? 2199)",
        "cron(0/15 8-17 ? JAN-NOV MON-FRI 2198-2199)",
    ],
)
def test_every_form_of_cron_is_taken(localstack, expression):
    url = localstack.queue()
    name = schedule(localstack, expression, to_queue(localstack, url))
    assert localstack.client("scheduler").get_schedule(Name=name)["ScheduleExpression"] == expression


@pytest.mark.parametrize("expression", ["cron(0 9 * * * *)", "cron(0 9 * * *)", "rate(0 minutes)", "every day"])
def test_what_is_no_expression_is_refused(localstack, expression):
    url = localstack.queue()
    with pytest.raises(ClientError, match="Invalid Schedule Expression"):
        schedule(localstack, expression, to_queue(localstack, url))


def test_upstream_still_never_fires(plain):
    url = plain.queue()
    schedule(plain, "rate(1 minute)", to_queue(plain, url))
    never(lambda: plain.receive(url, wait=0), for_seconds=3)
