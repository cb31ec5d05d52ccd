"""What a run over several stacks ends with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eventyard.errors import EventyardError

    from .output import Console


@dataclass(frozen=True)
class Outcome:
    """How one stack fared."""

    stack: str
    verdict: Literal["ok", "failed", "skipped"]
    seconds: float
    error: EventyardError | None = None
    reason: str = ""

    def as_json(self) -> dict[str, object]:
        """Return what a program reads."""
        return {
            "stack": self.stack,
            "verdict": self.verdict,
            "seconds": round(self.seconds, 1),
            "error": self.error.what if self.error else self.reason or None,
            "where": self.error.where if self.error else None,
        }


def summary(console: Console, outcomes: Sequence[Outcome]) -> None:
    """Print one row a stack: verdict, time, first error with its place."""
    rows = []
    for outcome in outcomes:
        told = outcome.reason
        if outcome.error:
            told = outcome.error.what + (f" ({outcome.error.where.splitlines()[0]})" if outcome.error.where else "")
        rows.append((outcome.stack, outcome.verdict, f"{outcome.seconds:.0f} s", told))
    console.table("Summary", ("stack", "verdict", "time", "first error"), rows)
