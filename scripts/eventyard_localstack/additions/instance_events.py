# ruff: noqa: SLF001 - an addition reaches into the one version of moto it is written for
"""EC2 instances pass through every state, each with its event on the account's default bus.

On AWS an instance goes from `pending` to `running`, from `stopping` to `stopped`, from `shutting-down` to
`terminated`, and EventBridge gets an event for each. LocalStack's instances jump, silently, from any state to any
other. Requests that do not fit an instance's state are answered `IncorrectInstanceState`, as on AWS, and a start from
`stopped` is another launch.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html
"""

from __future__ import annotations

import copy
import json
import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localstack.aws.connect import connect_to
from moto.core.utils import utcnow
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.instances import InstanceBackend
from moto.ec2.responses.instances import InstanceResponse
from moto.utilities.utils import get_partition

if TYPE_CHECKING:
    from collections.abc import Callable

_CODES = {"pending": 0, "running": 16, "shutting-down": 32, "terminated": 48, "stopping": 64, "stopped": 80}


@dataclass(frozen=True)
class _Change:
    """What one call does to an instance.

    Parameters
    ----------
    call
        Its name in moto, in the backend and in the answers.
    key
        Where the answer lists the instances.
    through
        The state on the way, and the final one, by the state in which the call meets the instance. A state that is
        missing here is refused; one that maps to itself alone changes nothing.
    verb
        Ends the refusal's sentence.
    """

    call: str
    key: str
    through: dict[str, tuple[str, ...]]
    verb: str


_STOP = _Change(
    "stop_instances",
    "StoppingInstances",
    {"running": ("stopping", "stopped"), "stopping": ("stopping",), "stopped": ("stopped",)},
    "stopped",
)
_START = _Change(
    "start_instances",
    "StartingInstances",
    {"stopped": ("pending", "running"), "pending": ("pending",), "running": ("running",)},
    "started",
)
_TERMINATE = _Change(
    "terminate_instances",
    "TerminatingInstances",
    {
        **dict.fromkeys(("pending", "running", "stopping"), ("shutting-down", "terminated")),
        "stopped": ("terminated",),
        "shutting-down": ("shutting-down",),
        "terminated": ("terminated",),
    },
    "terminated",
)


def install() -> None:
    """Put the states and events round moto's five calls."""
    seconds = float(os.environ.get("EVENTYARD_INSTANCE_SECONDS", "0.5"))
    InstanceBackend.run_instances = _run(InstanceBackend.run_instances, seconds)
    InstanceBackend.reboot_instances = _reboot(InstanceBackend.reboot_instances)
    for change in (_STOP, _START, _TERMINATE):
        setattr(InstanceBackend, change.call, _changed(change, getattr(InstanceBackend, change.call), seconds))
        setattr(InstanceResponse, change.call, _answered(change, getattr(InstanceResponse, change.call)))


def _changed(change: _Change, original: Callable[..., Any], seconds: float) -> Callable[..., Any]:
    def handle(backend: Any, instance_ids: list[str]) -> list[tuple[Any, Any]]:
        met = [(instance, copy.copy(instance._state)) for instance in _instances(backend, instance_ids, change)]
        moving = [(one, state) for one, state in met if change.through[state.name] != (state.name,)]
        if moving or not met:
            original(backend, [instance.id for instance, _ in moving])
        for instance, state in moving:
            if change is _START:
                instance.launch_time = utcnow()
            _pass_through(backend, instance, change.through[state.name], seconds)
        return met

    return handle


def _answered(change: _Change, original: Callable[..., Any]) -> Callable[..., Any]:
    """Answer the state an instance is in now; moto answers the one it would be in if the call had changed it."""

    def handle(response: Any) -> Any:
        answer = original(response)
        for listed in answer.result[change.key]:
            listed["CurrentState"] = copy.copy(response.ec2_backend.get_instance(listed["InstanceId"])._state)
        return answer

    return handle


def _reboot(original: Callable[..., Any]) -> Callable[..., Any]:
    change = _Change("reboot_instances", "", {"running": ("running",)}, "rebooted")

    def handle(backend: Any, instance_ids: list[str]) -> Any:
        _instances(backend, instance_ids, change)
        return original(backend, instance_ids)

    return handle


def _run(original: Callable[..., Any], seconds: float) -> Callable[..., Any]:
    def handle(backend: Any, *given: Any, **named: Any) -> Any:
        reservation = original(backend, *given, **named)
        for instance in reservation.instances:
            _pass_through(backend, instance, ("pending", "running"), seconds)
        return reservation

    return handle


def _instances(backend: Any, instance_ids: list[str], change: _Change) -> list[Any]:
    """Return the instances, or refuse the call for all of them."""
    instances: list[Any] = backend.get_multi_instances_by_id(instance_ids)
    for instance in instances:
        if instance._state.name not in change.through:
            message = f"The instance '{instance.id}' is not in a state from which it can be {change.verb}."
            raise EC2ClientError("IncorrectInstanceState", message)
    return instances


def _pass_through(backend: Any, instance: Any, states: tuple[str, ...], seconds: float) -> None:
    """Set the first of `states` now and the next a moment later, each with its event."""
    _enter(backend, instance, states[0])
    if len(states) == 1:
        return

    def settle() -> None:
        # Overtaken by another call meanwhile.
        if instance._state.name == states[0]:
            _enter(backend, instance, states[1])

    timer = threading.Timer(seconds, settle)
    timer.daemon = True
    timer.start()


def _enter(backend: Any, instance: Any, state: str) -> None:
    instance._state.name, instance._state.code = state, _CODES[state]
    account, region = backend.account_id, backend.region_name
    entry = {
        "Source": "aws.ec2",
        "DetailType": "EC2 Instance State-change Notification",
        "Detail": json.dumps({"instance-id": instance.id, "state": state}),
        "Resources": [f"arn:{get_partition(region)}:ec2:{region}:{account}:instance/{instance.id}"],
    }
    connect_to(aws_access_key_id=account, region_name=region).events.put_events(Entries=[entry])
