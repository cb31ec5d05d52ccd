"""Whether the same inputs give the same bytes: built a second time where everything else is different.

Another folder and, where memory can be had as one, another file system; files made in another order with other modes
and dates; another umask, time zone and locale; empty caches.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench import functions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.packagers import Packager

MEMORY = Path("/dev/shm")  # noqa: S108 - a file system of another kind, in a folder of our own
_NEEDED_BYTES = 3 << 30
_LONG_AGO = 981_173_106  # 2001-02-03, in seconds: no file of a corpus is that old


@contextmanager
def elsewhere(folder: Path) -> Iterator[Path]:
    """Give a folder on another file system than `folder`, else one beside it; it is gone afterwards."""
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > _NEEDED_BYTES
    with tempfile.TemporaryDirectory(prefix="bench-", dir=MEMORY if roomy else folder) as made:
        yield Path(made)


def build(there: Packager) -> None:
    """Build the corpus with a packager of another folder, under other circumstances."""
    there.begin(backwards=True)
    for path in there.handlers.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
        os.utime(path, (_LONG_AGO, _LONG_AGO))
    changed = {"TZ": "Asia/Kathmandu", "LANG": "C", "LC_ALL": "C"}
    replace(there, umask=0o077, variables={**there.variables, **changed}).build()


def differences(kept: Path, other: Packager) -> frozenset[str]:
    """Compare every artefact of `other` with the copies in `kept` (see `keep`); say what differs."""
    found: set[str] = set()
    for name in functions.TWELVE:
        left, right = kept / f"{name}.zip", other.artefact(name)
        if left.read_bytes() != right.read_bytes():
            found |= _of(left, right)
    return frozenset(found)


def keep(packager: Packager, folder: Path) -> None:
    """Put a tool's artefacts aside."""
    folder.mkdir(parents=True)
    for name in functions.TWELVE:
        shutil.copyfile(packager.artefact(name), folder / f"{name}.zip")


def _of(left: Path, right: Path) -> set[str]:
    """Say what differs of two zips: files, order, times, modes, contents, or only how they are packed."""
    with zipfile.ZipFile(left) as one, zipfile.ZipFile(right) as other:
        ours, theirs = one.infolist(), other.infolist()
    names = [member.filename for member in ours], [member.filename for member in theirs]
    if set(names[0]) != set(names[1]):
        return {"files"}
    by_name = {member.filename: member for member in theirs}
    pairs = [(member, by_name[member.filename]) for member in ours]
    found = {
        "order": names[0] != names[1],
        "times": any(a.date_time != b.date_time for a, b in pairs),
        "modes": any(a.external_attr != b.external_attr for a, b in pairs),
        "contents": any(a.CRC != b.CRC for a, b in pairs),
    }
    return {what for what, differs in found.items() if differs} or {"packing"}
