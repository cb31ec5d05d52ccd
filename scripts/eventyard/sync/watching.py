"""`sync --watch`: a round for every edit, until somebody ends it."""

from __future__ import annotations

import contextlib
import signal
import statistics
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from eventyard.deployment.holder import HeldError
from eventyard.errors import EventyardError

from .outcome import Round

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from .files import Edits
    from .outcome import Update
    from .rounds import Sync

_HELD_SECONDS: Final = 0.2
_IDLE_SECONDS: Final = 1.0
"""Old versions are deleted when nobody has edited anything for so long."""
_ATTEMPTS: Final = 5
_VANISHED_SECONDS: Final = 0.05


@dataclass
class Session:
    """What came of watching."""

    updates: list[Update] = field(default_factory=list)
    last: Round = field(default_factory=Round)

    def line(self) -> str:
        """Return the line a session ends with."""
        if not self.updates:
            return "nothing was updated"
        median = statistics.median(update.milliseconds for update in self.updates)
        functions = len({update.name for update in self.updates})
        return f"{len(self.updates)} updates of {functions} functions, median {median:.0f} ms from edit to live"


def watch(
    sync: Sync,
    edits: Edits,
    stop: threading.Event,
    *,
    began: float,
    tell: Callable[[Round], None],
    wrong: Callable[[EventyardError], None],
    waiting: Callable[[str], None],
) -> Session:
    """Serve every edit until `stop` is set.

    Parameters
    ----------
    sync
        What serves.
    edits
        What notices; made before this begins, so that no edit falls in between.
    stop
        Set from elsewhere; a round that has begun is finished.
    began
        When somebody asked for the first round.
    tell
        Takes each round that was of any consequence.
    wrong
        Takes what an edit can mend; watching goes on.
    waiting
        Takes the words for what is waited for.
    """
    session = Session()
    noticed: float | None = began
    untidy = True
    while not stop.is_set():
        if noticed is not None:
            with _reported(wrong):
                done = _when_free(sync, noticed, stop, waiting)
                if _matters(done, session.last):
                    tell(done)
                session.updates += done.updates
                session.last = done
                untidy = untidy or bool(done.updates)
        elif untidy:
            untidy = False
            with contextlib.suppress(EventyardError):
                sync.tidy()
        noticed = edits.wait(_IDLE_SECONDS if untidy else None)
    return session


@contextlib.contextmanager
def interrupts() -> Iterator[threading.Event]:
    """Give an event that Ctrl-C and SIGTERM set: what has begun is finished. The second one ends it there and then."""
    stop = threading.Event()

    def ask(_signal: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {sign: signal.signal(sign, ask) for sign in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)


@contextlib.contextmanager
def _reported(wrong: Callable[[EventyardError], None]) -> Iterator[None]:
    try:
        yield
    except EventyardError as error:
        wrong(error)


def _when_free(sync: Sync, noticed: float, stop: threading.Event, waiting: Callable[[str], None]) -> Round:
    """Do a round as soon as no other run is at work on the stack."""
    told = False
    while True:
        try:
            return _steady(sync, noticed)
        except HeldError as error:
            if stop.is_set():
                raise
            if not told:
                waiting(f"{error.what}; waiting for it to end")
            told = True
            stop.wait(_HELD_SECONDS)


def _steady(sync: Sync, noticed: float) -> Round:
    """Do a round, again when a file went away while it was read: editors put another in its place."""
    for _ in range(_ATTEMPTS):
        try:
            return sync.round(noticed)
        except FileNotFoundError as error:
            gone = error
            time.sleep(_VANISHED_SECONDS)
    raise EventyardError(
        f"A file went away while it was read: {gone.strerror}",
        where=str(gone.filename),
        fix="save it again",
    ) from gone


def _matters(done: Round, before: Round) -> bool:
    return bool(done.updates or done.failures or done.notes != before.notes)
