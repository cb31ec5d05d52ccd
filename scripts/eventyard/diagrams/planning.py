"""A stack's plan, made without an account: its own text says enough for a picture."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from filelock import FileLock

from eventyard import rendering, tools
from eventyard.config import ConfigError
from eventyard.config.models import Reference
from eventyard.errors import EventyardError
from eventyard.packaging.sources.closure import discover
from eventyard.plans import offline

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from eventyard.config import Environment, Settings

_NOWHERE: Final = {
    "name": "diagram",
    "account": offline.ACCOUNT,
    "region": offline.REGION,
    **dict.fromkeys(("artefacts", "endpoint", "profile", "role_arn", "state")),
}


def plan(settings: Settings, environment: Environment, stack: str, build: Path) -> dict[str, Any]:
    """Return the JSON of a stack's first plan, in an account that isn't there.

    Parameters
    ----------
    environment
        Whose values the stack is called with: its inputs, role, tags. Where it is makes no difference.
    build
        `build/diagrams/<stack>` in it is where Terraform works.

    Raises
    ------
    ConfigError
        An input is another stack's output, which only that stack's state knows.
    PlanError
        Terraform refused the stack.
    """
    folder = build / "diagrams" / stack
    given = _given(environment, stack)
    rendered = root(settings, environment.model_copy(update=_NOWHERE), stack, folder, given)
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".lock"):
        rendering.render(rendered, folder, {})
        return offline.plan(
            folder,
            terraform=tools.terraform(settings.project.terraform, build),
            environment=tools.terraform_environment(build),
        )


def root(
    settings: Settings, environment: Environment, stack: str, folder: Path, given: Mapping[str, Any]
) -> rendering.Root:
    """Return what is rendered to plan a stack, with the inputs given, where its artefacts are not built."""
    source = rendering.StackSource(settings.stack_folder(stack))
    house = rendering.House(environment, stack, _handlers(settings.handlers_folder, stack))
    return rendering.Root(
        settings=settings,
        environment=environment,
        stack=stack,
        source=source,
        provider=rendering.Provider(version=tools.PROVIDER_VERSION, account=offline.ACCOUNT),
        state_file=folder / "terraform.tfstate",
        values=rendering.inputs(source, house, given),
    )


def _given(environment: Environment, stack: str) -> dict[str, Any]:
    """Return the inputs of `eventyard.toml`, none of which may be another stack's output."""
    given = environment.inputs_of(stack)
    borrowed = sorted(name for name, value in given.items() if isinstance(value, Reference))
    if borrowed:
        raise ConfigError(
            f"`{borrowed[0]}` is another stack's output, which a plan without an account doesn't know",
            where=f"eventyard.toml: environments.{environment.name}.stacks.{stack}.inputs.{borrowed[0]}",
            fix=f"run `eventyard plan --stack {stack} --env {environment.name}`, then this with "
            f"`--plan build/{environment.name}/{stack}/plan/plan.json`",
        )
    return given


def kept(file: Path) -> Mapping[str, Any]:
    """Read a plan's JSON from a file: what `eventyard plan` keeps, or `terraform show -json PLAN` prints."""
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EventyardError("The plan can't be read", where=str(file), fix=str(error)) from error
    if not isinstance(document, dict) or "resource_changes" not in document:
        raise EventyardError("The file is no plan", where=str(file), fix="give what `terraform show -json PLAN` prints")
    return document


def _handlers(folder: Path, stack: str) -> dict[str, dict[str, str]]:
    """Return what the packager's manifest would say; a plan reads no zip."""
    return {
        name: {
            "filename": f"artefacts/{name.replace('/', '-')}.zip",
            "hash": name,
            "handler": f"{name.replace('/', '.')}.app.handler",
            "runtime": "python3.13",
            "architecture": "arm64",
        }
        for name in discover(folder, stack)
    }
