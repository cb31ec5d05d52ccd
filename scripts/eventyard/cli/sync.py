"""`sync`: edited handlers straight into the functions of a local or development environment."""

from __future__ import annotations

import json as codec
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .options import Env, Json, OneStack, Project, project

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eventyard.deployment import Context
    from eventyard.errors import EventyardError
    from eventyard.sync import Round, Sync
    from eventyard.sync.matching import Pending


def sync(
    stack: OneStack = None,
    env: Env = None,
    watch: Annotated[bool, typer.Option("--watch/--once", help="Go on with every edit until Ctrl-C.")] = False,
    json: Json = False,
) -> None:
    """Give functions their edited code at once, past Terraform; not for protected environments."""
    began = time.perf_counter()
    from eventyard.sync import Sync  # noqa: PLC0415 - needed by this word alone

    here = project(env)
    context = here.deployment(here.stack(stack)).context
    worker = Sync(context)
    worker.check()
    (_watch if watch else _once)(here, context, worker, began, json=json)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(sync)


def _once(here: Project, context: Context, worker: Sync, began: float, *, json: bool) -> None:
    done = worker.round(began)
    worker.tidy()
    if json:
        here.console.data(_as_json(done))
    else:
        _tell(here, done)
        if not (done.updates or done.failures):
            here.console.note(f"{done.unchanged} functions serve their code already")
        _tell_pending(here, context, done.pending)
    if done.failures:
        raise typer.Exit(1)


def _watch(here: Project, context: Context, worker: Sync, began: float, *, json: bool) -> None:
    from eventyard.sync.files import Edits  # noqa: PLC0415 - needed for watching alone
    from eventyard.sync.watching import interrupts, watch  # noqa: PLC0415 - as above

    folder = context.settings.handlers_folder

    def line(document: dict[str, Any]) -> None:
        here.console.out.file.write(codec.dumps(document, sort_keys=True) + "\n")
        here.console.out.file.flush()

    def wrong(error: EventyardError) -> None:
        line({"error": _error(error)}) if json else here.console.error(error)

    with interrupts() as stop, Edits(folder, stop) as edits:
        here.console.note(f"watching {folder}; Ctrl-C ends it")
        session = watch(
            worker,
            edits,
            stop,
            began=began,
            tell=lambda done: line(_as_json(done)) if json else _tell(here, done),
            wrong=wrong,
            waiting=here.console.note,
        )
    here.console.note(session.line())
    if json:
        line({"pending": [asdict(one) for one in session.last.pending]})
    else:
        _tell_pending(here, context, session.last.pending)


def _tell(here: Project, done: Round) -> None:
    for update in done.updates:
        version = f", version {update.version}" if update.version else ""
        if update.live:
            here.console.result(f"{update.label}: live after {update.milliseconds:.0f} ms{version}")
        for reason in update.left:
            here.console.warn(f"{update.label}: {'' if update.live else 'not live: '}{reason}")
    for failure in done.failures:
        here.console.error(failure.error)
    for note in done.notes:
        here.console.note(note)


def _tell_pending(here: Project, context: Context, pending: Sequence[Pending]) -> None:
    """Say what Terraform will still want to change."""
    if not pending:
        here.console.note("the next plan changes nothing because of it")
        return
    here.console.result(f"The next plan will change what `sync` left; {context.hint('apply')} settles it:")
    for one in pending:
        here.console.result(f"  {one}")


def _as_json(done: Round) -> dict[str, Any]:
    return {
        "updates": [{**asdict(one), "milliseconds": round(one.milliseconds), "live": one.live} for one in done.updates],
        "failures": [{"label": one.label, **_error(one.error)} for one in done.failures],
        "unchanged": done.unchanged,
        "notes": done.notes,
        "pending": [asdict(one) for one in done.pending],
    }


def _error(error: EventyardError) -> dict[str, str | None]:
    return {"what": error.what, "where": error.where, "fix": error.fix}
