"""The one error of this package."""

from __future__ import annotations

from eventyard.errors import EventyardError

EXIT_BAD = 2


class PatternError(EventyardError):
    """A pattern EventBridge would refuse, or an event that is none; exits with 2."""

    def __init__(self, what: str, *, where: str, fix: str) -> None:
        super().__init__(what, where=where, fix=fix, exit_code=EXIT_BAD)
