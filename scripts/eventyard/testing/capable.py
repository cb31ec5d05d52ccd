"""What a test needs of its target, and whether the target has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eventyard.config import Environment

NEEDS = "needs "
"""How every reason begins that a capability is wanting for."""


def wanting(environment: Environment, needed: Iterable[str]) -> str | None:
    """Return why `environment` cannot show something of what is needed; None when it can.

    Parameters
    ----------
    environment
        Where the test runs; on AWS nothing is wanting.
    needed
        Capabilities by name.

    Raises
    ------
    pytest.UsageError
        A name that no target's capabilities hold.
    """
    from eventyard import emulators  # noqa: PLC0415 - heavy; most tests need no target

    kinds = get_args(emulators.Kind)
    named = {name for kind in kinds for name in emulators.capabilities(kind)}
    for name in needed:
        if name not in named:
            raise pytest.UsageError(f"a test needs `{name}`, which no target's capabilities name")
        if not environment.local:
            continue
        known = emulators.capabilities(environment.target).get(name)
        if known is None:
            return f"{NEEDS}{name}, which nobody has tried on {environment.target}"
        if known.works == "no":
            return f"{NEEDS}{name}, which {environment.target} lacks: {known.reason}"
    return None
