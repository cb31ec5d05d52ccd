"""Artefacts in a folder of somebody's choice: whole zips or none, and nothing of others touched."""

from __future__ import annotations

import contextlib
import fcntl
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from eventyard.errors import EventyardError
from eventyard.packaging.model import Manifest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from eventyard.packaging.model import Artefact

MANIFEST = "manifest.json"

# A zip of ours bears a date, between 1980 and 1997, that tells which one it is: it is neither read nor trusted to a
# manifest to know that it is the right one, and one that somebody has changed bears another.
_FIRST_DATE = 315_532_800
_DATE_DIGITS = 7
_DATE_STEP = 2  # seconds: no file system is coarser
_LAST_DATE = _FIRST_DATE + _DATE_STEP * 16**_DATE_DIGITS
_SCRATCH = ".eventyard-partial"


def place(made: Manifest, out: Path, previous: Manifest | None) -> Manifest:
    """Put artefacts and their manifest into a folder, and take away those that are gone since.

    Parameters
    ----------
    made
        The artefacts, as they lie in the cache.
    out
        The folder; made where it is missing.
    previous
        What its manifest said before.

    Returns
    -------
    Manifest
        The artefacts as they lie in `out`.

    Raises
    ------
    EventyardError
        The folder can't be written to.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        with _alone(out):
            placed = {name: _placed(artefact, out / f"{name}.zip") for name, artefact in made.handlers.items()}
            manifest = Manifest(made.platform, placed, bytecode=made.bytecode)
            manifest.write(out / MANIFEST)
            _remove_former(previous, placed, out)
    except OSError as error:
        raise EventyardError(
            f"The artefacts can't be put there: {error.strerror}",
            where=str(error.filename2 or error.filename or out),
            fix="name another folder with `--out`, or mend what is in the way",
        ) from None
    return manifest


@contextlib.contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Hold off other processes that would put theirs there, and take away what a killed one left."""
    descriptor = os.open(out, os.O_RDONLY | os.O_CLOEXEC)
    try:
        with contextlib.suppress(OSError):  # some network file systems can't lock a folder
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            for file in out.iterdir():
                if file.name.startswith(f".{MANIFEST}.") or (file.name[:1] == "." and file.name.endswith(_SCRATCH)):
                    file.unlink()
        yield
    finally:
        os.close(descriptor)


def _placed(artefact: Artefact, target: Path) -> Artefact:
    """Return the artefact as it lies at `target`, copied there unless it is there."""
    source = artefact.filename
    date = _FIRST_DATE + _DATE_STEP * int(source.stem[:_DATE_DIGITS], 16) if source else None
    try:
        found = target.lstat()
        there = (found.st_size, found.st_mtime) == (artefact.size, date)
    except FileNotFoundError:
        there = False
    if not there:
        _copy(artefact.file, target, date or _FIRST_DATE)
    return replace(artefact, filename=target)


def _copy(source: Path, target: Path, date: int) -> None:
    import shutil  # noqa: PLC0415 - a run with nothing to do copies nothing

    scratch = target.with_name(f".{target.name}.{os.getpid()}{_SCRATCH}")
    try:
        shutil.copyfile(source, scratch)
        scratch.chmod(0o644)
        os.utime(scratch, (date, date))
        scratch.replace(target)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise


def _remove_former(previous: Manifest | None, placed: Mapping[str, Artefact], out: Path) -> None:
    """Take away the zips of functions that are gone: where the manifest said they were, and as we put them there."""
    for name, artefact in (previous.handlers if previous else {}).items():
        file = out / f"{name}.zip"
        if name in placed or artefact.filename != file:
            continue
        with contextlib.suppress(FileNotFoundError):
            if _FIRST_DATE <= file.lstat().st_mtime < _LAST_DATE:
                file.unlink()
