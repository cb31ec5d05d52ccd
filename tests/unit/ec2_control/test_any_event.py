"""The functions by their own entries, with any event, and instances with any tags: rejected and logged, or harmless."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.unit.anything import PROFILE, SECRET, altered, answered, texts, values
from tests.unit.ec2_control.fleet import Fleet
from tests.unit.ec2_control.test_protect import change


class Yard:
    """A function with a fleet that is new for each event: one instance is down by hand, one by the schedule."""

    def __init__(self, app, monkeypatch, function):
        self.app = app(function)
        monkeypatch.setattr(self.app, "client", lambda: self.fleet)
        self.renew()

    def renew(self):
        self.fleet = Fleet()
        self.fleet.add("i-1", state="stopped", opt_in="yes")
        self.fleet.add("i-2", state="stopped", opt_in="yes", mark="2030-01-01T00:00:00Z")
        self.fleet.add("i-3", opt_in="yes")
        self.fleet.add("i-4")

    def call(self, event, context):
        self.renew()
        return answered(self.app.handler, event, context, self.app.logger)[0]


@pytest.fixture
def yard(app, monkeypatch):
    return lambda function: Yard(app, monkeypatch, function)


# Scheduler hands over what the stack's `input` says; a person's own call may hold anything.
SCHEDULED = {"action": "stop", "correlation_id": "night-1"}


@pytest.mark.parametrize(("function", "done"), [("stop", ["i-3"]), ("start", ["i-2"])])
def test_a_schedules_call_does_the_same_whatever_it_holds(yard, context, function, done):
    there = yard(function)

    @PROFILE
    @given(event=st.one_of(values, altered(SCHEDULED), texts.map(lambda text: {"correlation_id": text})))
    @example(event=None)
    @example(event={"correlation_id": SECRET})
    @example(event={"correlation_id": "\ud800"})
    @example(event={"correlation_id": "x" * 262_000})
    def harmless(event: Any) -> None:
        answer = there.call(event, context)
        changed = [outcome["instance"] for outcome in answer["outcomes"] if outcome["result"] != "skipped"]
        assert changed == done
        assert {name for _, name in there.fleet.calls} == set(done)

    harmless()


def test_an_event_is_a_state_change_or_rejected_before_ec2_is_asked_and_logged(yard, context):
    there = yard("protect")

    @PROFILE
    @given(event=st.one_of(values, altered(change("i-1")), texts.map(change)))
    @example(event=change("*"))
    @example(event=change("i-?"))
    @example(event=change("i-1") | {"id": SECRET})
    @example(event=change("i-1") | {"id": "\ud800"})
    @example(event=change("i-1") | {"detail": {"instance-id": {"of": SECRET}, "state": "stopped"}})
    @example(event=change("i-1", f"stopped by {SECRET}"))
    def rejected_or_done(event: Any) -> None:
        rejection = None
        try:
            answer = there.call(event, context)
        except there.app.NotAStateChangeError as error:
            rejection = str(error)
        if rejection is None:
            assert len(answer["outcomes"]) == 1
        else:
            assert SECRET not in rejection
            assert there.fleet.pages == 0
        assert {name for _, name in there.fleet.calls} <= {"i-1"}

    rejected_or_done()


def test_a_rejected_event_leaves_one_line(app, context, capsys):
    with pytest.raises(ValueError, match=r"detail\.instance-id missing or wrong"):
        app("protect").handler(change(f"of {SECRET}"), context)
    [line] = capsys.readouterr().out.splitlines()
    assert "left to the failure queue" in line
    assert SECRET not in line


@pytest.mark.parametrize("function", ["start", "stop", "protect"])
def test_a_tag_that_anybody_wrote_starts_and_stops_nothing_by_mistake(yard, context, function):
    there = yard(function)
    renew = there.renew

    @PROFILE
    @given(mark=texts, opt_in=texts)
    @example(mark="0001-01-01T00:00:00+14:00", opt_in="yes")
    @example(mark="9999-12-31T23:59:59-14:00", opt_in="yes")
    def as_the_tags_say(mark: str, opt_in: str) -> None:
        def with_tags() -> None:
            renew()
            there.fleet.add("i-5", state="stopped", opt_in="yes", mark=mark)
            there.fleet.add("i-6", state="stopped", opt_in=opt_in, mark="2030-01-01T00:00:00Z")
            there.fleet.add("i-7", opt_in=opt_in, mark=mark)

        there.renew = with_tags
        there.call(change("i-1"), context)
        assert opt_in == "yes" or not {name for _, name in there.fleet.calls} & {"i-6", "i-7"}

    as_the_tags_say()
