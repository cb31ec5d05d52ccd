"""A content-addressed cache on disk: whole entries or none, whoever else writes or dies meanwhile."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

if TYPE_CHECKING:
    from collections.abc import Iterator

ABANDONED_AFTER_SECONDS = 24 * 3600


class Cache:
    """A folder with one sub-folder a kind of entry, and one for what is being written.

    Entries come into being by a rename within the folder, so a reader sees all of an entry or nothing of it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self._partial = self.folder / "partial"

    def path(self, kind: str, name: str) -> Path:
        """Return where an entry is, or will be."""
        return self.folder / kind / name

    @contextlib.contextmanager
    def writing(self, kind: str, name: str) -> Iterator[Path]:
        """Give a new path to write a file or folder at; it becomes the entry when the block ends well.

        Whoever is first wins: the entry is content-addressed, so what another process put there is as good.
        """
        with self.scratch() as scratch:
            yield scratch / "entry"
            self.keep(kind, name, scratch / "entry")

    @contextlib.contextmanager
    def scratch(self) -> Iterator[Path]:
        """Give a folder on the cache's own file system, gone when the block ends."""
        self._partial.mkdir(parents=True, exist_ok=True)
        self._sweep()
        folder = Path(tempfile.mkdtemp(dir=self._partial))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def keep(self, kind: str, name: str, written: Path) -> Path:
        """Make an entry of a file or folder written in `scratch`, and return where it is."""
        target = self.path(kind, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        _publish(written, target)
        return target

    @contextlib.contextmanager
    def alone(self, kind: str, name: str) -> Iterator[None]:
        """Hold off other processes and threads that would do the same costly work."""
        lock = self.folder / "locks" / f"{kind}-{name}.lock"
        lock.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(lock):
            yield

    def _sweep(self) -> None:
        """Remove what runs that were killed left half-written."""
        oldest = time.time() - ABANDONED_AFTER_SECONDS
        for scratch in self._partial.iterdir():
            with contextlib.suppress(FileNotFoundError):
                if scratch.stat().st_mtime < oldest:
                    shutil.rmtree(scratch, ignore_errors=True)


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file as a whole; its folder exists."""
    descriptor, scratch = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(scratch).chmod(0o644)
        Path(scratch).replace(path)
    except BaseException:
        Path(scratch).unlink(missing_ok=True)
        raise


def _publish(scratch: Path, target: Path) -> None:
    if not scratch.is_dir():
        scratch.replace(target)
        return
    try:
        scratch.rename(target)
    except OSError:
        if not target.is_dir():
            raise
