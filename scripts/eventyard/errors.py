"""The one kind of error a person is meant to read."""

from __future__ import annotations

INTERRUPTED = 130
"""Exit code of a command that a person interrupted, as shells have it: 128 and the signal."""


class EventyardError(Exception):
    """Something a person can act on: what happened, where, and what to do next.

    Parameters
    ----------
    what
        One sentence, without a full stop.
    where
        A file and line, a key, an address: whatever leads to the place.
    fix
        What to do next; commands in backticks.
    exit_code
        What the command line exits with; 1 unless a command documents another.
    """

    def __init__(self, what: str, *, where: str | None = None, fix: str | None = None, exit_code: int = 1) -> None:
        self.what = what
        self.where = where
        self.fix = fix
        self.exit_code = exit_code
        super().__init__(what)

    def __str__(self) -> str:
        """Return all three parts, one a line, for logs and tracebacks."""
        parts = [self.what]
        if self.where:
            parts.append(f"  where: {self.where}")
        if self.fix:
            parts.append(f"  next:  {self.fix}")
        return "\n".join(parts)
