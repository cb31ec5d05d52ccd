"""Which Python compiles bytecode, remembered beside what it compiled: looking for one starts programs."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

from eventyard.errors import EventyardError

if TYPE_CHECKING:
    from eventyard.packaging.cache import Cache

KIND = "interpreters"
_NONE_FOR_SECONDS = 3600  # then it is looked for again: somebody may have installed it


def found(version: str, build: Path, cache: Cache) -> Path | None:
    """Return a Python of a minor version, such as `3.13`; None where none can be had.

    Parameters
    ----------
    version
        The runtime's.
    build
        Where the kit keeps the tools it fetches.
    cache
        Keeps the answer, for as long as the program's file stays as it is.
    """
    kept = cache.path(KIND, f"{version}.json")
    try:
        path, date, size = json.loads(kept.read_bytes())
        if path is None and kept.stat().st_mtime > time.time() - _NONE_FOR_SECONDS:
            return None
        if path is not None and _described(Path(path)) == [path, date, size]:
            cache.used(kept)
            return Path(path)
    except (OSError, ValueError, TypeError):
        pass
    program = _looked_for(version, build)
    with cache.writing(KIND, kept.name) as scratch:
        scratch.write_text(json.dumps(_described(program) if program else [None, 0, 0]), encoding="utf-8")
    return program


def _described(program: Path) -> list[str | int]:
    there = program.stat()
    return [str(program), there.st_mtime_ns, there.st_size]


def _looked_for(version: str, build: Path) -> Path | None:
    from eventyard.tools import interpreters  # noqa: PLC0415 - a run with nothing to do looks for none

    try:
        return interpreters.exactly(version, build)
    except EventyardError:
        return None  # there is no uv, say: packaging says itself that there is no bytecode
