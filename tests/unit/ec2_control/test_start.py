from __future__ import annotations

import pytest
from tests.unit.ec2_control.fleet import refusal


@pytest.fixture
def stopped(app, fleet, context):
    """Two instances that the schedule stopped, one that a person stopped before."""
    fleet.add("i-1", opt_in="yes")
    fleet.add("i-2", opt_in="yes")
    fleet.add("i-person", state="stopped", opt_in="yes")
    app("stop").handler({}, context)
    fleet.calls.clear()


def results(report):
    return {outcome["instance"]: outcome["result"] for outcome in report["outcomes"]}


@pytest.mark.usefixtures("stopped")
def test_starts_what_the_schedule_stopped_and_nothing_else(app, fleet, context):
    report = app("start").handler({}, context)

    assert results(report) == {"i-1": "started", "i-2": "started"}
    assert fleet.machines["i-person"].state == "stopped"
    assert not any("mark" in machine.tags for machine in fleet.machines.values())


@pytest.mark.usefixtures("stopped")
def test_a_second_start_changes_nothing(app, fleet, context):
    start = app("start")
    start.handler({}, context)
    fleet.calls.clear()

    assert start.handler({}, context)["outcomes"] == []
    assert fleet.calls == []


@pytest.mark.usefixtures("stopped")
def test_does_not_start_what_a_person_started_and_stopped_since(app, fleet, context):
    fleet.start("i-1")
    fleet.stop("i-1")

    assert results(app("start").handler({}, context)) == {"i-1": "skipped", "i-2": "started"}
    assert fleet.machines["i-1"].state == "stopped"
    assert "mark" not in fleet.machines["i-1"].tags


def test_leaves_alone_an_instance_a_stop_is_at_work_on(app, fleet, context):
    machine = fleet.add("i-1", opt_in="yes")
    machine.tags["mark"] = f"{fleet.tick():%Y-%m-%dT%H:%M:%SZ}"

    assert results(app("start").handler({}, context)) == {"i-1": "skipped"}
    assert fleet.calls == []
    assert "mark" in machine.tags


@pytest.mark.usefixtures("stopped")
def test_one_failure_keeps_no_other_from_its_turn(app, fleet, context):
    fleet.fail("start_instances", "i-1", refusal("InsufficientInstanceCapacity", "StartInstances", 500))
    start = app("start")

    with pytest.raises(RuntimeError, match="start: 1 of 2 failed: i-1"):
        start.handler({}, context)
    assert fleet.machines["i-2"].state == "running"
    assert "mark" in fleet.machines["i-1"].tags

    assert results(start.handler({}, context)) == {"i-1": "started"}


@pytest.mark.usefixtures("stopped")
def test_one_that_is_still_stopping_is_met_again(app, fleet, context):
    fleet.machines["i-1"].state = "stopping"
    fleet.fail("start_instances", "i-1", refusal("IncorrectInstanceState", "StartInstances"))

    with pytest.raises(RuntimeError, match="IncorrectInstanceState"):
        app("start").handler({}, context)
    assert "mark" in fleet.machines["i-1"].tags


@pytest.mark.usefixtures("stopped")
def test_a_mark_left_behind_is_cleared_by_the_next_attempt(app, fleet, context):
    fleet.fail("delete_tags", "i-1", refusal("RequestLimitExceeded", "DeleteTags", 503))
    start = app("start")
    with pytest.raises(RuntimeError, match="DeleteTags"):
        start.handler({}, context)

    assert results(start.handler({}, context)) == {"i-1": "skipped"}
    assert "mark" not in fleet.machines["i-1"].tags
    assert fleet.machines["i-1"].state == "running"


@pytest.mark.parametrize("mark", ["yes", "2026-11-23T20:00:00", ""])
def test_a_mark_that_is_not_ours_starts_nothing(app, fleet, context, mark):
    machine = fleet.add("i-1", state="stopped", opt_in="yes")
    machine.tags["mark"] = mark

    assert results(app("start").handler({}, context)) == {"i-1": "skipped"}
    assert machine.state == "stopped"
