"""SQS's own task that moves messages, and handing them over where SQS has none.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eventyard.errors import EventyardError
from eventyard.operations.session import code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .letters import DeadLetterQueue

# Messages a second that a task moves at most.
FASTEST = 500
_BATCH = 10
_LOOK_SECONDS = 0.5
_IN_HAND_SECONDS = 60
_RUNNING = ("RUNNING", "CANCELLING")
_COUNTS = ("", "NotVisible", "Delayed")
_ARN_PARTS = 6


class RedriveError(EventyardError):
    """Messages could not be moved; they lie where they lay, or where the message says."""


@dataclass(frozen=True)
class Task:
    """How far a move is.

    Parameters
    ----------
    status
        SQS's word: `RUNNING`, `COMPLETED`, `CANCELLING`, `CANCELLED` or `FAILED`.
    moved, to_move
        Messages that were moved, and that there were when it began, both approximate as SQS counts them.
    reason
        Why it failed, in SQS's word.
    handle
        What cancels it, while it runs.
    """

    status: str
    moved: int
    to_move: int
    reason: str = ""
    handle: str = ""

    @property
    def runs(self) -> bool:
        """Whether there is more to come."""
        return self.status in _RUNNING


def running(sqs: Any, queue: DeadLetterQueue) -> Task | None:
    """Return the task that moves messages out of the queue at this moment; None when there is none."""
    found = _latest(sqs, queue.arn)
    return found if found and found.runs else None


def start(sqs: Any, queue: DeadLetterQueue, *, to: str | None, rate: int | None, hint: str) -> None:
    """Let SQS move what the queue holds.

    Parameters
    ----------
    sqs
        A client of SQS.
    queue
        The dead-letter queue of a queue.
    to
        ARN of the queue the messages go to; None: each goes where it came from.
    rate
        Messages a second, 1 to 500; None: as SQS sees fit.
    hint
        The command that cancels a task, for messages.

    Raises
    ------
    RedriveError
        A task runs already, the queue is not there, or these credentials may not.
    """
    busy = running(sqs, queue)
    if busy:
        raise _busy(queue, busy, hint)
    settings = {
        name: value
        for name, value in (("DestinationArn", to), ("MaxNumberOfMessagesPerSecond", rate))
        if value is not None
    }
    try:
        sqs.start_message_move_task(SourceArn=queue.arn, **settings)
    except Exception as error:
        # Somebody else may have been faster by a moment.
        if code(error).endswith("UnsupportedOperation"):
            raise _busy(queue, running(sqs, queue), hint) from error
        raise _refusal(queue.name, error) from error


def follow(sqs: Any, queue: DeadLetterQueue, *, tell: Callable[[Task], None]) -> Task:
    """Look at the queue's latest task until it has ended; return how it ended.

    Parameters
    ----------
    tell
        Called with each state that differs from the one before.

    Raises
    ------
    RedriveError
        It can't be looked at any more.
    """
    told = None
    while True:
        task = _latest(sqs, queue.arn)
        if task is None:
            raise RedriveError(
                f"SQS does not know a task of `{queue.name}` any more", where=queue.arn, fix="look what the queue holds"
            )
        if task != told:
            tell(task)
            told = task
        if not task.runs:
            return task
        time.sleep(_LOOK_SECONDS)


def cancel(sqs: Any, queue: DeadLetterQueue) -> int:
    """End the task that runs; return how many messages it has moved.

    Raises
    ------
    RedriveError
        None runs.
    """
    task = running(sqs, queue)
    if task is None:
        raise RedriveError(f"No task moves messages out of `{queue.name}`", where=queue.arn)
    try:
        answer = sqs.cancel_message_move_task(TaskHandle=task.handle)
    except Exception as error:
        raise _refusal(queue.name, error) from error
    return int(answer.get("ApproximateNumberOfMessagesMoved", task.moved))


def count(sqs: Any, arn: str) -> int:
    """Return how many messages a queue holds, in somebody's hand or not.

    Raises
    ------
    RedriveError
        There is no such queue.
    """
    names = [f"ApproximateNumberOfMessages{kind}" for kind in _COUNTS]
    try:
        found = sqs.get_queue_attributes(QueueUrl=_url(sqs, arn), AttributeNames=names)["Attributes"]
    except Exception as error:
        raise _refusal(arn.rpartition(":")[2], error) from error
    return sum(int(found.get(name, 0)) for name in names)


def destination(queue: DeadLetterQueue, to: str) -> str:
    """Return the ARN of the queue a person names by ARN or URL.

    Raises
    ------
    RedriveError
        It is neither, or the queue itself.
    """
    arn = to
    if to.startswith(("http://", "https://")):
        *_, account, name = to.rstrip("/").split("/")
        arn = ":".join([*queue.arn.split(":")[:4], account, name])
    if arn.split(":")[2:3] != ["sqs"] or len(arn.split(":")) != _ARN_PARTS:
        raise RedriveError(f"`{to}` is no queue's ARN or URL", where="--to", fix="`eventyard outputs` shows the queues")
    if arn == queue.arn:
        raise RedriveError("Messages would be moved to where they are", where=f"--to {to}", fix="name another queue")
    if arn.endswith(".fifo") != queue.arn.endswith(".fifo"):
        raise RedriveError(
            "A first-in, first-out queue and a standard one don't take each other's messages",
            where=f"--to {to}",
            fix=f"name a queue of the same type as `{queue.name}`",
        )
    return arn


def hand_over(sqs: Any, queue: DeadLetterQueue, to: str, *, rate: int | None) -> Iterator[Task]:
    """Take, send and delete message by message, where SQS's own task is refused: nothing in it came from a queue.

    A message is deleted after it was sent: whoever interrupts this may find one in both queues, none in neither.

    Yields
    ------
    Task
        How far it is, after each ten messages.

    Raises
    ------
    RedriveError
        One of the queues is not there, or refuses.
    """
    total, moved = count(sqs, queue.arn), 0
    try:
        source, target = _url(sqs, queue.arn), _url(sqs, to)
        while moved < total and (messages := _taken(sqs, source)):
            began = time.monotonic()
            sent = {one["Id"] for one in _send(sqs, target, messages)}
            gone = [
                {"Id": str(number), "ReceiptHandle": one["ReceiptHandle"]}
                for number, one in enumerate(messages)
                if str(number) in sent
            ]
            if not gone:
                yield Task("FAILED", moved, total, f"{to} took none of {len(messages)}")
                return
            sqs.delete_message_batch(QueueUrl=source, Entries=gone)
            moved += len(gone)
            yield Task("RUNNING", moved, total)
            if rate:
                time.sleep(max(0.0, len(gone) / rate - (time.monotonic() - began)))
    except EventyardError:
        raise
    except Exception as error:
        raise _refusal(to.rpartition(":")[2], error) from error
    yield Task("COMPLETED", moved, total)


def _taken(sqs: Any, url: str) -> list[dict[str, Any]]:
    answer = sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=_BATCH,
        WaitTimeSeconds=1,
        VisibilityTimeout=_IN_HAND_SECONDS,
        MessageAttributeNames=["All"],
        AttributeNames=["All"],
    )
    return list(answer.get("Messages", []))


def _send(sqs: Any, url: str, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    entries = []
    for number, one in enumerate(messages):
        kept = {name: one.get("Attributes", {}).get(name) for name in ("MessageGroupId", "MessageDeduplicationId")}
        entry = {"Id": str(number), "MessageBody": one["Body"], **{name: text for name, text in kept.items() if text}}
        if one.get("MessageAttributes"):
            entry["MessageAttributes"] = one["MessageAttributes"]
        entries.append(entry)
    return list(sqs.send_message_batch(QueueUrl=url, Entries=entries).get("Successful", []))


def _latest(sqs: Any, arn: str) -> Task | None:
    try:
        results = sqs.list_message_move_tasks(SourceArn=arn, MaxResults=1).get("Results", [])
    except Exception as error:
        raise _refusal(arn.rpartition(":")[2], error) from error
    if not results:
        return None
    (one,) = results
    return Task(
        status=one["Status"],
        moved=int(one.get("ApproximateNumberOfMessagesMoved", 0)),
        to_move=int(one.get("ApproximateNumberOfMessagesToMove", 0)),
        reason=one.get("FailureReason", ""),
        handle=one.get("TaskHandle", ""),
    )


def _url(sqs: Any, arn: str) -> str:
    *_, account, name = arn.split(":")
    return str(sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"])


def _busy(queue: DeadLetterQueue, task: Task | None, hint: str) -> RedriveError:
    far = f": {task.moved} of {task.to_move} moved" if task else ""
    return RedriveError(
        f"A task moves the messages of `{queue.name}` already{far}",
        where=queue.arn,
        fix=f"wait for it (there is one at a time for a queue), or end it with {hint}",
    )


def _refusal(name: str, error: Exception) -> RedriveError:
    word = code(error)
    if word.endswith(("NonExistentQueue", "QueueDoesNotExist", "ResourceNotFoundException")):
        return RedriveError(f"There is no queue `{name}`", where=name, fix="run `eventyard apply`, or name another")
    if word.startswith("AccessDenied"):
        return RedriveError(
            f"These credentials may not move messages of `{name}`: {error}",
            where=name,
            fix="use a role with the queue module's grants `redrive` and, of where they go, `send`",
        )
    return RedriveError(f"SQS refuses: {error}", where=name, fix="look at the reason above")
