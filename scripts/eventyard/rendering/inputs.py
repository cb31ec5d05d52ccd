"""Which values a stack is called with: the project's, the house's, and the handlers'."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eventyard.config.errors import ConfigError, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eventyard.config import Environment

    from .source import StackSource


@dataclass(frozen=True)
class House:
    """What the house hands to every stack that declares it."""

    environment: Environment
    stack: str
    handlers: Mapping[str, Mapping[str, Any]]

    def values(self) -> dict[str, Any]:
        """Return the house-wide inputs by name."""
        environment = self.environment
        values: dict[str, Any] = {
            "prefix": environment.prefix_of(self.stack),
            "handlers": {name: dict(code) for name, code in sorted(self.handlers.items())},
            "tags": dict(sorted(environment.tags.items())),
            "role": environment.role.model_dump(exclude_none=True),
            "alarms": {"actions": sorted(environment.alarms.actions)},
            "protect": environment.protected,
        }
        if environment.log_retention_days is not None:
            values["log_retention_days"] = environment.log_retention_days
        return values


def inputs(source: StackSource, house: House, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values for the stack's variables.

    Parameters
    ----------
    source
        What the stack declares.
    house
        Values that are passed where they are declared.
    given
        Values of `eventyard.toml`, references resolved; they win over the house's.

    Raises
    ------
    ConfigError
        A value is for a variable the stack doesn't have, or a variable without default has no value.
    """
    place = f"eventyard.toml: environments.{house.environment.name}.stacks.{house.stack}.inputs"
    declared = source.variables
    for name in given:
        if name not in declared:
            raise ConfigError(
                f"The stack `{house.stack}` has no input `{name}`",
                where=f"{place}.{name}",
                fix=nearest(name, declared),
            )
    values = {name: value for name, value in house.values().items() if name in declared} | dict(given)
    missing = [name for name, variable in declared.items() if variable.required and name not in values]
    if missing:
        raise ConfigError(
            f"The stack `{house.stack}` needs {', '.join(f'`{name}`' for name in sorted(missing))}",
            where=place,
            fix="set it there, or let it come from another stack's output",
        )
    return dict(sorted(values.items()))


def relative(path: os.PathLike[str], folder: os.PathLike[str]) -> str:
    """Return `path` as seen from `folder`, in the form Terraform takes for a local module."""
    text = os.path.relpath(path, folder).replace(os.sep, "/")
    return text if text.startswith(".") else f"./{text}"
