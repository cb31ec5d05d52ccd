"""`patterns`: what EventBridge would match, asked of nobody."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads it at run time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from eventyard.config import ConfigError

from .options import Env, Json, Stack, project

if TYPE_CHECKING:
    from eventyard.console import Console
    from eventyard.patterns import Pattern
    from eventyard.plans.policy import Finding

_STDIN = "-"


def patterns(
    pattern: Annotated[
        Path | None, typer.Argument(help="A file with a pattern, `-` for stdin; none with --stack.", show_default=False)
    ] = None,
    events: Annotated[
        list[Path] | None, typer.Argument(help="Files with an event each; none: the pattern alone.", show_default=False)
    ] = None,
    stack: Stack = None,
    env: Env = None,
    plan: Annotated[Path | None, typer.Option(help="A plan's JSON to read; without it one is made, offline.")] = None,
    json: Json = False,
) -> None:
    """Check event patterns offline: a file's with events, or all of a stack's with the events it states.

    Exits 1 when an event doesn't match, or a stack's rule is wrong; 2 when a pattern is none EventBridge takes.
    """
    if pattern is None:
        _of_stacks(stack, env, plan, json=json)
        return
    if stack is not None or plan is not None:
        raise ConfigError("A pattern's file and a stack are two things to check", fix="leave one of them out")
    from eventyard.console import Console  # noqa: PLC0415 - no project is needed

    _of_files(Console(), pattern, events or [], json=json)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(patterns)


def _of_files(console: Console, file: Path, events: list[Path], *, json: bool) -> None:
    from eventyard.patterns import miss, parse, read_event  # noqa: PLC0415 - needed by this word alone

    parsed = parse(_text(file), name=str(file))
    found = {str(event): miss(parsed, read_event(_text(event), name=str(event))) for event in events}
    misses = {name: None if one is None else str(one) for name, one in found.items()}
    for note in parsed.notes:
        console.warn(note)
    if json:
        console.data(_as_json(parsed, misses))
    else:
        for name, why in misses.items():
            console.result(f"{name}: {f'does not match: {why}' if why else 'matches'}")
        if not misses:
            console.result(f"{file}: a pattern EventBridge takes")
    if any(misses.values()):
        raise typer.Exit(1)


def _as_json(parsed: Pattern, misses: dict[str, str | None]) -> dict[str, Any]:
    events = {name: {"matches": why is None, "why": why} for name, why in misses.items()}
    return {"events": events, "notes": list(parsed.notes)}


def _of_stacks(stack: str | None, env: str | None, plan: Path | None, *, json: bool) -> None:
    from eventyard.diagrams import planning  # noqa: PLC0415 - as above
    from eventyard.plans import policy  # noqa: PLC0415 - as above
    from eventyard.plans.policy.events import RULES  # noqa: PLC0415 - as above

    here = project(env)
    words = {rule.id for rule in RULES}
    failed = False
    results: dict[str, list[dict[str, str]]] = {}
    for name in here.stacks(stack):
        if plan is None:
            here.console.step(f"plan {name} without an account")
        document = planning.kept(plan) if plan else planning.plan(here.settings, here.environment, name, here.build)
        judged = policy.judge(document, suppressions=here.environment.policy)
        found = [one for one in judged if one.rule in words]
        failed = failed or any(one.verdict == "fail" for one in found)
        results[name] = [one.as_json() for one in found]
        if not json:
            _say(here.console, name, found)
    if json:
        here.console.data(results)
    if failed:
        raise typer.Exit(1)


def _say(console: Console, name: str, found: list[Finding]) -> None:
    for one in found:
        console.result(f"{one.verdict}: {one.address}: {one.message}")
        if one.verdict == "fail":
            console.note(f"  next: {one.fix}")
    if not found:
        console.result(f"{name}: every pattern is as stated")


def _text(file: Path) -> str:
    from eventyard.patterns import PatternError  # noqa: PLC0415 - as above

    if str(file) == _STDIN:
        return typer.get_text_stream("stdin").read()
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PatternError(f"the file can't be read: {error}", where=str(file), fix="name a file with JSON") from error
