from __future__ import annotations

from datetime import timedelta

import pytest
from botocore.exceptions import ReadTimeoutError
from tests.unit.ec2_control.fleet import START, refusal

LATER = START + timedelta(hours=10)


def results(report):
    return {outcome["instance"]: outcome["result"] for outcome in report["outcomes"]}


def test_stops_and_marks_what_runs_and_opted_in_on_every_page(app, fleet, context):
    for number in range(7):
        fleet.add(f"i-{number}", opt_in="yes")

    report = app("stop").handler({}, context)

    assert fleet.pages == 4
    assert results(report) == {f"i-{number}": "stopped" for number in range(7)}
    assert all(machine.state == "stopped" and "mark" in machine.tags for machine in fleet.machines.values())


def test_touches_nothing_without_the_tag(app, fleet, context):
    fleet.add("i-none")
    fleet.add("i-other", opt_in="no")

    assert app("stop").handler({}, context)["outcomes"] == []
    assert fleet.calls == []


def test_an_opt_in_value_with_a_wildcard_matches_itself_alone(app, fleet):
    stop = app("stop")
    fleet.add("i-1", opt_in="*")
    fleet.add("i-2", opt_in="other")

    outcomes = stop.stop_all(fleet, stop.Tag("opt-in", "*"), mark="mark", now=LATER)

    assert [outcome.instance for outcome in outcomes] == ["i-1"]


def test_marks_before_it_stops(app, fleet, context):
    fleet.add("i-1", opt_in="yes")
    app("stop").handler({}, context)
    assert fleet.called("i-1") == ["create_tags", "stop_instances"]


def test_leaves_what_a_person_stopped_unmarked(app, fleet, context):
    fleet.add("i-1", state="stopped", opt_in="yes")
    fleet.add("i-2", state="stopping", opt_in="yes")
    app("stop").handler({}, context)
    assert fleet.calls == []


def test_a_second_stop_changes_nothing(app, fleet, context):
    fleet.add("i-1", opt_in="yes")
    stop = app("stop")
    stop.handler({}, context)
    fleet.calls.clear()

    assert stop.handler({}, context)["outcomes"] == []
    assert fleet.calls == []


def test_one_failure_keeps_no_other_from_its_turn(app, fleet, context):
    for number in range(5):
        fleet.add(f"i-{number}", opt_in="yes")
    fleet.fail("stop_instances", "i-1", refusal("UnauthorizedOperation", status=403))

    with pytest.raises(RuntimeError, match=r"stop: 1 of 5 failed: i-1: .*UnauthorizedOperation"):
        app("stop").handler({}, context)

    assert [name for name, machine in fleet.machines.items() if machine.state == "running"] == ["i-1"]
    assert "mark" not in fleet.machines["i-1"].tags


@pytest.mark.parametrize("code", ["OperationNotPermitted", "UnsupportedOperation"])
def test_a_refusal_for_good_is_reported_and_not_tried_again(app, fleet, context, code):
    fleet.add("i-1", opt_in="yes")
    fleet.fail("stop_instances", "i-1", refusal(code))

    assert results(app("stop").handler({}, context)) == {"i-1": "refused"}
    assert "mark" not in fleet.machines["i-1"].tags


def test_an_instance_between_two_states_is_met_again(app, fleet, context):
    fleet.add("i-1", state="pending", opt_in="yes")
    fleet.fail("stop_instances", "i-1", refusal("IncorrectInstanceState"))
    stop = app("stop")

    with pytest.raises(RuntimeError, match="IncorrectInstanceState"):
        stop.handler({}, context)
    assert "mark" not in fleet.machines["i-1"].tags

    assert results(stop.handler({}, context)) == {"i-1": "stopped"}


def test_an_instance_that_is_gone_is_no_failure(app, fleet, context):
    fleet.add("i-1", opt_in="yes")
    fleet.fail("create_tags", "i-1", refusal("InvalidInstanceID.NotFound", "CreateTags"))
    assert results(app("stop").handler({}, context)) == {"i-1": "skipped"}


def test_what_cannot_be_marked_is_not_stopped(app, fleet, context):
    fleet.add("i-1", opt_in="yes")
    fleet.fail("create_tags", "i-1", refusal("UnauthorizedOperation", "CreateTags", 403))

    with pytest.raises(RuntimeError, match="CreateTags"):
        app("stop").handler({}, context)
    assert fleet.called("i-1") == ["create_tags"]


@pytest.mark.parametrize("error", [refusal("InternalError", status=500), ReadTimeoutError(endpoint_url="ec2")])
def test_the_mark_stays_where_ec2_may_have_stopped_it(app, fleet, context, error):
    fleet.add("i-1", opt_in="yes")
    fleet.fail("stop_instances", "i-1", error)

    with pytest.raises(RuntimeError, match="1 of 1 failed"):
        app("stop").handler({}, context)
    assert "mark" in fleet.machines["i-1"].tags


def test_a_mark_that_cannot_be_taken_back_is_a_failure(app, fleet, context):
    fleet.add("i-1", opt_in="yes")
    fleet.fail("stop_instances", "i-1", refusal("UnsupportedOperation"))
    fleet.fail("delete_tags", "i-1", refusal("RequestLimitExceeded", "DeleteTags", 503))

    with pytest.raises(RuntimeError, match="the mark is still there"):
        app("stop").handler({}, context)


def test_a_mark_stands_even_where_the_clock_runs_behind(app, fleet):
    machine = fleet.add("i-1", opt_in="yes")
    stop = app("stop")

    stop.stop_all(fleet, stop.Tag("opt-in", "yes"), mark="mark", now=machine.launched - timedelta(seconds=2))

    (found,) = stop.find(fleet, stop.Tag("opt-in", "yes"), states=["stopped"])
    assert found.stopped_by_schedule("mark")
