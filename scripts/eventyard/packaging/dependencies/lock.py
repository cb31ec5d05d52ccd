"""Locks functions' dependencies: the one step of packaging that writes beside the sources."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from eventyard.packaging.cache import write_atomically
from eventyard.packaging.dependencies import requirements
from eventyard.packaging.dependencies import uv as runner
from eventyard.packaging.dependencies.requirements import LOCK, SOURCE, LockError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eventyard.packaging.model import Platform

# Handlers run on these and later; a lock serves every Python an environment may name.
LOWEST_MINOR = 11


@dataclass(frozen=True)
class Locked:
    """How locking one function came out.

    Parameters
    ----------
    file
        The lock.
    packages
        How many distributions it names.
    changed
        False when it was as it should be.
    """

    file: Path
    packages: int
    changed: bool


def lock(function_folder: Path, uv: Path, platform: Platform) -> Path:
    """Write `requirements.txt` from `requirements.in`, as `renew` does, and return it."""
    return renew(function_folder, uv, platform).file


def renew(function_folder: Path, uv: Path, platform: Platform, *, upgrade: bool = False) -> Locked:
    """Write `requirements.txt` from `requirements.in`, with hashes, for every platform, naming no host.

    Parameters
    ----------
    function_folder
        Holds `requirements.in`.
    uv
        The resolver; its settings in that folder count.
    platform
        The oldest Python the lock must serve, if that is older than the oldest that handlers run on.
    upgrade
        Take the newest versions; without it, versions already locked are kept where they still fit.

    Returns
    -------
    Locked
        The lock, which is as it was if this fails.

    Raises
    ------
    LockError
        There is nothing to lock, or uv finds no versions that fit together.
    """
    folder = function_folder.resolve()
    requirements.check_kind(folder)
    if not (folder / SOURCE).is_file():
        raise LockError(
            f"There is no `{SOURCE}` to lock", where=str(folder), fix="name the dependencies there, one a line"
        )
    before = (folder / LOCK).read_bytes() if (folder / LOCK).is_file() else None
    after = _resolved(folder, before, uv, platform, upgrade=upgrade)
    if after != before:
        write_atomically(folder / LOCK, after)
    pins = requirements.parse(folder / LOCK, after.decode(), f"run {requirements.command(folder)}")
    return Locked(folder / LOCK, len({pin.name for pin in pins}), after != before)


def lockable(folders: Iterable[Path]) -> list[Path]:
    """Return those folders that have something to lock."""
    return [folder for folder in folders if (folder / SOURCE).is_file()]


def directly_in(folder: Path) -> list[Path]:
    """Return the functions' folders of a folder that belongs to no project.

    Raises
    ------
    LockError
        There is no such folder.
    """
    if not folder.is_dir():
        raise LockError("The folder of the handlers is missing", where=str(folder), fix="name one that exists")
    return [child for child in sorted(folder.iterdir()) if child.is_dir() and not child.name.startswith((".", "_"))]


def _resolved(folder: Path, before: bytes | None, uv: Path, platform: Platform, *, upgrade: bool) -> bytes:
    """Return the lock's content; uv reads the former one from the file it writes."""
    from tempfile import TemporaryDirectory  # noqa: PLC0415 - packaging that locks nothing needs none

    with TemporaryDirectory(prefix="eventyard-") as scratch:
        output = Path(scratch).resolve() / LOCK
        if before is not None:
            output.write_bytes(before)
        arguments = [
            *("pip", "compile", SOURCE, "--output-file", str(output)),
            *("--universal", "--generate-hashes", "--python-version", f"3.{min(platform.minor, LOWEST_MINOR)}"),
            *("--python", str(runner.interpreter(None)), "--custom-compile-command", "eventyard lock"),
            *("--no-emit-index-url", "--no-emit-find-links", "--no-emit-build-options", "--quiet"),
            *(("--upgrade",) if upgrade else ()),
        ]
        done = runner.run(uv, arguments, folder=folder)
        if done.returncode:
            raise LockError(
                f"uv can't lock these dependencies: {runner.message(done.stderr).removeprefix('error: ')}",
                where=str(folder / SOURCE),
                fix="loosen or mend what is named, and run `eventyard lock` again",
            )
        return output.read_bytes()
