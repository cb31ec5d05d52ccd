"""`diagram`: a stack's architecture as a picture."""

from __future__ import annotations

from enum import Enum
from pathlib import Path  # noqa: TC003 - Typer reads it at run time
from typing import TYPE_CHECKING, Annotated

import typer

from eventyard.config import ConfigError

from .options import ALL, Env, Stack, project

if TYPE_CHECKING:
    from eventyard.diagrams import Graph

    from .options import Project


class Format(Enum):
    """What a picture can be."""

    MERMAID = "mermaid"
    SVG = "svg"


def diagram(
    stack: Stack = None,
    env: Env = None,
    form: Annotated[Format, typer.Option("--format", "-f", help="What to draw it as.")] = Format.MERMAID,
    out: Annotated[Path | None, typer.Option(help="A folder for STACK.mmd or STACK.svg; stdout without it.")] = None,
    plan: Annotated[
        Path | None, typer.Option(help="A plan's JSON to draw; without it one is made, which needs no account.")
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Bring diagram.svg and README.md in the stack's own folder up to date.")
    ] = False,
) -> None:
    """Draw who calls whom, what is sent where, and who may do what, from a stack's plan."""
    here = project(env)
    names = here.stacks(stack)
    _refuse(stack, out=out, plan=plan, write=write)
    for name in names:
        graph = _graph(here, name, plan)
        if write:
            _keep(here, name, graph)
        else:
            _show(here, name, graph, form, out)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(diagram)


def _refuse(stack: str | None, *, out: Path | None, plan: Path | None, write: bool) -> None:
    if stack == ALL and plan is not None:
        raise ConfigError("A plan is of one stack", where="--stack all", fix="name the stack it was made of")
    if stack == ALL and out is None and not write:
        raise ConfigError("One picture fits on stdout", where="--stack all", fix="name a folder with `--out`")
    if write and out is not None:
        raise ConfigError("`--write` and `--out` name two places", where="--out", fix="leave one of them out")


def _graph(here: Project, name: str, plan: Path | None) -> Graph:
    from eventyard.diagrams import planning, read  # noqa: PLC0415 - needed by this word alone

    if plan is not None:
        return read(planning.kept(plan), name)
    here.console.step(f"plan {name} without an account")
    return read(planning.plan(here.settings, here.environment, name, here.build), name)


def _keep(here: Project, name: str, graph: Graph) -> None:
    from eventyard.diagrams import committed  # noqa: PLC0415 - as above

    written = committed.write(here.settings.stack_folder(name), graph)
    for file in written:
        here.console.result(str(file))
    if not written:
        here.console.note(f"the picture of {name} is up to date")


def _show(here: Project, name: str, graph: Graph, form: Format, out: Path | None) -> None:
    from eventyard.diagrams import mermaid, svg  # noqa: PLC0415 - as above
    from eventyard.rendering import files  # noqa: PLC0415 - as above

    text = svg(graph) if form is Format.SVG else mermaid(graph)
    if out is None:
        here.console.out.file.write(text)
        return
    file = out / f"{name}.{'svg' if form is Format.SVG else 'mmd'}"
    files.write(file, text)
    here.console.result(str(file))
