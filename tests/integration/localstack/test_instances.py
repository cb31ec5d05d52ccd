"""EC2 instances pass through every state, with AWS's events and refusals."""

from __future__ import annotations

import pytest
from tests.integration.support import instances

from eventyard.testing.waiting import never


@pytest.fixture
def bench(localstack):
    """Where an instance is launched."""
    return localstack


class TestInstances(instances.Instances):
    """On LocalStack with our addition."""


def test_upstream_still_emits_no_state_change_and_refuses_nothing(plain):
    events = instances.Events(plain)
    instance = instances.launch(plain)["InstanceId"]
    first = instances.seen(plain, instance)["LaunchTime"]
    instances.change(plain, "stop", instance)
    assert instances.seen(plain, instance)["State"]["Name"] == "stopped"
    instances.change(plain, "start", instance)
    assert instances.seen(plain, instance)["LaunchTime"] == first
    instances.change(plain, "terminate", instance)
    instances.change(plain, "stop", instance)
    never(lambda: plain.receive(events.url, wait=0), for_seconds=1)
