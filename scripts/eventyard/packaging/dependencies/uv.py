"""Runs uv, the one program that knows package indexes."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from eventyard.errors import EventyardError

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping, Sequence

# uv frames its messages with drawn lines.
_FRAME = re.compile("[\u2500-\u257f\u25b6\u00d7]+")


def run(
    uv: Path,
    arguments: Sequence[str],
    *,
    folder: Path,
    text: str | None = None,
    settings: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run uv in a folder; a private index and its credentials come from uv's own settings.

    Parameters
    ----------
    uv
        The program.
    arguments
        What it is asked to do.
    folder
        Whose settings count: `uv.toml` or `pyproject.toml` in it or above it.
    text
        What it reads from standard input; nothing when None.
    settings
        More environment variables.

    Raises
    ------
    EventyardError
        There is no such program; a refusal is in the result.
    """
    import subprocess  # noqa: PLC0415 - a run with nothing to do starts no process

    environment = {
        **os.environ,
        "NO_COLOR": "1",
        "UV_NO_PROGRESS": "1",
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_COMPILE_BYTECODE": "0",
        **(settings or {}),
    }
    environment.pop("VIRTUAL_ENV", None)
    try:
        return subprocess.run(
            [str(uv), *arguments],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            **({"input": text} if text is not None else {"stdin": subprocess.DEVNULL}),
        )
    except OSError as error:
        raise EventyardError(
            f"uv can't be run: {error.strerror}", where=str(uv), fix="run `eventyard doctor`"
        ) from error


def interpreter(path: Path | None) -> Path:
    """Return the interpreter uv should ask about this machine: never a shim it would stumble over."""
    return path or Path(sys.executable)


def message(stderr: str) -> str:
    """Return uv's message as one line of plain words."""
    return " ".join(_FRAME.sub(" ", stderr).split())
