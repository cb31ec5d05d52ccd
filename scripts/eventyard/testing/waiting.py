"""Wait for a fact instead of for a time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_patience = 1.0
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds between two looks; the last one repeats."""


def be_patient(factor: float) -> None:
    """Stretch every wait of this run by `factor`: AWS is further away than an emulator, and slower to agree."""
    global _patience  # noqa: PLW0603 - one run, one target
    _patience = factor


def eventually(look: Callable[[], T], *, timeout: float = 30) -> T:
    """Call `look` until it returns something true without raising, and return that.

    Parameters
    ----------
    look
        Returns the fact, something false, or fails an assertion.
    timeout
        Seconds on an emulator, more on AWS (`--patience`); one more look is always taken at the end.

    Raises
    ------
    AssertionError
        The last look's own error, or one that shows its last answer: nothing is swallowed.
    """
    timeout *= _patience
    end = time.monotonic() + timeout
    turn = 0
    while True:
        last = time.monotonic() >= end
        try:
            found = look()
        except AssertionError:
            if last:
                raise
        else:
            if found:
                return found
            if last:
                raise AssertionError(f"not within {timeout:g} s; the last answer was {found!r}")
        time.sleep(min(_PAUSES[min(turn, len(_PAUSES) - 1)], max(0.0, end - time.monotonic())))
        turn += 1


def never(look: Callable[[], object], *, for_seconds: float = 3) -> None:
    """Call `look` for that long (on AWS longer, see `--patience`); it must stay false throughout.

    Raises
    ------
    AssertionError
        It became true; shows the answer.
    """
    for_seconds *= _patience
    end = time.monotonic() + for_seconds
    while time.monotonic() < end:
        found = look()
        if found:
            raise AssertionError(f"should not have happened within {for_seconds:g} s: {found!r}")
        time.sleep(_PAUSES[2])
