"""`outputs doctor drift`: looking, changing nothing."""

from __future__ import annotations

from dataclasses import asdict

import typer

from eventyard.deployment.drifting import EXIT_DRIFT, as_json
from eventyard.deployment.reporting import table

from .options import Env, Json, OneStack, project


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
    for command in (outputs, doctor, drift):
        app.command()(command)
