from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from eventyard.operations import logs

START = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)


class MissingError(Exception):
    def __init__(self) -> None:
        self.response = {"Error": {"Code": "ResourceNotFoundException"}}


class Recorder:
    """A session and its one client: log groups as lists, pages of two."""

    def __init__(self, **groups: list[dict[str, Any]]) -> None:
        self.groups = {f"/aws/lambda/{name}": events for name, events in groups.items()}
        self.requests: list[dict[str, Any]] = []

    def client(self, service_name: str, **settings: Any) -> Any:
        assert service_name == "logs"
        return self

    def filter_log_events(self, **request: Any) -> dict[str, Any]:
        self.requests.append(request)
        if request["logGroupName"] not in self.groups:
            raise MissingError
        found = [e for e in self.groups[request["logGroupName"]] if e["timestamp"] >= request["startTime"]]
        page = int(request.get("nextToken", 0))
        answer: dict[str, Any] = {"events": found[page : page + 2]}
        if len(found) > page + 2:
            answer["nextToken"] = str(page + 2)
        return answer


def event(seconds: float, message: str, **extra: Any) -> dict[str, Any]:
    moment = int((START + timedelta(seconds=seconds)).timestamp() * 1000)
    return {"timestamp": moment, "message": message, "logStreamName": "s", **extra}


def line(message: str, **fields: Any) -> str:
    return json.dumps({"level": "INFO", "message": message, **fields})


def test_lines_of_several_functions_come_in_order_of_time() -> None:
    session = Recorder(
        create=[event(1, line("one")), event(4, line("four")), event(5, line("five"))],
        send=[event(2, line("two")), event(3, line("three"))],
    )
    found = logs.events(session, ["create", "send", "never_ran"], since=START)
    assert [item.message for item in found] == ["one", "two", "three", "four", "five"]
    assert [item.function for item in found] == ["create", "send", "send", "create", "create"]


def test_a_line_is_placed_by_its_own_time_when_the_log_stamps_it_late() -> None:
    late = line("first", timestamp="2026-11-21 12:00:00,500+0000")
    session = Recorder(create=[event(9, late)], send=[event(2, line("second"))])
    assert [item.message for item in logs.events(session, ["create", "send"], since=START)] == ["first", "second"]


def test_an_id_is_followed_through_every_function() -> None:
    session = Recorder(
        create=[event(1, line("mine", correlation_id="a-1")), event(2, line("other", correlation_id="a-2"))],
        send=[event(3, line("sent", correlation_id="a-1")), event(4, "Traceback that names a-1\n")],
    )
    found = logs.events(session, ["create", "send"], since=START, correlation_id="a-1")
    assert [item.message for item in found] == ["mine", "sent", "Traceback that names a-1"]
    assert {request["filterPattern"] for request in session.requests} == {'"a-1"'}


def test_the_platforms_lines_and_metrics_are_left_out_unless_asked_for() -> None:
    session = Recorder(
        create=[
            event(1, "START RequestId: 1 Version: 1"),
            event(2, json.dumps({"type": "platform.report"})),
            event(3, json.dumps({"_aws": {}, "Sent": [1]})),
            event(4, line("said")),
        ]
    )
    assert [item.message for item in logs.events(session, ["create"], since=START)] == ["said"]
    assert len(logs.events(session, ["create"], since=START, platform=True)) == 4


def test_following_yields_each_line_once_also_equal_and_late_ones() -> None:
    session = Recorder(create=[event(20, line("same")), event(20, line("same"))])
    naps: list[float] = []

    class Clock:
        def sleep(self, seconds: float, /) -> None:
            naps.append(seconds)
            if len(naps) == 1:
                session.groups["/aws/lambda/create"].append(event(21, line("next")))
                session.groups["/aws/lambda/send"] = [event(22, line("a function's first"))]
            if len(naps) == 2:
                session.groups["/aws/lambda/create"].insert(0, event(19, line("late")))

    found = logs.follow(
        session, ["create", "send"], since=START, clock=Clock(), interval=0.5, stop=lambda: len(naps) == 3
    )
    assert [item.message for item in found] == ["same", "same", "next", "a function's first", "late"]
    assert naps == [0.5, 0.5, 0.5]
    assert session.requests[-1]["startTime"] > session.requests[0]["startTime"]


def test_a_line_reads_as_a_sentence() -> None:
    text = line(
        "Reminder sent", correlation_id="a-1", channel="email", service="x", timestamp="2026-11-21 12:00:00,123+0000"
    )
    words = [word.strip() for word in logs.render(logs.parse("send", 0, text)).split("  ") if word.strip()]
    assert words[1:] == ["send", "INFO", "Reminder sent", "[a-1]", "channel=email"]


def test_a_traceback_stands_below_its_line() -> None:
    text = line("Failed", exception="Traceback:\n  boom")
    assert logs.render(logs.parse("send", 0, text)).splitlines()[1:] == ["    Traceback:", "      boom"]


def test_what_is_no_json_stays_as_it_is() -> None:
    assert logs.parse("send", 0, "plain [text]\n").message == "plain [text]"
    assert logs.parse("send", 0, "[1, 2]").message == "[1, 2]"
