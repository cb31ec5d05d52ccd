"""`outputs manifests doctor drift`: looking, changing nothing."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from eventyard.deployment.drifting import EXIT_DRIFT, as_json
from eventyard.deployment.reporting import table

from .options import Env, Json, OneStack, project

if TYPE_CHECKING:
    from eventyard.deployment.releases import Release

_SHORT_COMMIT = 12


def outputs(stack: OneStack = None, env: Env = None, json: Json = False) -> None:
    """Addresses and names of an applied stack; secrets are masked."""
    here = project(env)
    deployment = here.deployment(here.stack(stack))
    found = deployment.outputs()
    if json:
        here.console.data(found.shown())
    else:
        table(deployment.context, found)


def drift(stack: OneStack = None, env: Env = None, json: Json = False) -> None:
    """Exit 2 when reality has moved away from the state."""
    here = project(env)
    found = here.deployment(here.stack(stack)).drift()
    if json:
        here.console.data(as_json(found))
    else:
        for line in [str(one) for one in found] or ["no drift"]:
            here.console.result(line)
    if found:
        raise typer.Exit(EXIT_DRIFT)


def manifests(
    stack: OneStack = None,
    env: Env = None,
    limit: Annotated[int, typer.Option(min=1, help="How many, counted from the newest.")] = 20,
    json: Json = False,
) -> None:
    """List what was applied so far, newest first: each can be applied again, or to another environment."""
    here = project(env)
    found = here.deployment(here.stack(stack)).manifests(limit)
    if json:
        here.console.data([_release(one, found[0]) for one in found])
        return
    here.console.table(
        "",
        ("manifest", "applied (UTC)", "commit", "from", "differs in"),
        ((one.id, one.applied, _short(one.commit), one.origin, _against(one, found[0])) for one in found),
    )
    if not found:
        here.console.note("none is kept yet")


def doctor(env: Env = None, json: Json = False) -> None:
    """Look at tools, emulator, credentials and disk; one fix a line."""
    from eventyard.doctor import examine  # noqa: PLC0415 - needed by this word alone

    here = project(env)
    checks = examine(here.settings, here.environment)
    if json:
        here.console.data([asdict(check) for check in checks])
    else:
        here.console.table(
            "",
            ("", "what", "found", "next"),
            (("ok" if check.ok else "FAULT", check.name, check.detail, check.fix or "") for check in checks),
        )
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (outputs, manifests, doctor, drift):
        app.command()(command)


def _release(one: Release, last: Release) -> dict[str, Any]:
    return {
        "id": one.id,
        "applied": one.applied,
        "commit": one.commit,
        "from": one.origin,
        "platform": str(one.manifest.platform),
        "differs": one.differing(last),
        "handlers": {
            name: {"hash": made.hash, "handler": made.handler, "size": made.size}
            for name, made in one.manifest.handlers.items()
        },
    }


def _against(one: Release, last: Release) -> str:
    return "applied last" if one is last else ", ".join(one.differing(last)) or "nothing"


def _short(commit: str) -> str:
    return commit[:_SHORT_COMMIT] + ("+" if commit.endswith("+") else "")
