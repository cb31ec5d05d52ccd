"""What the cache holds, and making it smaller while others package.

An entry's date is when it was last of use (`Cache.used`, to the day). Entries are moved aside in one go, while nobody
packages, and deleted after that: a run that needs one finds it gone from the start, and makes it again.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from eventyard.errors import EventyardError
from eventyard.packaging import sharing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from datetime import timedelta

    from eventyard.packaging.cache import Cache

# All of packaging's own kinds. Whatever else lies in the folder (uv's, pytest's, Terraform's) is somebody else's.
KINDS: Final = {
    "artefacts": "zips of functions",
    "built": "which wheel a source distribution gave",
    "bytecode": "compiled Python",
    "closures": "which files each function consists of",
    "dependencies": "sets of dependencies, of an older kit",
    "exports": "what uv's locks mean as requirements",
    "interpreters": "what each Python said of itself",
    "recipes": "what was made of the same inputs",
    "requirements": "what lock files come down to",
    "resolutions": "which wheels fit a platform",
    "sdists": "source distributions",
    "wheels": "distributions, and what is in them",
}
ARTEFACTS = "artefacts"
UV = "uv"
_PARTIAL, _LOCKS = "partial", "locks"
_OF_FOLDERS = frozenset({"dependencies"})
_NAMED = re.compile(rb"\b([0-9a-f]{64}\.zip)\b")
# Where nothing names an artefact, and looking takes long.
_NOT_LOOKED_INTO = frozenset({".terraform", "__pycache__", "cache", "envs", "node_modules", "site-packages", "tools"})
_LOOKED_AT = (".json", ".tf", ".tfvars")


@dataclass(frozen=True)
class Stored:
    """An entry of the cache.

    Parameters
    ----------
    kind
        One of `KINDS`.
    path
        A file, or a folder.
    size
        Bytes of its files.
    used
        When it was last of use, in seconds since 1970.
    """

    kind: str
    path: Path
    size: int
    used: float


@dataclass(frozen=True)
class Tally:
    """How many entries there are, and how many bytes."""

    count: int = 0
    size: int = 0

    @classmethod
    def of(cls, entries: Iterable[Stored]) -> Tally:
        """Count entries."""
        sizes = [entry.size for entry in entries]
        return cls(len(sizes), sum(sizes))


@dataclass(frozen=True)
class Trimmed:
    """What was taken away.

    Parameters
    ----------
    removed
        Entries.
    left
        What the cache holds now.
    kept
        How many entries had to stay, whatever their age.
    abandoned
        Half-written folders of runs that were killed.
    locks
        Lock files that nobody held.
    """

    removed: tuple[Stored, ...] = ()
    left: Tally = field(default_factory=Tally)
    kept: int = 0
    abandoned: int = 0
    locks: int = 0


def show(cache: Cache) -> dict[str, Tally]:
    """Return how much there is of each kind, and of uv's own cache where it lies in the same folder."""
    found = {kind: Tally.of(_stored(cache.folder / kind, kind)) for kind in KINDS}
    uv = [Stored(UV, file, size, 0) for file, size in _files(cache.folder / UV)]
    return found | {UV: Tally.of(uv)}


def trim(
    cache: Cache,
    older_than: timedelta,
    max_bytes: int | None = None,
    keep: Callable[[], Collection[Path]] = frozenset,
    patience: float = sharing.PATIENCE_SECONDS,
) -> Trimmed:
    """Remove what has long been of no use, then the least recently used until the rest is small enough.

    Parameters
    ----------
    cache
        Others may use it meanwhile.
    older_than
        Entries not used for so long go.
    max_bytes
        What packaging's own entries may hold together; None sets no limit.
    keep
        Says which entries stay all the same; asked while nobody packages.
    patience
        Seconds to wait until nobody packages.

    Raises
    ------
    EventyardError
        The folder is no cache of ours, may not be changed, or is in use all the time.
    """
    oldest = time.time() - older_than.total_seconds()

    def choose(entries: Collection[Stored], kept: Collection[Path]) -> Iterator[Stored]:
        total = sum(entry.size for entry in entries)
        for entry in sorted(entries, key=lambda entry: (entry.used, entry.path)):
            if entry.used >= oldest and (max_bytes is None or total <= max_bytes):
                return
            if entry.path not in kept:
                total -= entry.size
                yield entry

    return _removed(cache, choose, keep, patience, force=False)


