"""The dashboard's one alarm goes off with any of the others, and its page can be read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from eventyard.testing import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    Client = Callable[[str], Any]

pytestmark = pytest.mark.of("dashboard")


@pytest.mark.needs("alarm_composite")
def test_the_composite_alarm_is_on_while_any_alarm_is(outputs: dict[str, Any], client: Client):
    cloudwatch = client("cloudwatch")
    bounces, complaints = (
        outputs["dashboard"]["children"][label].rpartition(":")[2] for label in ("bounces", "complaints")
    )

    def put(alarm: str, state: str) -> None:
        cloudwatch.set_alarm_state(AlarmName=alarm, StateValue=state, StateReason="a test")

    def is_now(state: str) -> bool:
        name = outputs["dashboard"]["composite"].rpartition(":")[2]
        [alarm] = cloudwatch.describe_alarms(AlarmNames=[name], AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
        return bool(alarm["StateValue"] == state)

    for alarm in (bounces, complaints):
        put(alarm, "OK")
    eventually(lambda: is_now("OK"))
    put(complaints, "ALARM")
    eventually(lambda: is_now("ALARM"))
    put(complaints, "OK")
    eventually(lambda: is_now("OK"))


def test_the_page_shows_every_alarm_and_widget(outputs: dict[str, Any], client: Client):
    body = json.loads(client("cloudwatch").get_dashboard(DashboardName=outputs["dashboard"]["name"])["DashboardBody"])
    kinds = [widget["type"] for widget in body["widgets"]]
    assert sorted(kinds) == ["alarm", "alarm", "log", "metric", "metric", "text"]
    shown = {arn for widget in body["widgets"] for arn in widget["properties"].get("alarms", [])}
    assert shown == {outputs["dashboard"]["composite"], *outputs["dashboard"]["children"].values()}
    assert all(widget["x"] + widget["width"] <= 24 for widget in body["widgets"])
