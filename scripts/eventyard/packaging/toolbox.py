"""What packaging works with: its cache, and how it finds uv and Pythons on this machine when it needs them."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from eventyard import pythons
from eventyard.errors import EventyardError

if TYPE_CHECKING:
    from collections.abc import Callable

CACHE_VARIABLE = "EVENTYARD_CACHE"


def _to_stderr(line: str) -> None:
    sys.stderr.write(f"{line}\n")


@dataclass(frozen=True)
class Toolbox:
    """What packaging works with.

    Parameters
    ----------
    cache
        Folder that keeps wheels, bytecode and artefacts by their content; safe to share.
    uv
        Finds the program that knows package indexes; called when something must be resolved.
    interpreter
        Finds a Python of a version, such as `3.13`, to compile bytecode with; None where there is none.
    say
        Takes what a person should know.
    """

    cache: Path
    uv: Callable[[], Path]
    interpreter: Callable[[str], Path | None]
    say: Callable[[str], object] = _to_stderr

    @classmethod
    def of_machine(cls, cache: Path, build: Path, say: Callable[[str], object] = _to_stderr) -> Toolbox:
        """Return what there is on this machine; nothing is looked for before it is needed.

        Parameters
        ----------
        cache
            As above.
        build
            Where the kit keeps the tools it fetches.
        say
            As above.
        """

        def uv() -> Path:
            from eventyard import tools  # noqa: PLC0415 - a run with nothing to do resolves nothing

            return tools.uv(build)

        return cls(cache, uv, lambda version: _python(version, build), say)


def cache_folder(named: Path | None, build: Path) -> Path:
    """Return the folder of the packaging cache: the one named, `EVENTYARD_CACHE`, or `cache` under the build folder."""
    given = os.environ.get(CACHE_VARIABLE)
    return named or (Path(given) if given else build / "cache")


def _python(version: str, build: Path) -> Path | None:
    """Return a Python of a version; one that can't be had is not looked for again for an hour."""
    known = pythons.recall(version, build)
    if known or pythons.missed(version, build):
        return known
    from eventyard.tools import interpreters  # noqa: PLC0415 - only bytecode needs one, and finds it once

    try:
        found = interpreters.exactly(version, build)
    except EventyardError:
        found = None  # there is no uv, say: packaging says itself that there is no bytecode
    if found is None:
        pythons.remember(version, None, build)
    return found
