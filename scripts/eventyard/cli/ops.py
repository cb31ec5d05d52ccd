"""`ops invoke logs`: what is done with a stack that runs."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from eventyard import operations
from eventyard.deployment.functions import choose
from eventyard.errors import EventyardError

from .options import Env, Json, OneStack, Project, project

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eventyard.deployment import Context
    from eventyard.operations import Line

app = typer.Typer(help="Call a function of an applied stack, read what its functions log.", no_args_is_help=True)

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@app.command()
def invoke(
    function: Annotated[str, typer.Argument(help="A function's folder name, or its physical name.")],
    event: Annotated[str | None, typer.Option(help="A JSON file; `-` is stdin; none is `{}`.")] = None,
    stack: OneStack = None,
    env: Env = None,
    json: Json = False,
) -> None:
    """Call a function and print its answer."""
    here = project(env)
    context = _ready(here, stack)
    (chosen,) = choose(context, function)
    payload = operations.read_event(event) if event else {}
    answer = operations.invoke(here.target.session, chosen.name, payload, qualifier=chosen.alias)
    if json:
        here.console.data({"payload": answer.payload, "version": answer.version, "log": answer.log})
    else:
        here.console.data(answer.payload)
        here.console.note(answer.log.rstrip())


@app.command()
def logs(
    function: Annotated[str | None, typer.Argument(help="A function's folder name; all without it.")] = None,
    stack: OneStack = None,
    env: Env = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C.")] = False,
    correlation: Annotated[str | None, typer.Option("--id", help="Only one event's or request's lines.")] = None,
    since: Annotated[str, typer.Option(help="How far back: 90s, 30m, 2h, 1d.")] = "1h",
    platform: Annotated[bool, typer.Option(help="Lambda's own lines too.")] = False,
    json: Json = False,
) -> None:
    """Show what the functions of a stack log, in order of time."""
    here = project(env)
    names = [one.name for one in choose(_ready(here, stack), function)]
    begin = datetime.now(UTC) - _span(since)
    lines: Iterable[Line]
    if follow:
        lines = operations.follow(
            here.target.session, names, since=begin, correlation_id=correlation, platform=platform
        )
    else:
        lines = operations.events(
            here.target.session, names, since=begin, correlation_id=correlation, platform=platform
        )
    for line in lines:
        here.console.out.file.write((line.raw.rstrip() if json else operations.render(line)) + "\n")
        here.console.out.file.flush()


def _ready(here: Project, stack: str | None) -> Context:
    deployment = here.deployment(here.stack(stack))
    deployment.require_running()
    return deployment.context


def _span(text: str) -> timedelta:
    match = re.fullmatch(r"(\d+)([smhd])", text)
    if not match:
        raise EventyardError(f"`{text}` is no span of time", fix="write `90s`, `30m`, `2h` or `1d`")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})
