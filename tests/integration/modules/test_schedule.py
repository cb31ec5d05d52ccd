"""Calls by the clock, and a call made with the group's role by somebody else."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from eventyard.testing import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.of("schedule")


@pytest.fixture(scope="module")
def clock(outputs: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = outputs["schedule"]
    return found


@pytest.fixture
def received(client: Callable[[str], Any]) -> Callable[[str], list[Any]]:
    def receive(url: str) -> list[Any]:
        found = client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        for message in found.get("Messages", []):
            client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in found.get("Messages", [])]

    return receive


def once(clock: dict[str, Any], arn: str, **target: Any) -> dict[str, Any]:
    """Return a call in a moment, by the group and with the role that the module made."""
    at = (datetime.now(UTC) + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%S")
    return {
        "GroupName": clock["group"]["name"],
        "ScheduleExpression": f"at({at})",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": arn, "RoleArn": clock["role"]["arn"], **target},
    }


@pytest.mark.needs("scheduler_fires")
def test_a_call_of_somebody_elses_uses_group_and_role(
    clock: dict[str, Any], client: Callable[[str], Any], received: Callable[[str], list[Any]]
) -> None:
    call = once(clock, clock["queue"]["arn"], Input='{"once": true}')
    client("scheduler").create_schedule(Name="once", **call)
    try:
        found: list[Any] = []

        def came() -> bool:
            found.extend(received(clock["queue"]["url"]))
            return {"once": True} in found

        eventually(came, timeout=15)
    finally:
        client("scheduler").delete_schedule(Name="once", GroupName=clock["group"]["name"])


@pytest.mark.needs("scheduler_dead_letters", "scheduler_fires")
def test_what_reaches_no_target_lies_in_the_dead_letter_queue(
    clock: dict[str, Any], client: Callable[[str], Any], received: Callable[[str], list[Any]]
) -> None:
    gone = clock["queue"]["arn"] + "-gone"
    letters = {"Arn": clock["dead_letters"]["arn"]}
    client("scheduler").create_schedule(
        Name="gone", **once(clock, gone, Input='{"lost": true}', DeadLetterConfig=letters)
    )
    try:
        assert eventually(lambda: received(clock["dead_letters"]["url"]), timeout=15) == [{"lost": True}]
    finally:
        client("scheduler").delete_schedule(Name="gone", GroupName=clock["group"]["name"])


@pytest.mark.needs("scheduler_fires")
def test_a_rate_calls_by_itself(clock: dict[str, Any], received: Callable[[str], list[Any]]) -> None:
    # a minute from when it was made at most
    assert eventually(lambda: received(clock["queue"]["url"]), timeout=75)[0] == {"every": "minute"}


def test_schedules_are_as_they_were_stated(clock: dict[str, Any], client: Callable[[str], Any]) -> None:
    scheduler = client("scheduler")
    found = scheduler.get_schedule(GroupName=clock["group"]["name"], Name="office_hours")
    assert found["ScheduleExpressionTimezone"] == "Europe/London"
    assert (found["StartDate"].year, found["FlexibleTimeWindow"]["MaximumWindowInMinutes"]) == (2198, 5)
    call = scheduler.get_schedule(GroupName=clock["group"]["name"], Name="call")["Target"]
    assert call["Arn"] == "arn:aws:scheduler:::aws-sdk:sqs:sendMessage"
