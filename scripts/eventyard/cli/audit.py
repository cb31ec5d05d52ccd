"""`audit`: what a stack's roles may do, beside what they did."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from .options import Env, Json, OneStack, project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eventyard.console import Console
    from eventyard.operations.audit import Audit, Denied, Unused

EXIT_FOUND = 2
# arn:partition:service:region:account:resource
_ARN_PARTS = 5


def audit(
    stack: OneStack = None,
    env: Env = None,
    strict: Annotated[bool, typer.Option(help="Parts of used statements count too.")] = False,
    json: Json = False,
) -> None:
    """Grants never used and calls denied, since the emulator started; exits 2 when there are any."""
    from eventyard.operations import audit as auditing  # noqa: PLC0415 - needed by this word alone

    here = project(env)
    context = here.deployment(here.stack(stack)).context
    found = auditing.audit(context)
    if json:
        here.console.data(asdict(found))
    else:
        tell(here.console, found)
    if found.unused or found.denied or (strict and found.wider):
        raise typer.Exit(EXIT_FOUND)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(audit)


def tell(console: Console, found: Audit) -> None:
    """Say what was found, and how long was looked."""
    minutes = (datetime.now(UTC) - found.since).total_seconds() / 60
    console.note(
        f"{found.calls} calls by {found.roles} roles, seen since {found.since:%Y-%m-%d %H:%M:%S} UTC"
        f" ({minutes:.0f} min): `never used` means not in this time"
    )
    if found.dropped:
        console.warn(f"{found.dropped} calls are not kept any more: what only they used counts as never used")
    console.table("", ("", "role", "statement", "actions", "on, or why"), _rows(found))
    for role, policy in found.not_judged:
        console.note(f"{role}: {policy} is AWS's own, and not judged")
    if not found.unused and not found.denied:
        console.note("every grant that can be seen here was used, no call is denied")


def _rows(found: Audit) -> Iterator[tuple[str, str, str, str, str]]:
    yield from (_row("never used", one) for one in found.unused)
    yield from (_refusal("denied", one) for one in found.denied)
    yield from (_refusal("denied, allowed now", one) for one in found.settled)
    yield from (_row("wider than used", one) for one in found.wider)
    alike: dict[tuple[str, str, str], list[str]] = {}
    for one in found.unseen:
        alike.setdefault((one.statement, ", ".join(one.actions), one.reason), []).append(one.role)
    for (statement, actions, reason), roles in alike.items():
        yield "not seen here", ", ".join(roles), statement, actions, reason


def _row(kind: str, one: Unused) -> tuple[str, str, str, str, str]:
    return kind, one.role, one.statement, ", ".join(one.actions), ", ".join(_short(arn) for arn in one.resources)


def _refusal(kind: str, one: Denied) -> tuple[str, str, str, str, str]:
    by = ", ".join(one.by) or "no statement allows it"
    often = f"{one.times} times, last" if one.times > 1 else "once,"
    return kind, one.role, by, one.action, f"{_short(one.resource)}, {often} {one.last:%Y-%m-%d %H:%M:%S} UTC"


def _short(arn: str) -> str:
    """Return an ARN without partition, region and account, which are the stack's own; JSON has it whole."""
    if not arn.startswith("arn:"):
        return arn
    _, _, service, _, _, resource = arn.split(":", maxsplit=_ARN_PARTS)
    return f"{service}:{resource}"
