"""Who may be in a cache at the same time: any number of runs that package, or one that takes entries away."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from typing import TYPE_CHECKING

from eventyard.errors import EventyardError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE = ".in-use"
PATIENCE_SECONDS = 60.0
_POLL_SECONDS = 0.02


class CacheInUse(EventyardError):  # noqa: N818 - reads as what happened
    """Somebody has been packaging for so long that nothing could be taken away."""


@contextlib.contextmanager
def using(folder: Path) -> Iterator[None]:
    """Hold off whoever would take entries away; costs two system calls, and holds off nobody who packages.

    Parameters
    ----------
    folder
        The cache. One that can't be written to needs no holding off.
    """
    descriptor = None
    try:
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(folder / FILE, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o666)
        if descriptor is not None:
            fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


@contextlib.contextmanager
def alone(folder: Path, patience: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Wait until nobody packages, and hold off those who would begin.

    Parameters
    ----------
    folder
        The cache; it exists.
    patience
        Seconds to wait.

    Raises
    ------
    CacheInUse
        Somebody still packaged when patience ran out.
    """
    descriptor = os.open(folder / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        _acquire(descriptor, folder, time.monotonic() + patience)
        yield
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, folder: Path, until: float) -> None:
    """Take the lock by asking again and again: waiting in the queue would hold up those who package."""
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise CacheInUse(
                    "Nothing was removed: the cache has been in use all the time",
                    where=str(folder),
                    fix="wait until packaging has ended, and run the same command again",
                ) from None
            time.sleep(_POLL_SECONDS)
        else:
            return
