"""Gives each function its wheels: those it had last time, if what it asks for is still written the same.

This file reads nothing but what the cache kept; `installing` does the rest, and is loaded when there is some.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from eventyard.packaging.archives.wheel import Wheel
from eventyard.packaging.dependencies import requirements
from eventyard.packaging.identity import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from eventyard.packaging.cache import Cache
    from eventyard.packaging.model import Platform

KIND = "requirements"
VERSION = 1  # raise it with any change to what is made of the same requirements, or to how that is kept


def install(
    folders: Sequence[Path],
    *,
    platform: Platform,
    cache: Cache,
    uv: Callable[[], Path],
    interpreter: Callable[[], Path | None],
    strict: bool,
    from_source: frozenset[str],
    say: Callable[[str], object],
) -> dict[Path, tuple[Wheel, ...]]:
    """Return each function's wheels, by name; the cache has them all when this returns.

    Parameters
    ----------
    folders
        The functions' own folders; functions with equal locks share one resolution.
    platform
        Whose wheels to take: Lambda's, or this machine's for a local environment.
    cache
        Keeps resolutions and wheels: with both there, neither uv nor the network is needed.
    uv, interpreter
        Give the resolver, and a Python of the platform's version if there is one; called at most once, when needed.
    strict
        True for AWS: every dependency must be locked with a hash.
    from_source
        Normalised names of the packages that may be built from source where no wheel fits.
    say
        Takes a line about each lock that was taken though it has no hashes.

    Raises
    ------
    LockError
        Dependencies are not locked as they should be.
    NoFittingWheel
        A dependency has no wheel for `platform`; names it and the nearest that exists.
    DependencyError
        uv finds something else wrong, or what an index offers is not what was locked.
    FetchError
        A wheel can't be fetched, or is not what was locked.
    """
    found: dict[Path, tuple[Wheel, ...]] = {}
    missing: dict[Path, str] = {}
    for folder in folders:
        requirements.check_kind(folder)
        files = [[file.name, _hashed(file)] for file in requirements.deciding_files(folder)]
        name = digest([files, platform.tag, sorted(from_source), strict, VERSION])
        wheels = _kept(cache, name) if files else ()
        if wheels is None:
            missing[folder] = name
        else:
            found[folder] = wheels
    if missing:
        from eventyard.packaging.dependencies.installing import Installer  # noqa: PLC0415 - mostly all is there

        installer = Installer(platform, cache, uv, interpreter, from_source, say)
        for folder, wheels in installer.install(tuple(missing), strict=strict).items():
            _keep(cache, missing[folder], wheels)
            found[folder] = wheels
    return {folder: found[folder] for folder in folders}


def _hashed(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _kept(cache: Cache, name: str) -> tuple[Wheel, ...] | None:
    """Return what the same files meant before, if all of it is still there."""
    return recorded(cache, cache.path(KIND, f"{name}.json"), lambda document: document)


def recorded(cache: Cache, path: Path, rows: Callable[[Any], Any]) -> tuple[Wheel, ...] | None:
    """Return the wheels that an entry of the cache names, if the cache has it and all of them.

    Parameters
    ----------
    cache
        Where both are.
    path
        The entry.
    rows
        Gives the wheels' rows in it.
    """
    try:
        wheels = tuple(Wheel(*row) for row in rows(json.loads(path.read_bytes())))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    if not all(one.path(cache).is_file() for one in wheels):
        return None
    for used in (path, *(one.path(cache) for one in wheels)):
        cache.used(used)
    return wheels


def _keep(cache: Cache, name: str, wheels: tuple[Wheel, ...]) -> None:
    rows = [[one.name, one.version, one.filename, one.sha256] for one in wheels]
    with cache.writing(KIND, f"{name}.json") as path:
        path.write_text(json.dumps(rows), encoding="utf-8")
