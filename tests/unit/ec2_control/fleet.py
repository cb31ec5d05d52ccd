"""A fleet of instances that answers like EC2's client and records what was asked of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DONE = {"start_instances": "running", "stop_instances": "stopped"}


def refusal(code: str, operation: str = "StopInstances", status: int = 400) -> ClientError:
    return ClientError(
        {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[typeddict-item]
        operation,
    )


@dataclass
class Machine:
    id: str
    state: str = "running"
    tags: dict[str, str] = field(default_factory=dict)
    launched: datetime = START
    stopped_by: str = ""


@dataclass
class Fleet:
    machines: dict[str, Machine] = field(default_factory=dict)
    page_size: int = 2
    now: datetime = START
    calls: list[tuple[str, str]] = field(default_factory=list)
    errors: dict[tuple[str, str], list[Exception]] = field(default_factory=lambda: defaultdict(list))
    pages: int = 0

    def add(self, name: str, state: str = "running", **tags: str) -> Machine:
        machine = Machine(name, state, {key.replace("_", "-"): value for key, value in tags.items()})
        self.machines[name] = machine
        return machine

    def fail(self, operation: str, name: str, *errors: Exception) -> None:
        self.errors[operation, name].extend(errors)

    def tick(self, **duration: int) -> datetime:
        self.now += timedelta(**(duration or {"minutes": 1}))
        return self.now

    def called(self, name: str) -> list[str]:
        return [operation for operation, machine in self.calls if machine == name]

    # What a person does, unrecorded.
    def start(self, name: str) -> None:
        self.machines[name].state = "running"
        self.machines[name].launched = self.tick()

    def stop(self, name: str, by: str = "person") -> None:
        self.machines[name].state = "stopped"
        self.machines[name].stopped_by = by
        self.tick()

    # What the functions call.
    def get_paginator(self, operation_name: str) -> Fleet:
        assert operation_name == "describe_instances"
        return self

    def paginate(self, *, Filters: list[dict[str, Any]]) -> Iterator[Mapping[str, Any]]:  # noqa: N803
        found = [machine for machine in self.machines.values() if all(_matches(machine, f) for f in Filters)]
        for first in range(0, max(len(found), 1), self.page_size):
            self.pages += 1
            page = found[first : first + self.page_size]
            yield {"Reservations": [{"Instances": [_description(machine)]} for machine in page]}

    def create_tags(self, *, Resources: list[str], Tags: list[dict[str, str]]) -> None:  # noqa: N803
        machine = self._call("create_tags", Resources)
        machine.tags |= {tag["Key"]: tag["Value"] for tag in Tags}

    def delete_tags(self, *, Resources: list[str], Tags: list[dict[str, str]]) -> None:  # noqa: N803
        machine = self._call("delete_tags", Resources)
        for tag in Tags:
            machine.tags.pop(tag["Key"], None)

    def start_instances(self, *, InstanceIds: list[str]) -> None:  # noqa: N803
        if self._call("start_instances", InstanceIds).state != "running":
            self.start(InstanceIds[0])

    def stop_instances(self, *, InstanceIds: list[str]) -> None:  # noqa: N803
        if self._call("stop_instances", InstanceIds).state != "stopped":
            self.stop(InstanceIds[0], by="schedule")

    def _call(self, operation: str, names: list[str]) -> Machine:
        (name,) = names
        self.calls.append((operation, name))
        if self.errors[operation, name]:
            raise self.errors[operation, name].pop(0)
        return self.machines[name]


def _matches(machine: Machine, wanted: dict[str, Any]) -> bool:
    name, values = wanted["Name"], wanted["Values"]
    if name == "instance-state-name":
        return machine.state in values
    if name == "instance-id":
        return any(fnmatchcase(machine.id, value) for value in values)
    if name == "tag-key":
        return any(value in machine.tags for value in values)
    # EC2 reads * and ? in a filter as wildcards.
    value = machine.tags.get(name.removeprefix("tag:"))
    return value is not None and (value in values or "*" in values)


def _description(machine: Machine) -> dict[str, Any]:
    return {
        "InstanceId": machine.id,
        "State": {"Name": machine.state},
        "LaunchTime": machine.launched,
        "Tags": [{"Key": key, "Value": value} for key, value in machine.tags.items()],
    }
