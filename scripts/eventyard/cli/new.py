"""`new module stack handler`: scaffolds that pass every check, and what to do next."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from eventyard.config import find_root, load
from eventyard.console import Console

from .options import Json, OneStack, project

if TYPE_CHECKING:
    from eventyard.config import Settings
    from eventyard.scaffolding import Scaffold

app = typer.Typer(
    help="Begin a module, a stack or a handler; what is there already is never touched.", no_args_is_help=True
)


@app.command()
def module(
    name: Annotated[str, typer.Argument(help="Lower-case letters, digits and hyphens: `audit-log`.")],
    json: Json = False,
) -> None:
    """Write a Terraform module with inputs, grants, an alarm, README examples and its own tests."""
    from eventyard import scaffolding  # noqa: PLC0415 - needed by this word alone

    settings = load(find_root())
    _place(settings, scaffolding.module(settings, name), json=json)


@app.command()
def stack(
    name: Annotated[str, typer.Argument(help="Lower-case letters, digits and hyphens: `order-events`.")],
    modules: Annotated[
        str | None,
        typer.Option(help="Where modules are from, `{module}` in the name's place; default: here, or as other stacks."),
    ] = None,
    json: Json = False,
) -> None:
    """Write a stack of two queues and a function, with its handler, its tests and its picture."""
    from eventyard import scaffolding  # noqa: PLC0415 - as above

    settings = load(find_root())
    _place(settings, scaffolding.stack(settings, name, modules), json=json)


@app.command()
def handler(
    name: Annotated[str, typer.Argument(help="Lower-case letters, digits and underscores: `send_email`.")],
    stack: OneStack = None,
    json: Json = False,
) -> None:
    """Write a function of a stack that is there, and its unit test."""
    from eventyard import scaffolding  # noqa: PLC0415 - as above

    here = project(None)
    _place(here.settings, scaffolding.handler(here.settings, here.stack(stack), name), json=json)


def _place(settings: Settings, scaffold: Scaffold, *, json: bool) -> None:
    from eventyard.scaffolding import place  # noqa: PLC0415 - as above

    made, console = place(settings.root, scaffold), Console()
    if json:
        console.data({"made": [str(path) for path in made], "next": [asdict(step) for step in scaffold.then]})
        return
    for path in made:
        console.result(str(path.relative_to(settings.root)))
    console.note("next:")
    for step in scaffold.then:
        for line in step.told():
            console.note(f"  {line}")
