"""What takes its time: an event that gets too old, and schedules whose target is gone."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from tests.integration.faults.system import ids, orders


@pytest.mark.needs("scheduler_dead_letters")
def test_a_schedule_whose_target_is_gone_leaves_a_dead_letter(system, ledger):
    clock, run = system.outputs["clock"], "schedules"
    sent = orders(run, 20)
    schedules = system.client("scheduler")
    began = time.monotonic()
    moment = datetime.now(UTC) + timedelta(seconds=3)
    for one in sent:
        schedules.create_schedule(
            GroupName=clock["group"],
            Name=f"{run}-{one['id']}",
            ScheduleExpression=f"at({moment:%Y-%m-%dT%H:%M:%S})",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={
                "Arn": clock["gone"],
                "RoleArn": clock["role"],
                "Input": json.dumps(one),
                "DeadLetterConfig": {"Arn": clock["dead"]["arn"]},
                "RetryPolicy": {"MaximumRetryAttempts": 0},
            },
        )
    messages = system.taken(clock["dead"], len(sent), timeout=60)
    ledger.balance(
        "A schedule whose target is gone",
        "20 schedules for one second",
        sent=ids(sent),
        done=(),
        dead_lettered=ids(json.loads(one["Body"]) for one in messages),
        seconds=time.monotonic() - began,
    )
    for one in sent:
        schedules.delete_schedule(GroupName=clock["group"], Name=f"{run}-{one['id']}")
    assert {one["MessageAttributes"]["TARGET_ARN"]["StringValue"] for one in messages} == {clock["gone"]}


def test_an_event_that_waits_for_too_long_is_given_up(system, ledger, kept_waiting):
    busy = system.outputs["busy"]
    records = system.bodies(busy["records"], len(kept_waiting.sent), timeout=120)
    events = system.bodies(busy["events"], len(kept_waiting.sent))
    for where, found in (
        ("a destination", [one["requestPayload"] for one in records]),
        ("a dead-letter queue", events),
    ):
        ledger.balance(
            f"An event older than it may get, with {where}",
            "the one execution allowed is busy for longer than 60 seconds",
            sent=ids(kept_waiting.sent),
            done=(),
            dead_lettered=ids(found),
            seconds=time.monotonic() - kept_waiting.began,
        )
    assert {one["requestContext"]["condition"] for one in records} == {"EventAgeExceeded"}
    assert not [one for one in records if one.get("responsePayload")]
