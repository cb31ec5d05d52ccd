"""The three functions and the people beside them, in any order."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.ec2_control.fleet import Fleet

from ec2_control._shared.settings import MissingSettingsError, required

NAMES = ["i-0", "i-1", "i-2"]


class World:
    """Three protected instances on a schedule, people, and an event bus that keeps no order."""

    def __init__(self, app):
        self.functions = {name: app(name) for name in ("stop", "start", "protect")}
        self.tag = self.functions["stop"].Tag("opt-in", "yes")
        self.fleet = Fleet()
        self.events = []
        for name in NAMES:
            self.fleet.add(name, opt_in="yes")

    def schedule_stops(self, machine, random):
        self.functions["stop"].stop_all(self.fleet, self.tag, mark="mark", now=self.fleet.tick())

    def schedule_starts(self, machine, random):
        down = {m.id: m.stopped_by for m in self.fleet.machines.values() if m.state == "stopped"}
        self.functions["start"].start_all(self.fleet, self.tag, mark="mark")
        started = [by for name, by in down.items() if self.fleet.machines[name].state == "running"]
        assert set(started) <= {"schedule"}

    def person_stops(self, machine, random):
        if machine.state == "running":
            self.fleet.stop(machine.id)

    def person_starts(self, machine, random):
        if machine.state == "stopped":
            self.fleet.start(machine.id)

    def event_arrives(self, machine, random):
        if self.events:
            self.deliver(self.events.pop(random.randrange(len(self.events))))

    def event_comes_twice(self, machine, random):
        if self.events:
            self.deliver(random.choice(self.events))

    def deliver(self, name):
        protect = self.functions["protect"]
        protect.protect_changed(self.fleet, protect.StateChange("1", name, "stopped"), self.tag, mark="mark")

    def step(self, action, name, random):
        running = [m for m in self.fleet.machines.values() if m.state == "running"]
        getattr(self, action)(self.fleet.machines[name], random)
        self.events += [m.id for m in running if m.state == "stopped"]


ACTIONS = [name for name in vars(World) if name.startswith(("schedule", "person", "event"))]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=st.lists(st.tuples(st.sampled_from(ACTIONS), st.sampled_from(NAMES), st.randoms()), max_size=25))
def test_in_any_order_only_the_schedule_keeps_a_protected_instance_down(app, steps):
    world = World(app)
    for step in steps:
        world.step(*step)
    for name in world.events:
        world.deliver(name)

    down = [machine for machine in world.fleet.machines.values() if machine.state == "stopped"]
    assert {machine.stopped_by for machine in down} <= {"schedule"}


def test_missing_settings_are_named_all_at_once():
    with pytest.raises(MissingSettingsError, match="not set in the environment: A, C"):
        required({"B": "1", "C": ""}, "A", "B", "C")


def test_a_function_does_not_load_without_its_settings(app, monkeypatch):
    monkeypatch.delenv("MARK_TAG_KEY")
    with pytest.raises(RuntimeError, match="MARK_TAG_KEY"):
        app("stop")


def test_outcomes_are_counted_and_logged_with_the_correlation_id(app, fleet, context, capsys):
    fleet.add("i-1", opt_in="yes")
    fleet.tick()

    app("stop").handler({"correlation_id": "night-1"}, context)

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (logged,) = [line for line in lines if "instance" in line]
    assert (logged["instance"], logged["message"], logged["correlation_id"]) == ("i-1", "stop: stopped", "night-1")
    (metrics,) = [line for line in lines if "_aws" in line]
    assert (metrics["InstancesStopped"], metrics["InstancesFailed"]) == ([1.0], [0.0])


def test_a_call_without_correlation_id_is_followed_by_its_request(app, fleet, context, capsys):
    fleet.add("i-1", opt_in="yes")
    app("stop").handler({}, context)
    logged = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["correlation_id"] for line in logged if "instance" in line] == ["request-1"]


def test_a_mark_reads_back_as_the_time_it_was_written(app, fleet):
    stop = app("stop")
    machine = fleet.add("i-1", opt_in="yes")
    now = machine.launched + timedelta(hours=1)
    stop.stop_all(fleet, stop.Tag("opt-in", "yes"), mark="mark", now=now)
    assert machine.tags["mark"] == "2026-11-23T10:00:00Z"
