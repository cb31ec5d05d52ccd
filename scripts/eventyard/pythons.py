"""Where each Python was found, remembered under `build/`: to look for one loads much and starts programs.

Apart from `tools`, which looks for them, because a run with nothing to do reads this and nothing else.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from pathlib import Path
from typing import Any

MEMORY = "cache/interpreters.json"
"""Under `build/`: each version's program, with the date and size its file had when it answered."""

_MISSED_FOR_SECONDS = 3600  # then it is looked for again: somebody may have installed it


def recall(version: str, build: Path) -> Path | None:
    """Return the program that was found before, if its file is still what it was.

    Parameters
    ----------
    version
        Major and minor, such as `3.13`.
    build
        The build folder.
    """
    entry = _memory(build).get(version)
    try:
        program = Path(str(entry[0])) if entry and entry[0] else None
        return program if program and entry == _described(program) else None
    except (OSError, TypeError, LookupError):
        return None


def missed(version: str, build: Path) -> bool:
    """Tell whether that version was looked for in vain within the last hour."""
    try:
        program, when = _memory(build)[version]
        return program is None and time.time() - _MISSED_FOR_SECONDS < when <= time.time()
    except (LookupError, TypeError, ValueError):
        return False


def remember(version: str, found: Path | None, build: Path) -> None:
    """Keep where a version was found, or that it was not."""
    # Two runs at once may forget one of two versions: it is looked for once more then.
    file = build / MEMORY
    part = file.with_suffix(f".{os.getpid()}")
    entry = _described(found) if found else [None, int(time.time())]
    with contextlib.suppress(OSError):  # a folder that can't be written only makes the next run slower
        file.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(_memory(build) | {version: entry}), encoding="utf-8")
        part.replace(file)


def _memory(build: Path) -> dict[str, Any]:
    try:
        found = json.loads((build / MEMORY).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _described(program: Path) -> list[str | int]:
    there = program.stat()  # of the file itself, where this is a link to it
    return [str(program), there.st_mtime_ns, there.st_size]
