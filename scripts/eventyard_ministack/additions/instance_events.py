# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""EC2 instances pass through every state, each with its event on the account's default bus.

On AWS an instance goes from `pending` to `running`, from `stopping` to `stopped`, from `shutting-down` to
`terminated`, and EventBridge gets an event for each. MiniStack's instances jump, silently; and a caller can't send the
events in its place, since `PutEvents` rightly refuses sources that begin with `aws.`. Requests that do not fit an
instance's state are answered `IncorrectInstanceState`, as on AWS.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html
"""

from __future__ import annotations

import contextvars
import json
import os
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import ec2, eventbridge

_CODES = {"pending": 0, "running": 16, "shutting-down": 32, "terminated": 48, "stopping": 64, "stopped": 80}
_RUNNING = re.compile(r"<code>16</code>(\s*)<name>running</name>")

Answer = tuple[int, dict[str, str], Any]
Handler = Callable[[dict[str, Any]], Answer]


@dataclass(frozen=True)
class _Change:
    """What one action does to an instance.

    Parameters
    ----------
    through
        The state on the way, and the final one, by the state in which the action meets the instance. A state that is
        missing here is refused; one that maps to itself alone changes nothing.
    verb
        Ends the refusal's sentence.
    """

    action: str
    through: dict[str, tuple[str, ...]]
    verb: str


_STOP = _Change(
    "StopInstances",
    {"running": ("stopping", "stopped"), "stopping": ("stopping",), "stopped": ("stopped",)},
    "stopped",
)
_START = _Change(
    "StartInstances",
    {"stopped": ("pending", "running"), "pending": ("pending",), "running": ("running",)},
    "started",
)
_TERMINATE = _Change(
    "TerminateInstances",
    {
        **dict.fromkeys(("pending", "running", "stopping"), ("shutting-down", "terminated")),
        "stopped": ("terminated",),
        "shutting-down": ("shutting-down",),
        "terminated": ("terminated",),
    },
    "terminated",
)
_REBOOT = _Change("RebootInstances", {"running": ("running",)}, "rebooted")


def install() -> None:
    """Put the states and events round MiniStack's five actions."""
    seconds = float(os.environ.get("EVENTYARD_INSTANCE_SECONDS", "0.5"))
    actions = ec2._ACTION_MAP
    actions["RunInstances"] = _run(actions["RunInstances"], seconds)
    for change in (_STOP, _START, _TERMINATE, _REBOOT):
        actions[change.action] = _changed(change, actions[change.action], seconds)


def _changed(change: _Change, original: Handler, seconds: float) -> Handler:
    def handle(parameters: dict[str, Any]) -> Answer:
        ids = ec2._parse_member_list(parameters, "InstanceId")
        before = {iid: ec2._instances[iid]["State"]["Name"] for iid in ids if iid in ec2._instances}
        for iid, state in before.items():
            if state not in change.through:
                message = f"The instance '{iid}' is not in a state from which it can be {change.verb}."
                refusal: Answer = ec2._error("IncorrectInstanceState", message, 400)
                return refusal
        # MiniStack sets the final state at once; nothing else runs between that and the next lines' correction.
        answer = original(parameters)
        if answer[0] != 200 or change is _REBOOT:  # noqa: PLR2004
            return answer
        for iid, state in before.items():
            if change is _START and state == "stopped":
                ec2._instances[iid]["LaunchTime"] = _now()
            _pass_through(iid, state, change.through[state], seconds)
        changed: Answer = ec2._xml(200, f"{change.action}Response", _instances_set(before, change))
        return changed

    return handle


def _run(original: Handler, seconds: float) -> Handler:
    def handle(parameters: dict[str, Any]) -> Answer:
        known = set(ec2._instances)
        status, headers, body = original(parameters)
        for iid in [iid for iid in ec2._instances if iid not in known]:
            _pass_through(iid, None, ("pending", "running"), seconds)
        text = body.decode() if isinstance(body, bytes) else body
        text = _RUNNING.sub(r"<code>0</code>\1<name>pending</name>", text)
        return status, headers, text.encode() if isinstance(body, bytes) else text

    return handle


def _pass_through(iid: str, before: str | None, states: tuple[str, ...], seconds: float) -> None:
    """Set the first of `states` now and the next a moment later, with an event for each that is new."""
    instance = ec2._instances[iid]
    instance["State"] = _state(states[0])
    if states[0] == before:
        return
    _emit(iid, states[0])
    if len(states) == 1:
        return

    def settle() -> None:
        # Gone by a reset, or overtaken by another action meanwhile.
        if ec2._instances.get(iid) is instance and instance["State"]["Name"] == states[0]:
            instance["State"] = _state(states[1])
            _emit(iid, states[1])

    # Account and region of the request travel in context variables.
    timer = threading.Timer(seconds, contextvars.copy_context().run, args=(settle,))
    timer.daemon = True
    timer.start()


def _emit(iid: str, state: str) -> None:
    entry = {
        "Source": "aws.ec2",
        "DetailType": "EC2 Instance State-change Notification",
        "Detail": json.dumps({"instance-id": iid, "state": state}),
        "Resources": [f"arn:aws:ec2:{get_region()}:{get_account_id()}:instance/{iid}"],
    }
    eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _state(name: str) -> dict[str, Any]:
    return {"Code": _CODES[name], "Name": name}


def _instances_set(before: dict[str, str], change: _Change) -> str:
    items: Iterable[str] = (
        f"<item><instanceId>{iid}</instanceId>"
        f"<previousState>{_state_xml(state)}</previousState>"
        f"<currentState>{_state_xml(change.through[state][0])}</currentState></item>"
        for iid, state in before.items()
    )
    return f"<instancesSet>{''.join(items)}</instancesSet>"


def _state_xml(name: str) -> str:
    return f"<code>{_CODES[name]}</code><name>{name}</name>"
