"""Python interpreters for the emulators and for the functions they run."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from eventyard import pythons
from eventyard.errors import EventyardError

from .uv import uv, uv_environment

if TYPE_CHECKING:
    from collections.abc import Iterator

FALLBACKS = ("3.12", "3.11")
"""What serves where the Python of the Lambda runtime cannot be had: the code runs on 3.11 and later."""


@dataclass(frozen=True)
class Interpreter:
    """A Python that answered when it was asked."""

    path: Path
    version: str
    """Major and minor, such as `3.13`."""
    asked: str
    """The version that was wanted; differs from `version` when only a fallback was there."""


@cache
def interpreter(version: str, build: Path) -> Interpreter:
    """Find Python `version`, else fetch it with uv, else take the nearest older one.

    PATH, pyenv's installed versions and uv's own are tried in this order. pyenv's shims are not trusted: each candidate
    is run and asked for its version and its real path. What was found is remembered until its file changes, so that
    nothing is run to find it again; a fallback is not, but told once a process.

    Raises
    ------
    EventyardError
        There is no Python 3.11 or later at all.
    """
    found = exactly(version, build)
    if found:
        return Interpreter(found, version, version)
    for fallback in FALLBACKS:
        older = next(_installed(fallback, build), None)
        if older:
            sys.stderr.write(
                f"Python {version} was not found and could not be fetched: Python {fallback} serves, "
                f"so functions run here on another version than on AWS\n"
            )
            return Interpreter(older, fallback, version)
    raise EventyardError(
        f"no Python {version} was found, nor one of {', '.join(FALLBACKS)}",
        where="PATH, pyenv's versions, uv's Pythons",
        fix=f"install Python {version} (`pyenv install {version}`, or the package `python{version}`)",
    )


def exactly(version: str, build: Path) -> Path | None:
    """Find Python `version`, or fetch it with uv; None where it can't be had."""
    known = pythons.recall(version, build)
    if known:
        return known
    found = next(_installed(version, build), None) or _fetched(version, build)
    if found:
        pythons.remember(version, found, build)
    return found


def python(version: str, build: Path) -> Path:
    """Return the path alone of `interpreter`."""
    return interpreter(version, build).path


def _installed(version: str, build: Path) -> Iterator[Path]:
    for candidate in _candidates(version, build):
        answer = _ask(candidate)
        if answer and answer[0] == version:
            yield answer[1]


def _candidates(version: str, build: Path) -> Iterator[str]:
    import shutil  # noqa: PLC0415 - the usual run knows its interpreter

    name = f"python{version}"
    yield sys.executable
    on_path = shutil.which(name)
    if on_path:
        yield on_path
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    data = Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local/share"))
    for folder, pattern in (
        (pyenv / "versions", f"{version}*/bin/{name}"),
        (data / "uv/python", f"cpython-{version}*/bin/{name}"),
        (build / "tools/python", f"cpython-{version}*/bin/{name}"),
    ):
        yield from (str(path) for path in sorted(folder.glob(pattern), reverse=True))


def _ask(candidate: str) -> tuple[str, Path] | None:
    import subprocess  # noqa: PLC0415 - as above

    # The base interpreter is wanted, not a virtual environment that borrows it.
    code = "import sys; print('%d.%d' % sys.version_info[:2]); print(getattr(sys, '_base_executable', sys.executable))"
    try:
        answer = subprocess.run([candidate, "-I", "-c", code], capture_output=True, text=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = answer.stdout.split("\n")
    return (lines[0], Path(lines[1])) if answer.returncode == 0 else None


def _fetched(version: str, build: Path) -> Path | None:
    import subprocess  # noqa: PLC0415 - as above

    environment = uv_environment(build)
    program = str(uv(build))
    got = subprocess.run(
        [program, "python", "install", "--quiet", version],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return next(_installed(version, build), None) if got.returncode == 0 else None
