"""What a person wants to see of a failed test: plan, outputs, logs, queues, mail, executions."""

from __future__ import annotations

import json
import re
import shutil
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .stacks import Stack, Yard

_LOG_TAIL_BYTES = 200_000
_EVENTS = 500


def collect(yard: Yard, test: str, folder: Path) -> Path:
    """Write the bundle of one failed test and return its folder; whatever can't be had is named in it.

    Secrets are masked: the outputs are those `eventyard outputs` shows, and plans are given as summaries.
    """
    place = folder / re.sub(r"[^\w.-]+", "_", test)[-120:]
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    session = yard.target.session
    parts: dict[str, Callable[[], Any]] = {
        "functions.json": lambda: _function_logs(session),
        "queues.json": lambda: _queues(session),
        "executions.json": lambda: _executions(session),
        "mailbox.json": lambda: _mailbox(yard),
    }
    for stack in yard.applied:
        parts[f"{stack.name}-outputs.json"] = partial(_outputs, stack)
        parts[f"{stack.name}-plan.json"] = partial(_summary, stack)
    for name, part in parts.items():
        try:
            text = json.dumps(part(), indent=2, default=str)
        except Exception as error:  # noqa: BLE001 - a bundle is made when things are broken
            text = f"could not be had: {error!r}"
        (place / name).write_text(text + "\n", encoding="utf-8")
    emulator = yard.target.emulator
    log = emulator.log if emulator else None
    if log is not None and log.is_file():
        (place / "emulator.log").write_bytes(log.read_bytes()[-_LOG_TAIL_BYTES:])
    return place


def _outputs(stack: Stack) -> Any:
    return stack.deployment.outputs().shown()


def _summary(stack: Stack) -> Any:
    file = stack.deployment.context.paths.summary
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None


def _function_logs(session: Any) -> dict[str, list[str]]:
    logs = session.client("logs")
    groups = [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]
    return {
        group: [event["message"] for event in logs.filter_log_events(logGroupName=group, limit=_EVENTS)["events"]]
        for group in groups
    }


def _queues(session: Any) -> dict[str, Any]:
    sqs = session.client("sqs")
    counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = {}
    for url in sqs.list_queues().get("QueueUrls", []):
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=counts)["Attributes"]
        # Looking must not take: what is received is visible again at once.
        seen = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0, WaitTimeSeconds=0)
        found[url] = {**attributes, "messages": [message["Body"] for message in seen.get("Messages", [])]}
    return found


def _executions(session: Any) -> dict[str, Any]:
    states = session.client("stepfunctions")
    return {
        execution["executionArn"]: states.get_execution_history(executionArn=execution["executionArn"])["events"]
        for machine in states.list_state_machines()["stateMachines"]
        for execution in states.list_executions(stateMachineArn=machine["stateMachineArn"], maxResults=20)["executions"]
    }


def _mailbox(yard: Yard) -> list[Any]:
    emulator = yard.target.emulator
    return [] if emulator is None else [vars(mail) for mail in emulator.mail()]
