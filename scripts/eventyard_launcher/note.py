"""The note that commands find an emulator by: without it nobody could stop the emulator any more, so it ends itself."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

NAME = "emulator.json"
_LOOK_SECONDS = 2.0
_LOOKS = 2
"""How many have to agree: one may fall into the moment somebody writes the note."""


def watch(token: str) -> None:
    """End this process and all it started when the note in its folder, seen once, no longer names it.

    That is when somebody deleted or damaged the folder, or another emulator took it: what this one holds is lost to
    everybody, and the memory and the port are not.

    Parameters
    ----------
    token
        The word of this start that the note holds.
    """
    threading.Thread(target=_watch, args=(Path.cwd() / NAME, token), name="note", daemon=True).start()


def _watch(note: Path, token: str) -> None:
    while not _names(note, token):
        time.sleep(_LOOK_SECONDS)
    missed = 0
    while missed < _LOOKS:
        time.sleep(_LOOK_SECONDS)
        missed = 0 if _names(note, token) else missed + 1
    sys.stderr.write(f"{note} does not name this emulator any more, so that no command finds it: it ends\n")
    sys.stderr.flush()
    # The launch made it the leader of a group of its own; functions are in it.
    os.killpg(os.getpid(), signal.SIGKILL)


def _names(note: Path, token: str) -> bool:
    try:
        return token in note.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
