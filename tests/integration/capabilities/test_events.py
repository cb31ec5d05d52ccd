"""Buses, rules, archives and schedules: what they call, and what they leave where they can't."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.integration.capabilities.probing import ANYTHING, box, bucket, delivery, objects, role

from eventyard.testing.waiting import eventually, never

if TYPE_CHECKING:
    from tests.integration.capabilities.probing import Ear, Shows
    from tests.integration.support.workbench import Workbench


def ruled(bench: Workbench, bus: str = "default", *, pattern: Any = None, **target: Any) -> str:
    """Make a rule with one target; return the source of the events it is for."""
    events, name = bench.client("events"), bench.unique("rule")
    events.put_rule(Name=name, EventBusName=bus, EventPattern=json.dumps({"source": [name], **(pattern or {})}))
    answer = events.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "one", **target}])
    assert answer["FailedEntryCount"] == 0
    return name


def put(bench: Workbench, source: str, bus: str = "default", **detail: Any) -> None:
    entry = {"Source": source, "DetailType": "one", "Detail": json.dumps(detail or {"n": 1}), "EventBusName": bus}
    assert bench.client("events").put_events(Entries=[entry])["FailedEntryCount"] == 0


def test_a_rule_reaches_queue_topic_function_workflow_and_bus(bench: Workbench, ear: Ear, shows: Shows) -> None:
    into, told, other = box(bench), box(bench), bench.unique("bus")
    events, states, sns = (bench.client(service) for service in ("events", "stepfunctions", "sns"))
    topic = sns.create_topic(Name=bench.unique("topic"))["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=told.arn)
    there = events.create_event_bus(Name=other)["EventBusArn"]
    done = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})
    workflow = states.create_state_machine(
        name=bench.unique("workflow"), definition=done, roleArn=role(bench, "states")
    )["stateMachineArn"]
    source, may = bench.unique("source"), role(bench, "events")
    fits = {"source": [source]}
    transformed = {"InputPathsMap": {"n": "$.detail.n"}, "InputTemplate": '{"transformed": <n>}'}
    targets: list[dict[str, Any]] = [
        {"Arn": into.arn, "InputTransformer": transformed},
        {"Arn": topic},
        {"Arn": ear.arn},
        {"Arn": workflow, "RoleArn": may},
        {"Arn": there, "RoleArn": may},
    ]
    for target in targets:
        ruled(bench, pattern=fits, **target)
    forwarded = box(bench)
    ruled(bench, other, pattern=fits, Arn=forwarded.arn)
    put(bench, source, n=7)
    with shows("eventbridge_targets") as within:
        assert json.loads(into.gets("transformed", within=within)) == {"transformed": 7}
        assert source in told.gets(within=within)
        assert ear.hears(source, within=within)
        assert source in forwarded.gets(within=within)
        eventually(lambda: states.list_executions(stateMachineArn=workflow)["executions"], timeout=within)


def test_a_rule_calls_an_alias(bench: Workbench, ear: Ear, shows: Shows) -> None:
    source = ruled(bench, Arn=ear.arn)
    put(bench, source)
    with shows("eventbridge_lambda_alias") as within:
        (event,) = ear.hears(source, within=within)
        assert event["detail"] == {"n": 1}


def test_a_rule_takes_what_fits_its_pattern_alone(bench: Workbench, shows: Shows) -> None:
    into = box(bench)
    pattern = {
        "detail": {"n": [{"numeric": [">", 5]}], "kind": [{"anything-but": "test"}], "gone": [{"exists": False}]}
    }
    source = ruled(bench, pattern=pattern, Arn=into.arn)
    for number, kind in ((1, "a"), (9, "test"), (9, "a")):
        put(bench, source, n=number, kind=kind)
    with shows("eventbridge_patterns") as within:
        assert json.loads(into.gets(within=within))["detail"] == {"n": 9, "kind": "a"}


def test_a_rule_writes_to_a_log(bench: Workbench, shows: Shows) -> None:
    logs, group = bench.client("logs"), f"/aws/events/{bench.unique('group')}"
    logs.create_log_group(logGroupName=group)
    source = ruled(bench, Arn=f"arn:aws:logs:{bench.region}:{bench.account}:log-group:{group}")
    put(bench, source)
    with shows("eventbridge_target_logs") as within:
        (event,) = eventually(lambda: logs.filter_log_events(logGroupName=group)["events"], timeout=within)
        assert source in event["message"]


def test_a_rule_puts_into_a_stream(bench: Workbench, shows: Shows) -> None:
    kinesis, name = bench.client("kinesis"), bench.unique("stream")
    kinesis.create_stream(StreamName=name, ShardCount=1)
    kinesis.get_waiter("stream_exists").wait(StreamName=name, WaiterConfig={"Delay": 1})
    arn = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]
    put(bench, ruled(bench, Arn=arn, RoleArn=role(bench, "events")))
    shard = kinesis.list_shards(StreamName=name)["Shards"][0]["ShardId"]
    start = {"StreamName": name, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"}

    def records() -> list[Any]:
        return kinesis.get_records(ShardIterator=kinesis.get_shard_iterator(**start)["ShardIterator"])["Records"]

    with shows("eventbridge_target_kinesis") as within:
        (record,) = eventually(records, timeout=within)
        assert json.loads(record["Data"])["detail"] == {"n": 1}


def test_a_rule_puts_into_a_delivery_stream(bench: Workbench, shows: Shows) -> None:
    _, arn, into = delivery(bench)
    put(bench, ruled(bench, Arn=arn, RoleArn=role(bench, "events")))
    with shows("eventbridge_target_firehose") as within:
        (content,) = eventually(lambda: objects(bench, into), timeout=within)
        assert json.loads(content)["detail"] == {"n": 1}


def test_what_reaches_no_target_is_a_dead_letter(bench: Workbench, shows: Shows) -> None:
    gone, dead = box(bench), box(bench)
    source = ruled(bench, Arn=gone.arn, DeadLetterConfig={"Arn": dead.arn})
    bench.client("sqs").delete_queue(QueueUrl=gone.url)
    put(bench, source)
    with shows("eventbridge_target_dead_letters") as within:
        assert json.loads(dead.gets(within=within))["source"] == source


def test_a_bucket_tells_a_function_and_a_queue(bench: Workbench, ear: Ear, shows: Shows) -> None:
    name, into = bucket(bench), box(bench)
    created = ["s3:ObjectCreated:*"]
    bench.client("s3").put_bucket_notification_configuration(
        Bucket=name,
        NotificationConfiguration={
            "LambdaFunctionConfigurations": [{"LambdaFunctionArn": ear.arn, "Events": created}],
            "QueueConfigurations": [{"QueueArn": into.arn, "Events": created}],
        },
    )
    bench.client("s3").put_object(Bucket=name, Key="one", Body=b"1")
    with shows("s3_notifications") as within:
        assert ear.hears(name, within=within)
        assert into.gets(name, within=within)


def test_a_flexible_window_calls_within_it(bench: Workbench, shows: Shows) -> None:
    into, number = box(bench), 4
    at = (datetime.now(UTC) + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%S")
    for one in range(number):
        bench.client("scheduler").create_schedule(
            Name=bench.unique("schedule"),
            ScheduleExpression=f"at({at})",
            FlexibleTimeWindow={"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15},
            Target={
                "Arn": into.arn,
                "RoleArn": bench.role(ANYTHING, service="scheduler.amazonaws.com"),
                "Input": json.dumps({"one": one}),
            },
        )
    seen: set[str] = set()

    def together() -> bool:
        seen.update(bench.receive(into.url, wait=0))
        return len(seen) == number

    with shows("scheduler_flexible_window"):
        eventually(lambda: together() or seen)
    with shows("scheduler_flexible_window", fully=True) as within:
        # Spread over fifteen minutes, all of them within the same seconds would be a rare chance.
        never(together, for_seconds=min(within, 3))
