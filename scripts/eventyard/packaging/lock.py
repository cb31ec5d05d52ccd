"""Locks a function's dependencies: the one step of packaging that writes beside the sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eventyard.packaging import uv as runner
from eventyard.packaging.requirements import LOCK, SOURCE, LockError

if TYPE_CHECKING:
    from pathlib import Path

    from eventyard.packaging.model import Platform

# Handlers run on these and later; a lock serves every Python an environment may name.
LOWEST_MINOR = 11


def lock(function_folder: Path, uv: Path, platform: Platform) -> Path:
    """Write `requirements.txt` from `requirements.in`, with hashes, for every platform, naming no host.

    Versions already locked are kept where they still fit.

    Returns
    -------
    Path
        The lock.

    Raises
    ------
    LockError
        There is nothing to lock, or uv finds no versions that fit together.
    """
    folder = function_folder.resolve()
    if not (folder / SOURCE).is_file():
        raise LockError(
            f"There is no `{SOURCE}` to lock", where=str(folder), fix="name the dependencies there, one a line"
        )
    arguments = [
        *("pip", "compile", SOURCE, "--output-file", LOCK),
        *("--universal", "--generate-hashes", "--python-version", f"3.{min(platform.minor, LOWEST_MINOR)}"),
        *("--python", str(runner.interpreter(None)), "--custom-compile-command", "eventyard lock"),
        *("--no-emit-index-url", "--no-emit-find-links", "--no-emit-build-options", "--quiet"),
    ]
    done = runner.run(uv, arguments, folder=folder)
    if done.returncode:
        raise LockError(
            f"uv can't lock these dependencies: {runner.message(done.stderr)}",
            where=str(folder / SOURCE),
            fix="loosen or mend what is named, and run `eventyard lock` again",
        )
    return folder / LOCK
