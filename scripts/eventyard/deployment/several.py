"""The same for every stack, in the order of their references, ending with a summary."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from eventyard.config.order import dependencies, in_order
from eventyard.console import Outcome
from eventyard.errors import EventyardError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from eventyard.config import Environment


def every(
    environment: Environment,
    stacks: Sequence[str],
    work: Callable[[str], object],
    *,
    backwards: bool = False,
    report: Callable[[EventyardError], None],
) -> list[Outcome]:
    """Do `work` for each of `stacks`; one failure skips only those that depend on it.

    Parameters
    ----------
    environment
        Whose inputs say which stack needs which.
    stacks
        Names, in any order.
    work
        What to do with one.
    backwards
        True to take them down: what depends on another goes first.
    report
        Told of each error as it happens.
    """
    ordered = in_order(environment, stacks)
    outcomes: list[Outcome] = []
    for stack in reversed(ordered) if backwards else ordered:
        blocked = _blocked(environment, stack, outcomes, backwards=backwards)
        if blocked:
            outcomes.append(Outcome(stack, "skipped", 0, reason=f"`{blocked}` failed"))
            continue
        begun = time.monotonic()
        try:
            work(stack)
        except EventyardError as error:
            report(error)
            outcomes.append(Outcome(stack, "failed", time.monotonic() - begun, error))
        else:
            outcomes.append(Outcome(stack, "ok", time.monotonic() - begun))
    return outcomes


def _blocked(environment: Environment, stack: str, so_far: Sequence[Outcome], *, backwards: bool) -> str | None:
    for outcome in so_far:
        if outcome.verdict == "ok":
            continue
        first, second = (outcome.stack, stack) if backwards else (stack, outcome.stack)
        if second in dependencies(environment, first):
            return outcome.stack
    return None
