"""EC2 instances pass through every state, with AWS's events and refusals."""

from __future__ import annotations

from tests.integration.support import instances

from eventyard.testing.waiting import never


class TestInstances(instances.Instances):
    """On MiniStack with our addition."""


def test_nobody_else_can_send_the_event(bench):
    answer = bench.client("events").put_events(
        Entries=[{"Source": "aws.ec2", "DetailType": "EC2 Instance State-change Notification", "Detail": "{}"}]
    )
    assert answer["Entries"][0]["ErrorCode"] == "NotAuthorizedForSourceException"


def test_upstream_still_keeps_the_launch_time_for_ever(plain):
    first, second = instances.launch_times(plain)
    assert second == first


def test_upstream_still_emits_no_state_change(plain):
    events = instances.Events(plain)
    instances.change(plain, "stop", instances.launch(plain)["InstanceId"])
    never(lambda: plain.receive(events.url, wait=0), for_seconds=1)
