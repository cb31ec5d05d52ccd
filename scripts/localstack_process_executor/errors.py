"""What can go wrong before a function runs."""

from __future__ import annotations


class ProcessExecutorError(Exception):
    """A function can't be run here.

    Parameters
    ----------
    what
        What is wrong, one sentence.
    where
        The function, file or setting that is meant.
    fix
        What to do next.
    """

    def __init__(self, what: str, *, where: str, fix: str) -> None:
        super().__init__(f"{where}: {what}; {fix}")
        self.where = where
        self.fix = fix
