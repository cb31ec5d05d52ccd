"""`package`: the handlers of a stack, or of any folder."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads it at run time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from eventyard.deployment import artefacts
from eventyard.packaging import report

from . import folder
from .options import ALL, Env, Json, Stack, project

if TYPE_CHECKING:
    from .options import Project


def package(
    stack: Stack = None,
    env: Env = None,
    handlers: Annotated[
        Path | None,
        typer.Option(help="Any folder of functions instead of a stack; has options of its own: see its --help."),
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="List the heaviest files of each artefact.")] = False,
    sbom: Annotated[bool, typer.Option("--sbom", help="Write a CycloneDX bill of materials beside each.")] = False,
    json: Json = False,
) -> None:
    """Zip the handlers of a stack, or of any folder, and write their manifest."""
    if handlers is not None:  # a shell's words never come here: `entry` has seen them
        folder.main(["--handlers", str(handlers)])
        return
    here = project(env)
    found = {name: _one(here, name, explain=explain, sbom=sbom, quiet=json) for name in here.stacks(stack)}
    if json:
        here.console.data(found if stack == ALL else next(iter(found.values())))


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(package)


def _one(here: Project, name: str, *, explain: bool, sbom: bool, quiet: bool) -> dict[str, Any]:
    """Package one stack; print what was made unless `quiet`, and return it."""
    deployment = here.deployment(name)
    previous = artefacts.previous(deployment.context)
    manifest = deployment.package()
    if sbom:
        from eventyard.packaging import sbom as bills  # noqa: PLC0415 - its library is loaded when it is asked for

        bills.write(manifest, deployment.context.paths.manifest.parent)
    lines = [] if quiet else report.lines(manifest, previous)
    if explain and not quiet:
        lines.extend(report.explanation(manifest))
    for line in lines:
        here.console.result(line)
    return report.document(manifest, previous)
