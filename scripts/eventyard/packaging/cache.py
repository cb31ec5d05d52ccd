"""A content-addressed cache on disk: whole entries or none, whoever else writes or dies meanwhile."""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import os
import time
from typing import TYPE_CHECKING

from eventyard.errors import EventyardError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ABANDONED_AFTER_SECONDS = 24 * 3600
_TOUCHED_EVERY_SECONDS = 24 * 3600


class Cache:
    """A folder with one sub-folder a kind of entry, and one for what is being written.

    Entries come into being by a rename within the folder, so a reader sees all of an entry or nothing of it. Any
    entry may go at any time (`eventyard cache trim`); what needs it makes it again.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self._partial = self.folder / "partial"
        self._numbers = itertools.count()

    def path(self, kind: str, name: str) -> Path:
        """Return where an entry is, or will be."""
        return self.folder / kind / name

    @contextlib.contextmanager
    def writing(self, kind: str, name: str) -> Iterator[Path]:
        """Give a new path to write a file at; it becomes the entry when the block ends well.

        The last to end wins: the entry is content-addressed, so what another process put there was as good.
        """
        with self.scratch() as scratch:
            yield scratch / "entry"
            self.keep(kind, name, scratch / "entry")

    @contextlib.contextmanager
    def scratch(self) -> Iterator[Path]:
        """Give a folder on the cache's own file system, gone when the block ends."""
        folder = self._new()
        try:
            yield folder
        finally:
            _remove(folder)

    def keep(self, kind: str, name: str, written: Path) -> Path:
        """Make an entry of a file written in `scratch`, and return where it is."""
        target = self.path(kind, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        written.chmod(0o644)  # it may have been written under any umask
        written.replace(target)
        return target

    def used(self, path: Path) -> None:
        """Note that an entry was of use, once a day: the oldest are trimmed first."""
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < time.time() - _TOUCHED_EVERY_SECONDS:
                os.utime(path)

    @contextlib.contextmanager
    def alone(self, kind: str, name: str) -> Iterator[None]:
        """Hold off other processes and threads that would do the same costly work."""
        lock = self.folder / "locks" / f"{kind}-{name}.lock"
        lock.parent.mkdir(parents=True, exist_ok=True)
        while True:
            descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                if _is_still(descriptor, lock):
                    yield
                    return
            finally:
                os.close(descriptor)

    def _new(self) -> Path:
        """Make a folder in `partial`: its name says who is writing, so that a killed run's are known."""
        try:
            self._partial.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise EventyardError(
                f"The cache can't be written to: {error.strerror}",
                where=str(self._partial),
                fix="name another with `--cache` or `EVENTYARD_CACHE`, or mend what is in the way",
            ) from None
        self.sweep()
        while True:
            folder = self._partial / f"{os.getpid()}-{next(self._numbers)}-{time.monotonic_ns()}"
            with contextlib.suppress(FileExistsError):
                folder.mkdir(mode=0o700)
                return folder

    def sweep(self) -> int:
        """Remove what runs that were killed left half-written, and return how many that were: no run takes a day."""
        oldest = time.time() - ABANDONED_AFTER_SECONDS
        removed = 0
        for scratch in self._partial.iterdir():
            with contextlib.suppress(FileNotFoundError):
                if scratch.lstat().st_mtime < oldest:
                    _remove(scratch)
                    removed += 1
        return removed


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file as a whole, if it does not hold `content` already; its folder exists."""
    with contextlib.suppress(FileNotFoundError):
        if path.read_bytes() == content:
            return
    scratch = path.with_name(f".{path.name}.{os.getpid()}-{time.monotonic_ns()}")
    try:
        scratch.write_bytes(content)
        scratch.chmod(0o644)
        scratch.replace(path)
    except BaseException as error:
        scratch.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename is None:
            error.filename = str(path)  # a disk that is full does not say which
        raise


def _is_still(descriptor: int, lock: Path) -> bool:
    """Tell whether the file that was locked is the one others would lock: it may have been trimmed in between."""
    try:
        there = lock.stat()
    except FileNotFoundError:
        return False
    held = os.fstat(descriptor)
    return (there.st_dev, there.st_ino) == (held.st_dev, held.st_ino)


def _remove(folder: Path) -> None:
    try:
        folder.rmdir()  # the usual case: what was in it has been kept
    except OSError:
        import shutil  # noqa: PLC0415 - a run with nothing to do removes nothing

        shutil.rmtree(folder, ignore_errors=True)
