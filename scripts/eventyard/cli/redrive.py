"""`redrive`: what lies in dead-letter queues goes back to where it came from."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from eventyard.errors import INTERRUPTED, EventyardError

from .options import Env, Json, OneStack, Project, Yes, project

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from eventyard.deployment import Context
    from eventyard.operations.redrive import DeadLetterQueue, Task


def redrive(
    queue: Annotated[
        str | None, typer.Argument(help="A dead-letter queue, or the queue it serves; all of the stack without it.")
    ] = None,
    stack: OneStack = None,
    env: Env = None,
    to: Annotated[str | None, typer.Option(help="ARN or URL of another queue for the messages.")] = None,
    rate: Annotated[int | None, typer.Option(min=1, max=500, help="Messages a second; SQS decides without it.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what lies where, and move nothing.")] = False,
    cancel: Annotated[bool, typer.Option("--cancel", help="End the move that runs, of QUEUE.")] = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Show what a stack's dead-letter queues hold, and move it back to the queues it came from."""
    here = project(env)
    deployment = here.deployment(here.stack(stack))
    context = deployment.context
    context.target.check()
    deployment.require_running()
    if (to or cancel) and not queue:
        raise EventyardError(
            f"`{'--to' if to else '--cancel'}` is for one queue", where="QUEUE", fix=f"{context.hint('redrive')} QUEUE"
        )
    chosen = _chosen(context, queue)
    if cancel:
        _cancel(here, chosen[0], json=json)
        return
    found = _counted(here, chosen)
    if not json:
        _show(here, found)
    movable = [one for one in chosen if found[one.arn] and (one.sources or to)]
    if queue and not dry_run:
        _refuse_homeless(context, chosen[0], to)
    if dry_run or not movable:
        if json:
            here.console.data([_row(one, found[one.arn]) for one in chosen])
        elif not dry_run:
            here.console.note("there is nothing to move")
        return
    if not yes:
        total = sum(found[one.arn] for one in movable)
        here.console.confirm(f"Move {total} messages in `{context.environment.name}`?", answer=context.stack)
    _move(here, context, movable, to=to, rate=rate, json=json)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(redrive)


def _chosen(context: Context, queue: str | None) -> list[DeadLetterQueue]:
    from eventyard.deployment import record  # noqa: PLC0415 - as below
    from eventyard.operations import redrive as moving  # noqa: PLC0415 - needed by this word alone

    terraform = context.initialised() if context.environment.state else context.terraform()
    state = record.state_of(context, terraform) or {}
    if queue:
        return [moving.choose(state, queue, stack=context.stack, hint=context.hint("redrive", "--dry-run"))]
    return moving.dead_letter_queues(state)


def _counted(here: Project, queues: Sequence[DeadLetterQueue]) -> dict[str, int]:
    from eventyard.operations import redrive as moving  # noqa: PLC0415 - as above

    sqs = here.target.session.client("sqs")
    return {one.arn: moving.count(sqs, one.arn) for one in queues}


def _show(here: Project, found: Mapping[str, int]) -> None:
    rows = [(arn.rpartition(":")[2], str(count)) for arn, count in found.items()]
    here.console.table("", ("dead-letter queue", "messages"), rows)


def _row(queue: DeadLetterQueue, messages: int) -> dict[str, Any]:
    return {"queue": queue.name, **asdict(queue), "messages": messages}


def _refuse_homeless(context: Context, queue: DeadLetterQueue, to: str | None) -> None:
    """Refuse a queue whose messages SQS can't take home, when nobody says where else they go."""
    if queue.sources or to:
        return
    raise EventyardError(
        f"`{queue.name}` gets what these gave up: {queue.origin}. SQS does not know where that belongs",
        where=queue.arn,
        fix="call the function with a message's event, "
        + context.hint("ops invoke", "FUNCTION --event FILE")
        + ", or name a queue with `--to`",
    )


def _cancel(here: Project, queue: DeadLetterQueue, *, json: bool) -> None:
    from eventyard.operations import redrive as moving  # noqa: PLC0415 - as above

    moved = moving.cancel(here.target.session.client("sqs"), queue)
    if json:
        here.console.data({"queue": queue.name, "moved": moved})
    else:
        here.console.result(f"{queue.name}: cancelled after {moved} messages")


def _move(
    here: Project,
    context: Context,
    queues: Sequence[DeadLetterQueue],
    *,
    to: str | None,
    rate: int | None,
    json: bool,
) -> None:
    """Move queue after queue; say of each how many were moved, are left, and failed."""
    from eventyard.operations import redrive as moving  # noqa: PLC0415 - as above

    sqs, rows = here.target.session.client("sqs"), []
    for queue in queues:
        task = _one(here, context, queue, to=to, rate=rate)
        failed = max(0, task.to_move - task.moved) if task.status == "FAILED" else 0
        left = moving.count(sqs, queue.arn)
        rows.append({"queue": queue.name, "moved": task.moved, "left": left, "failed": failed, **_end(task)})
    if json:
        here.console.data(rows)
    else:
        table = [[str(row[name]) for name in ("queue", "moved", "left", "failed")] for row in rows]
        here.console.table("", ("dead-letter queue", "moved", "left", "failed"), table)
    broken = [row for row in rows if row["status"] == "FAILED"]
    if broken:
        raise moving.RedriveError(
            "; ".join(f"{row['queue']}: {row['reason']}" for row in broken),
            where=", ".join(str(row["queue"]) for row in broken),
            fix="what failed lies where it lay; `CouldNotDetermineMessageSource` means that no queue gave it up:"
            " name one with `--to`",
        )


def _end(task: Task) -> dict[str, str]:
    return {"status": task.status, **({"reason": task.reason} if task.reason else {})}


def _one(here: Project, context: Context, queue: DeadLetterQueue, *, to: str | None, rate: int | None) -> Task:
    from eventyard.operations import redrive as moving  # noqa: PLC0415 - as above

    sqs = here.target.session.client("sqs")
    arn = moving.destination(queue, to) if to else None
    again = context.hint("redrive", f"{queue.name} --cancel")

    def tell(task: Task) -> None:
        here.console.note(f"{queue.name}: {task.moved} of {task.to_move} moved")

    if arn and not queue.sources:
        return _handed_over(here, queue, arn, rate)
    moving.start(sqs, queue, to=arn, rate=rate, hint=again)
    try:
        return moving.follow(sqs, queue, tell=tell)
    except KeyboardInterrupt:
        here.console.warn(f"{queue.name}: SQS goes on moving; {again} ends it")
        raise typer.Exit(INTERRUPTED) from None


def _handed_over(here: Project, queue: DeadLetterQueue, to: str, rate: int | None) -> Task:
    """Hand messages over from here, since SQS has no task for them."""
    from eventyard.operations import redrive as moving  # noqa: PLC0415 - as above

    task = moving.Task("COMPLETED", 0, 0)
    try:
        for task in moving.hand_over(here.target.session.client("sqs"), queue, to, rate=rate):
            here.console.note(f"{queue.name}: {task.moved} of {task.to_move} handed over")
    except KeyboardInterrupt:
        here.console.warn(
            f"{queue.name}: stopped after {task.moved} messages; up to ten that were under way may be in both queues"
        )
        raise typer.Exit(INTERRUPTED) from None
    return task