def clear(cache: Cache, patience: float = sharing.PATIENCE_SECONDS) -> Trimmed:
    """Remove every entry of packaging's own kinds, artefacts that manifests name included.

    Raises
    ------
    EventyardError
        As `trim`.
    """
    return _removed(cache, lambda entries, _: entries, frozenset, patience, force=True)


def named(cache: Cache, build: Path) -> frozenset[Path]:
    """Return the artefacts that any manifest, rendered root or plan under a build folder names.

    Files are searched for their names, not parsed: what another version of the kit wrote counts as well.
    """
    found: set[Path] = set()
    for here, folders, files in os.walk(build):
        folders[:] = [name for name in folders if name not in _NOT_LOOKED_INTO]
        for name in files:
            if name.endswith(_LOOKED_AT):
                with contextlib.suppress(OSError):
                    content = Path(here, name).read_bytes()
                    found |= {cache.path(ARTEFACTS, match.decode()) for match in _NAMED.findall(content)}
    return frozenset(found)


def _entries(cache: Cache) -> Iterator[Stored]:
    """Yield all entries; refuse a folder that merely has sub-folders of such names."""
    entries = [entry for kind in KINDS for entry in _stored(cache.folder / kind, kind)]
    if entries and not (cache.folder / _PARTIAL).is_dir():
        raise EventyardError(
            "This folder is no cache of eventyard: nothing was removed",
            where=str(cache.folder),
            fix="name the right one with `--cache` or `EVENTYARD_CACHE`",
        )
    yield from entries


def _removed(
    cache: Cache,
    choose: Callable[[Collection[Stored], Collection[Path]], Iterable[Stored]],
    keep: Callable[[], Collection[Path]],
    patience: float,
    *,
    force: bool,
) -> Trimmed:
    if not cache.folder.is_dir():
        return Trimmed()
    entries = list(_entries(cache))
    aside = cache.folder / _PARTIAL / f"trimmed-{os.getpid()}-{time.monotonic_ns()}"
    try:
        with sharing.alone(cache.folder, patience):
            kept = set(keep())
            gone = tuple(_moved(choose(entries, kept), aside, force=force))
            locks = sum(_unlocked(lock) for lock in _children(cache.folder / _LOCKS))
        abandoned = cache.sweep() if (cache.folder / _PARTIAL).is_dir() else 0
    except OSError as error:
        raise EventyardError(
            f"The cache can't be changed: {error.strerror or error}",
            where=str(error.filename or cache.folder),
            fix="run this as the user who owns the folder",
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    left = set(entries) - set(gone)
    return Trimmed(gone, Tally.of(left), sum(entry.path in kept for entry in left), abandoned, locks)


def _moved(entries: Iterable[Stored], aside: Path, *, force: bool) -> Iterator[Stored]:
    """Move entries out of everybody's way, and yield them; not those that were of use since they were listed."""
    for number, entry in enumerate(entries):
        with contextlib.suppress(FileNotFoundError):
            if not force and entry.path.lstat().st_mtime > entry.used:
                continue
            aside.mkdir(parents=True, exist_ok=True)
            entry.path.rename(aside / str(number))
            yield entry


def _unlocked(lock: Path) -> bool:
    """Remove a lock file, unless somebody holds it; who is about to sees that it is another file (`Cache.alone`)."""
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        lock.unlink(missing_ok=True)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def _stored(folder: Path, kind: str) -> Iterator[Stored]:
    """Yield a kind's entries: its files, and the folders that are one entry each."""
    for path in _children(folder):
        with contextlib.suppress(FileNotFoundError):
            if path.is_symlink() or not path.is_dir():
                status = path.lstat()
                yield Stored(kind, path, status.st_size, status.st_mtime)
            elif kind in _OF_FOLDERS:
                yield Stored(kind, path, sum(size for _, size in _files(path)), path.stat().st_mtime)
            else:
                yield from _stored(path, kind)


def _children(folder: Path) -> list[Path]:
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        return sorted(folder.iterdir())
    return []


def _files(folder: Path) -> Iterator[tuple[Path, int]]:
    for here, _, files in os.walk(folder):
        for name in files:
            with contextlib.suppress(FileNotFoundError):
                yield Path(here, name), Path(here, name).lstat().st_size


def by_kind(entries: Iterable[Stored]) -> dict[str, Tally]:
    """Return the tally of each kind among some entries."""
    counts: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    for entry in entries:
        counts[entry.kind] += 1
        sizes[entry.kind] += entry.size
    return {kind: Tally(counts[kind], sizes[kind]) for kind in sorted(counts)}
