"""The order stacks are applied in: what a stack's inputs refer to comes first."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from .errors import ConfigError, nearest
from .models import Environment, Reference, Settings

if TYPE_CHECKING:
    from collections.abc import Iterable


def references(environment: Environment, stack: str) -> dict[str, Reference]:
    """Return the inputs of `stack` that are other stacks' outputs."""
    inputs = environment.inputs_of(stack)
    return {name: value for name, value in inputs.items() if isinstance(value, Reference)}


def in_order(environment: Environment, stacks: Iterable[str]) -> list[str]:
    """Return `stacks` so that each comes after those it refers to.

    Raises
    ------
    ConfigError
        Stacks refer to each other in a circle.
    """
    wanted = sorted(set(stacks))
    graph = {stack: _needs(environment, stack) for stack in wanted}
    try:
        ordered = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = " → ".join(reversed(error.args[1]))
        raise ConfigError(
            f"Stacks refer to each other in a circle: {circle}",
            where=f"eventyard.toml: environments.{environment.name}.stacks",
            fix="let one of them take its input from elsewhere",
        ) from error
    return [stack for stack in ordered if stack in graph]


def dependencies(environment: Environment, stack: str) -> list[str]:
    """Return the stacks that must be applied before `stack`, in order, without itself."""
    found: set[str] = set()
    waiting = [stack]
    while waiting:
        for name in _needs(environment, waiting.pop()) - found:
            found.add(name)
            waiting.append(name)
    return [name for name in in_order(environment, found | {stack}) if name != stack]


def check_references(settings: Settings) -> None:
    """Refuse references to stacks that don't exist, and circles, in every environment."""
    names = settings.stack_names()
    for environment in settings.environments.values():
        for stack in environment.stacks:
            for name, reference in references(environment, stack).items():
                if names and reference.stack not in names:
                    raise ConfigError(
                        f"There is no stack `{reference.stack}`",
                        where=f"eventyard.toml: environments.{environment.name}.stacks.{stack}.inputs.{name}.from",
                        fix=nearest(reference.stack, names),
                    )
        in_order(environment, environment.stacks)


def _needs(environment: Environment, stack: str) -> set[str]:
    return {reference.stack for reference in references(environment, stack).values()}
