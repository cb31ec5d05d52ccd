"""Edits in the handlers' folder, noticed as they are saved."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from eventyard.errors import EventyardError

if TYPE_CHECKING:
    import threading
    from types import TracebackType

    from watchfiles._rust_notify import RustNotify

_STEP_MS: Final = 5
_QUIET_MS: Final = 15
"""A burst of saves is over when nothing came for so long."""
_LONGEST_BURST_SECONDS: Final = 0.5
_POLLING_MS: Final = 200

_NEVER: Final = frozenset({"__pycache__", "tests"})
# vim's test file and swap files, backups, and what PyCharm and others write before they rename it.
_TEMPORARY: Final = re.compile(r"^(4913|.*~|#.*#|.*\.(pyc|sw[a-z]|tmp|bak|orig|part)|.*___jb_(tmp|old)___)$")


class Edits:
    """Notices edits below a folder, from the moment it is made; those that come while nobody asks are kept.

    Parameters
    ----------
    folder
        The handlers' folder.
    stop
        Set when nobody wants to know any more.

    Raises
    ------
    EventyardError
        There is no such folder, or the system can't watch it.
    """

    def __init__(self, folder: Path, stop: threading.Event) -> None:
        self._folder = folder.resolve()
        self._stop = stop
        self._watcher = _watcher(self._folder)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop watching."""
        self._watcher.close()

    def wait(self, seconds: float | None = None) -> float | None:
        """Wait for an edit, and for the end of its burst.

        Parameters
        ----------
        seconds
            How long to wait for the first one; for ever when None.

        Returns
        -------
        float or None
            When the first edit of the burst was noticed, as `time.perf_counter` tells it. None when none came, or
            nobody wants to know any more.
        """
        until = None if seconds is None else time.perf_counter() + seconds
        while True:
            left = 0 if until is None else max(1, int((until - time.perf_counter()) * 1000))
            found = self._watcher.watch(_STEP_MS, _STEP_MS, left, self._stop)
            if found == "signal":
                self._stop.set()
            if isinstance(found, str):
                return None
            noticed = time.perf_counter()
            if any(is_source(Path(path), self._folder) for _, path in found):
                self._settle(noticed)
                return noticed

    def _settle(self, noticed: float) -> None:
        """Let the burst end: an editor's save is several events, and saving all files several saves."""
        while time.perf_counter() - noticed < _LONGEST_BURST_SECONDS:
            if isinstance(self._watcher.watch(_STEP_MS, _STEP_MS, _QUIET_MS, self._stop), str):
                return


def is_source(path: Path, folder: Path) -> bool:
    """Tell whether the packager would read a file: no hidden ones, none of editors, tests or compilers."""
    try:
        parts = path.relative_to(folder).parts
    except ValueError:
        return False
    return not any(part.startswith(".") or part in _NEVER or _TEMPORARY.match(part) for part in parts)


def _watcher(folder: Path) -> RustNotify:
    from watchfiles._rust_notify import RustNotify  # noqa: PLC0415 - only watching needs it

    if not folder.is_dir():
        raise EventyardError(
            "The folder of the handlers is missing", where=str(folder), fix="create it, or name the right one"
        )
    # File systems of virtual machines and networks tell nothing: watchfiles' own variable says so.
    polling = os.environ.get("WATCHFILES_FORCE_POLLING", "").lower() in {"1", "true", "yes"}
    debug, recursive, skip_denied = False, True, True
    try:
        return RustNotify([str(folder)], debug, polling, _POLLING_MS, recursive, skip_denied)
    except OSError as error:
        raise EventyardError(
            f"The folder of the handlers can't be watched: {error}",
            where=str(folder),
            fix="raise the system's limit of watches (`fs.inotify.max_user_watches`), or leave out `--watch`",
        ) from error
