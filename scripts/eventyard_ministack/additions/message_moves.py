# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""Messages can be moved from a dead-letter queue back to where they came from.

`StartMessageMoveTask` moves what lies in a dead-letter queue to another queue, or back to the queue each message came
from, at a rate one may choose; a task can be looked at and cancelled. MiniStack knows none of the three actions.

A moved message is a new one, with body, attributes and group kept. What a consumer has in hand stays where it is. The
caller needs the rights to receive and delete there, and to send here, as well as the right to start a task.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
"""

from __future__ import annotations

import base64
import binascii
import json
import threading
import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.core.concurrency import esm_wake, spawn_background
from ministack.core.responses import new_uuid
from ministack.services import sqs

Record = dict[str, Any]

_FASTEST = 500
_MOST_RESULTS = 10
_ON_SOURCE = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
# What a message's system attributes call the queue it came from.
_CAME_FROM = "DeadLetterQueueSourceArn"


@dataclass
class _Task:
    """One task, and how far it got."""

    source: str
    destination: str | None
    rate: int | None
    to_move: int
    handle: str
    started: int = field(default_factory=lambda: int(time.time() * 1000))
    status: str = "RUNNING"
    moved: int = 0
    reason: str = ""
    cancelled: threading.Event = field(default_factory=threading.Event)

    def answer(self) -> Record:
        told = {
            "TaskHandle": self.handle if self.status == "RUNNING" else None,
            "Status": self.status,
            "SourceArn": self.source,
            "DestinationArn": self.destination,
            "MaxNumberOfMessagesPerSecond": self.rate,
            "ApproximateNumberOfMessagesMoved": self.moved,
            "ApproximateNumberOfMessagesToMove": self.to_move,
            "FailureReason": self.reason or None,
            "StartedTimestamp": self.started,
        }
        return {name: value for name, value in told.items() if value is not None}


_tasks: dict[str, _Task] = {}
# Rights a request needs beside the one to its own action; read where its resource is, and checked right after.
_further: ContextVar[tuple[tuple[str, str], ...]] = ContextVar("further", default=())


def install() -> None:
    """Answer the three actions, and name their resources to IAM."""
    sqs._HANDLERS.update(
        {"StartMessageMoveTask": _start, "ListMessageMoveTasks": _list, "CancelMessageMoveTask": _cancel}
    )
    resource_of, enforce = iam_actions.extract_resource_arn, iam_evaluator.enforce

    def extract_resource_arn(service: str, method: str, path: str, headers: Any, body: bytes, *rest: Any) -> str:
        found: str = resource_of(service, method, path, headers, body, *rest)
        _further.set(())
        if service != "sqs" or found != "*":
            return found
        source = iam_actions._param(body, rest[0], "SourceArn")
        source = source or _source_of(iam_actions._param(body, rest[0], "TaskHandle"))
        _further.set(_rights(source, iam_actions._param(body, rest[0], "DestinationArn")))
        return source or found

    def enforce_moving(key: str, action: str, service: str, region: str, **named: Any) -> Any:
        denied = enforce(key, action, service, region, **named)
        if action == "sqs:StartMessageMoveTask":
            for right, arn in _further.get():
                denied = denied or enforce(key, right, service, region, resource_arn=arn)
        return denied

    iam_actions.extract_resource_arn = extract_resource_arn
    iam_evaluator.enforce = enforce_moving


def _rights(source: str, destination: str) -> tuple[tuple[str, str], ...]:
    to = (destination,) if destination else _sources(source)
    return (*((action, source) for action in _ON_SOURCE), *(("sqs:SendMessage", arn) for arn in to))


def _source_of(handle: str) -> str:
    try:
        return str(json.loads(base64.b64decode(handle))["sourceArn"])
    except (ValueError, KeyError, TypeError, binascii.Error):
        return ""


def _sources(dead: str) -> tuple[str, ...]:
    """Return the queues whose dead-letter queue this is."""
    policies = [(queue["attributes"], queue["attributes"].get("RedrivePolicy") or "{}") for queue in _queues()]
    return tuple(
        attributes["QueueArn"] for attributes, text in policies if json.loads(text).get("deadLetterTargetArn") == dead
    )


def _queues() -> list[Record]:
    return list(sqs._queues.values())


def _start(data: Record, _url: str) -> Record:
    source, destination, rate = (
        data.get(name) for name in ("SourceArn", "DestinationArn", "MaxNumberOfMessagesPerSecond")
    )
    for name, arn in (("SourceArn", source), ("DestinationArn", destination)):
        if arn and sqs._queue_by_arn(arn) is None:
            message = f"The resource that you specified for the {name} parameter doesn't exist."
            raise sqs._Err("ResourceNotFoundException", message, 404)
    if rate is not None and not 1 <= int(rate) <= _FASTEST:
        message = f"Value for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: it is from 1 to {_FASTEST}."
        raise sqs._Err("InvalidParameterValue", message)
    if not source or not _sources(source):
        raise sqs._Err("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.")
    if any(task.status == "RUNNING" and task.source == source for task in _tasks.values()):
        message = (
            "There is already a task running. Only one active task is allowed for a source queue arn at a given time."
        )
        raise sqs._Err("UnsupportedOperation", message)
    identity = {"taskId": new_uuid(), "sourceArn": source}
    handle = base64.b64encode(json.dumps(identity).encode()).decode()
    waiting = len(sqs._queue_by_arn(source)["messages"])
    task = _tasks[handle] = _Task(source, destination, None if rate is None else int(rate), waiting, handle)
    spawn_background(_move, task)
    return {"TaskHandle": handle}


def _list(data: Record, _url: str) -> Record:
    source = data.get("SourceArn", "")
    if sqs._queue_by_arn(source) is None:
        message = "The resource that you specified for the SourceArn parameter doesn't exist."
        raise sqs._Err("ResourceNotFoundException", message, 404)
    count = min(int(data.get("MaxResults") or 1), _MOST_RESULTS)
    found = [task for task in reversed(_tasks.values()) if task.source == source]
    return {"Results": [task.answer() for task in found[:count]]}


def _cancel(data: Record, _url: str) -> Record:
    handle = data.get("TaskHandle", "")
    if not _source_of(handle):
        raise sqs._Err("InvalidParameterValue", "Value for parameter TaskHandle is invalid.")
    task = _tasks.get(handle)
    if task is None:
        raise sqs._Err("ResourceNotFoundException", "Task does not exist.", 404)
    with sqs._queues_lock:
        if task.status != "RUNNING":
            raise sqs._Err("ResourceNotFoundException", "Only active tasks can be cancelled.", 404)
        task.status = "CANCELLED"
    task.cancelled.set()
    return {"ApproximateNumberOfMessagesMoved": task.moved}


def _move(task: _Task) -> None:
    """Move message after message until none can be taken."""
    while task.status == "RUNNING":
        with sqs._queues_lock:
            if task.status == "RUNNING" and not _move_one(task):
                task.status = "FAILED" if task.reason else "COMPLETED"
        esm_wake.set()
        if task.rate:
            task.cancelled.wait(1 / task.rate)


def _move_one(task: _Task) -> bool:
    queue = sqs._queue_by_arn(task.source)
    now = time.time()
    free = (message for message in queue["messages"] if message.get("visible_at", now) <= now) if queue else ()
    message = next(iter(free), None)
    if message is None:
        return False
    home = task.destination or message.get("sys", {}).get(_CAME_FROM)
    to = sqs._queue_by_arn(home) if home else None
    if to is None:
        task.reason = "AWS.SimpleQueueService.NonExistentQueue" if home else "CouldNotDetermineMessageSource"
        return False
    kept = {name: message[name] for name in ("body", "message_attributes", "group_id", "dedup_id") if name in message}
    moved = {"id": new_uuid(), "md5_attrs": message.get("md5_attrs"), **kept}
    sqs._ensure_msg_fields(moved)
    if to["is_fifo"]:
        to["fifo_seq"] += 1
        moved["seq"] = str(to["fifo_seq"]).zfill(20)
    moved["visible_at"] += sqs.queue_delay(to)
    to["messages"].append(moved)
    queue["messages"].remove(message)
    task.moved += 1
    return True
