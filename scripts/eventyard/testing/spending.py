"""Tests on AWS make real things for real money: only when somebody said so, and under names of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eventyard.config import Environment

FIXTURE = "yard"
"""Whatever uses it applies stacks."""

PATIENCE = 4.0
"""By how much waits are longer on AWS, unless `--patience` says otherwise."""


def refuse(environment: Environment, items: Iterable[pytest.Item], *, allowed: bool) -> None:
    """Stop before the first test when `items` would apply stacks on AWS and nobody allowed it, or they could not go.

    Raises
    ------
    pytest.UsageError
        Says which account would pay and how to allow it, or that the environment is protected.
    """
    named = [item.nodeid for item in items]
    if environment.local or not named:
        return
    if environment.protected:
        raise pytest.UsageError(
            f"`{environment.name}` is protected: what tests make there could not be destroyed. "
            f"Name another environment with `--env`, or set `protect = false` in [environments.{environment.name}]"
        )
    if not allowed:
        raise pytest.UsageError(
            f"{len(named)} tests would apply stacks in AWS account {environment.account_id} ({environment.region}), "
            f"beginning with {named[0]}. That makes real things and costs money: add `--spend` to allow it"
        )


def header(environment: Environment) -> str:
    """Return the line a run on AWS begins with."""
    return (
        f"eventyard: AWS account {environment.account_id}, {environment.region}: stacks are applied as "
        f"`{environment.name}`, cost money while they stand, and are destroyed when the run ends"
    )


def apart(environment: Environment, worker: str) -> Environment:
    """Return a copy of `environment` that shares no name and no state with the one people use.

    The name is the same on each run: what a killed run left behind is found by the next, and destroyed with it.
    """
    name = f"test-{worker}" if environment.local else f"{environment.name}-test-{worker}"
    return environment.model_copy(update={"name": name, "copy_of": environment.name})
