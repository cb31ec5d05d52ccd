"""What was called, by whom, and what IAM said: lines in a file, bounded.

Each check of IAM is one line. The file is written where the emulator keeps everything else, starts empty with the
process, and is emptied with a reset. It is no log for people: `eventyard audit` reads it, through the gateway.
"""

from __future__ import annotations

import json
import logging
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# A line has 200 to 400 bytes: a hundred thousand calls and more in each of the two files.
LARGEST_FILE = 32 * 1024 * 1024
_NAME = "calls.jsonl"
_OLDER = "calls-before.jsonl"
# Every line begins with its moment, always as long: lines can be chosen without being parsed.
_BEGIN = b'{"at": "'
_MOMENT = len("2026-01-01T00:00:00.000000Z")

log = logging.getLogger(__name__)


class Calls:
    """The calls of this process's life, the newest of them where they are too many.

    Parameters
    ----------
    folder
        Where the two files go; what an earlier process left there is removed.
    largest
        Bytes of one file. When the second is full the first is given up, and everybody who asks is told.
    """

    def __init__(self, folder: Path, *, largest: int = LARGEST_FILE) -> None:
        self._file, self._older, self._largest = folder / _NAME, folder / _OLDER, largest
        self._lock = threading.Lock()
        self._open()

    def add(self, call: Mapping[str, Any]) -> None:
        """Keep one call, with this moment (`at`, UTC)."""
        with self._lock:
            line = json.dumps({"at": _now(), **call}).encode() + b"\n"
            if self._size + len(line) > self._largest:
                self._turn()
            self._out.write(line)
            self._size += len(line)
            self._lines += 1

    def clear(self) -> None:
        """Forget everything; the observation begins anew."""
        with self._lock:
            self._out.close()
            self._open()

    def answer(self, since: str = "") -> bytes:
        """Return what is kept as JSON.

        Parameters
        ----------
        since
            A moment such as `2026-01-01T00:00:00Z` (UTC), or the beginning of one: only calls from then on.

        Returns
        -------
        bytes
            An object: `since` (when the observation began), `dropped` (how many calls of it are not kept any more)
            and `calls`, oldest first.
        """
        with self._lock:
            self._out.flush()
            parts = [file.read_bytes() for file in (self._older, self._file) if file.is_file()]
            about = json.dumps({"since": self._began, "dropped": self._dropped})[:-1]
        wanted = since.rstrip("Z").encode()
        lines = (line for part in parts for line in part.splitlines())
        kept = [line for line in lines if line[len(_BEGIN) : len(_BEGIN) + _MOMENT] >= wanted]
        return about.encode() + b', "calls": [' + b",".join(kept) + b"]}"

    def close(self) -> None:
        """Keep nothing more."""
        self._out.close()

    def _open(self) -> None:
        self._older.unlink(missing_ok=True)
        self._out = self._file.open("wb")
        self._size = self._lines = self._lines_before = self._dropped = 0
        self._began = _now()

    def _turn(self) -> None:
        """Put the full file aside, in the place of the one before it."""
        self._out.close()
        self._file.replace(self._older)
        self._dropped += self._lines_before
        if self._lines_before:
            log.warning("too many calls to keep: the oldest %s were given up", self._lines_before)
        self._lines_before, self._lines, self._size = self._lines, 0, 0
        self._out = self._file.open("wb")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
