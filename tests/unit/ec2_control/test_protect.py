from __future__ import annotations

import pytest
from tests.unit.ec2_control.fleet import refusal


def change(instance: str, state: str = "stopped") -> dict[str, object]:
    """The event EC2 sends when an instance changes its state."""
    return {
        "version": "0",
        "id": "ee376907-2647-4179-9203-343cfb3017a4",
        "detail-type": "EC2 Instance State-change Notification",
        "source": "aws.ec2",
        "account": "111122223333",
        "time": "2026-11-23T19:00:00Z",
        "region": "eu-west-1",
        "resources": [f"arn:aws:ec2:eu-west-1:111122223333:instance/{instance}"],
        "detail": {"instance-id": instance, "state": state},
    }


def only(report):
    (outcome,) = report["outcomes"]
    return outcome["result"], outcome["reason"]


def test_starts_what_a_person_stopped(app, fleet, context):
    fleet.add("i-1", state="stopped", opt_in="yes")
    assert only(app("protect").handler(change("i-1"), context)) == ("started", "")
    assert fleet.machines["i-1"].state == "running"


def test_leaves_what_the_schedule_stopped(app, fleet, context):
    fleet.add("i-1", opt_in="yes")
    app("stop").handler({}, context)
    fleet.calls.clear()

    assert only(app("protect").handler(change("i-1"), context)) == ("skipped", "stopped by the schedule")
    assert fleet.calls == []


def test_a_persons_stop_is_undone_even_where_an_old_mark_is_left(app, fleet, context):
    fleet.add("i-1", opt_in="yes")
    app("stop").handler({}, context)
    fleet.start("i-1")
    fleet.stop("i-1")

    assert only(app("protect").handler(change("i-1"), context))[0] == "started"


@pytest.mark.parametrize("tags", [{}, {"opt_in": "no"}])
def test_touches_nothing_without_the_tag(app, fleet, context, tags):
    fleet.add("i-1", state="stopped", **tags)
    assert only(app("protect").handler(change("i-1"), context)) == ("skipped", "is not protected")
    assert fleet.calls == []


def test_an_event_that_comes_twice_starts_once(app, fleet, context):
    fleet.add("i-1", state="stopped", opt_in="yes")
    protect = app("protect")
    protect.handler(change("i-1"), context)

    assert only(protect.handler(change("i-1"), context)) == ("skipped", "is running")
    assert fleet.called("i-1") == ["start_instances"]


@pytest.mark.parametrize("state", ["pending", "running", "stopping", "shutting-down", "terminated"])
def test_other_states_change_nothing(app, fleet, context, state):
    fleet.add("i-1", state="stopped", opt_in="yes")
    assert only(app("protect").handler(change("i-1", state), context)) == ("skipped", f"became {state}")
    assert fleet.calls == []


def test_an_instance_that_is_gone_is_no_failure(app, fleet, context):
    assert only(app("protect").handler(change("i-gone"), context)) == ("skipped", "is not protected")


def test_one_that_still_reads_as_stopping_is_met_again(app, fleet, context):
    fleet.add("i-1", state="stopping", opt_in="yes")
    protect = app("protect")
    with pytest.raises(RuntimeError, match="is still stopping"):
        protect.handler(change("i-1"), context)

    fleet.machines["i-1"].state = "stopped"
    assert only(protect.handler(change("i-1"), context))[0] == "started"


def test_a_failure_is_raised_for_another_attempt(app, fleet, context):
    fleet.add("i-1", state="stopped", opt_in="yes")
    fleet.fail("start_instances", "i-1", refusal("IncorrectInstanceState", "StartInstances"))
    with pytest.raises(RuntimeError, match="IncorrectInstanceState"):
        app("protect").handler(change("i-1"), context)


@pytest.mark.parametrize(
    "event", [{}, {"id": "1"}, {"id": "1", "detail": None}, {"id": "1", "detail": {"state": "stopped"}}]
)
def test_an_event_that_is_none_is_refused(app, context, event):
    with pytest.raises(ValueError, match="no EC2 instance state-change notification"):
        app("protect").handler(event, context)
