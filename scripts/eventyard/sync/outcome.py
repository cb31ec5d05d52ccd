"""What a round of `sync` did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eventyard.errors import EventyardError

    from .matching import Pending


@dataclass(frozen=True)
class Update:
    """One function that was given new code.

    Parameters
    ----------
    label
        The handler's folder, such as `ec2_control/stop`.
    name
        The function's physical name.
    version
        What the code was published as; empty where the stack publishes no versions.
    aliases
        Those that serve it now.
    left
        Those that don't, and why: sentences.
    milliseconds
        From the moment the edit was noticed until the function served it.
    """

    label: str
    name: str
    version: str
    aliases: tuple[str, ...]
    left: tuple[str, ...]
    milliseconds: float

    @property
    def live(self) -> bool:
        """False where every alias stays with what it served."""
        return bool(self.aliases) or not self.left


@dataclass(frozen=True)
class Failure:
    """One function that could not be given its new code."""

    label: str
    error: EventyardError


@dataclass(frozen=True)
class Round:
    """What one round did.

    Parameters
    ----------
    updates, failures
        Function by function.
    unchanged
        How many functions served their code already.
    notes
        What could not be served, and why: sentences.
    pending
        What the next plan will change because of the edits so far.
    """

    updates: tuple[Update, ...] = ()
    failures: tuple[Failure, ...] = ()
    unchanged: int = 0
    notes: tuple[str, ...] = ()
    pending: tuple[Pending, ...] = ()
