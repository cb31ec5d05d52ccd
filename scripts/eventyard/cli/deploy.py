"""`render plan apply destroy validate`: the pipeline's steps."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads it at run time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from eventyard.config import ConfigError
from eventyard.console import summary
from eventyard.deployment import every
from eventyard.deployment.reporting import table

from .options import ALL, Env, Json, Project, Stack, Yes, project

if TYPE_CHECKING:
    from collections.abc import Callable


Manifest = Annotated[
    str | None,
    typer.Option(help="Take the artefacts of a kept manifest (see `manifests`); `dev/ID` is another environment's."),
]


def render(
    stack: Stack = None,
    env: Env = None,
    out: Annotated[Path | None, typer.Option(help="A folder for a root that plain `terraform` takes over.")] = None,
    json: Json = False,
) -> None:
    """Write the root module of a stack in an environment."""
    here = project(env)

    def one(name: str) -> dict[str, str]:
        folder = here.deployment(name).render(out)
        if not json:
            here.console.result(str(folder))
        return {"root": str(folder)}

    _each(here, stack, one, json=json)


def plan(stack: Stack = None, env: Env = None, manifest: Manifest = None, json: Json = False) -> None:
    """Show what an apply would change, judge it by the policy, and keep the plan for `apply --plan`."""
    here = project(env)
    _refuse_several(stack, manifest)

    def one(name: str) -> dict[str, Any]:
        deployment = here.deployment(name)
        planned = deployment.plan(manifest)
        if not json:
            for line in planned.summary.lines():
                here.console.result(line)
        deployment.enforce(planned)
        return planned.as_json()

    _each(here, stack, one, json=json)


def apply(
    stack: Stack = None,
    env: Env = None,
    saved: Annotated[bool, typer.Option("--plan", help="Apply the plan that `plan` saved, if it isn't stale.")] = False,
    manifest: Manifest = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Package, render, plan, judge, apply exactly that plan, publish, and say where things are."""
    here = project(env)
    _refuse_several(stack, manifest)

    def one(name: str) -> dict[str, Any]:
        deployment = here.deployment(name)
        found = deployment.apply(approve=True if yes else None, use_saved=saved, manifest=manifest)
        if not json:
            table(deployment.context, found)
        return found.shown()

    _each(here, stack, one, json=json)


def destroy(stack: Stack = None, env: Env = None, yes: Yes = False) -> None:
    """Take a stack down; a protected environment stays as it is."""
    here = project(env)
    _each(here, stack, lambda name: here.deployment(name).destroy(approve=yes), backwards=True)


def validate(stack: Stack = None, env: Env = None) -> None:
    """Check settings and Terraform code; nothing is started or called."""
    here = project(env)

    def one(name: str) -> None:
        here.deployment(name).validate()
        here.console.result(f"{name}: valid")

    _each(here, stack, one)


def add_to(app: typer.Typer) -> None:
    """Add the commands, in the order people use them."""
    for command in (apply, plan, destroy, render, validate):
        app.command()(command)


def _refuse_several(stack: str | None, manifest: str | None) -> None:
    if manifest is not None and stack == ALL:
        raise ConfigError("A manifest is of one stack", where="--stack all", fix="name the stack it was kept for")


def _each(
    here: Project, chosen: str | None, work: Callable[[str], object], *, json: bool = False, backwards: bool = False
) -> None:
    """Do `work` for the chosen stack, or for all with a summary at the end."""
    if chosen != ALL:
        got = work(here.stack(chosen))
        if json:
            here.console.data(got)
        return
    results: dict[str, object] = {}

    def keep(name: str) -> None:
        results[name] = work(name)

    outcomes = every(here.environment, here.stacks(chosen), keep, backwards=backwards, report=here.console.error)
    if json:
        here.console.data({"stacks": results, "summary": [outcome.as_json() for outcome in outcomes]})
    else:
        summary(here.console, outcomes)
    if any(outcome.verdict != "ok" for outcome in outcomes):
        raise typer.Exit(1)
