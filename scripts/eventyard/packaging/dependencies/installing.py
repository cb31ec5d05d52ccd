"""Finds functions' wheels: reads their locks, resolves them for the platform, fetches what the cache lacks."""

from __future__ import annotations

import contextlib
import json
import threading
from dataclasses import asdict, astuple, replace
from typing import TYPE_CHECKING, Any, TypeVar

from eventyard.packaging.archives import wheel
from eventyard.packaging.archives.wheel import Wheel
from eventyard.packaging.dependencies import fetch, pyproject, requirements, sdists
from eventyard.packaging.dependencies.fetch import Fetcher, Gone, Wanted
from eventyard.packaging.dependencies.install import recorded
from eventyard.packaging.dependencies.resolve import Found, Resolver
from eventyard.packaging.identity import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from concurrent.futures import Executor, Future
    from pathlib import Path

    from eventyard.packaging.cache import Cache
    from eventyard.packaging.dependencies.credentials import Credentials
    from eventyard.packaging.dependencies.requirements import Lock
    from eventyard.packaging.model import Platform

KIND = "resolutions"
RESOLUTION_VERSION = 1  # raise it with any change to what is resolved from the same lock, or to how it is kept
_LOCKS_AT_ONCE = 8  # each is a process
_DOWNLOADS_AT_ONCE = 16

_T = TypeVar("_T")


class _Once:
    """Calls something once, whichever thread needs it first."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self._call = call
        self._lock = threading.Lock()
        self._got: list[Any] = []

    def __call__(self) -> Any:
        with self._lock:
            if not self._got:
                self._got.append(self._call())
            return self._got[0]


class Installer:
    """Does what `install` finds nothing kept for; its words mean the same here."""

    def __init__(
        self,
        platform: Platform,
        cache: Cache,
        uv: Callable[[], Path],
        interpreter: Callable[[], Path | None],
        from_source: frozenset[str],
        say: Callable[[str], object],
    ) -> None:
        self.platform = platform
        self.cache = cache
        self.uv = _Once(uv)
        self.interpreter = _Once(interpreter)
        self.from_source = from_source
        self.say = say

    def install(self, folders: Sequence[Path], *, strict: bool) -> dict[Path, tuple[Wheel, ...]]:
        """Return each function's wheels; the cache has them all when this returns."""
        locks = self._locks(folders, strict=strict)
        unique: dict[str, Lock] = {}
        for lock in locks.values():
            if lock:
                unique.setdefault(lock.digest, lock)
        found = {key: self._cached(lock) for key, lock in unique.items()}
        missing = [lock for key, lock in unique.items() if found[key] is None]
        for lock, wheels in self._fetched(missing):
            found[lock.digest] = wheels
            if not lock.whole:
                self.say(
                    f"{lock.file}: not locked with hashes; taken as it resolves for {self.platform} today "
                    f"({len(wheels)} package{'' if len(wheels) == 1 else 's'}), and kept so in the cache"
                )
        return {folder: (found[lock.digest] or ()) if lock else () for folder, lock in locks.items()}

    def _locks(self, folders: Sequence[Path], *, strict: bool) -> dict[Path, Lock | None]:
        """Read each folder's lock."""

        def read(folder: Path) -> Lock | None:
            if (folder / requirements.PROJECT_LOCK).is_file():
                return pyproject.read(folder, strict=strict, cache=self.cache, uv=self.uv, interpreter=self.interpreter)
            return requirements.read(folder, strict=strict)

        exports = any((folder / requirements.PROJECT_LOCK).is_file() for folder in folders)
        if not exports:
            return {folder: read(folder) for folder in folders}
        with _threads(_LOCKS_AT_ONCE) as pool:
            return dict(zip(folders, _results([pool.submit(read, folder) for folder in folders]), strict=True))

    def _cached(self, lock: Lock) -> tuple[Wheel, ...] | None:
        """Return a lock's wheels if the cache has all of them, and knows so."""
        return recorded(self.cache, self._record(lock), lambda document: document["wheels"])

    def _fetched(self, locks: Sequence[Lock]) -> list[tuple[Lock, tuple[Wheel, ...]]]:
        """Find and fetch the wheels of several locks at once."""
        if not locks:
            return []
        with _threads(_LOCKS_AT_ONCE) as resolvers, _threads(_DOWNLOADS_AT_ONCE) as pool:
            downloads = _Downloads(self.cache, pool)
            try:
                jobs = [resolvers.submit(self._one, lock, downloads) for lock in locks]
                fetch.load()  # while uv is at work
                return list(zip(locks, _results(jobs), strict=True))
            finally:
                downloads.stop()

    def _one(self, lock: Lock, downloads: _Downloads) -> tuple[Wheel, ...]:
        from eventyard.packaging.dependencies.credentials import Credentials  # noqa: PLC0415 - not needed with a full cache

        credentials = Credentials(lock.file.parent, self.uv)
        kept = self._kept(lock)
        try:
            had = _had(kept or self._resolved(lock), lock, downloads, credentials)
        except Gone:
            if kept is None:
                raise
            # An index may have moved its files since; what is locked has not changed.
            had = _had(self._resolved(lock, refresh=True), lock, downloads, credentials)
        wheels = tuple(self._wheel(one, lock) for one in had)
        document = {"found": [asdict(one) for one in had], "wheels": [astuple(one) for one in wheels]}
        with self.cache.writing(KIND, self._record(lock).name) as path:
            path.write_text(json.dumps(document), encoding="utf-8")
        return wheels

    def _kept(self, lock: Lock) -> tuple[Found, ...] | None:
        """Return what a lock resolved to before."""
        try:
            document = json.loads(self._record(lock).read_bytes())
            return tuple(Found(**row) for row in document["found"])
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None

    def _resolved(self, lock: Lock, *, refresh: bool = False) -> tuple[Found, ...]:
        python = self.interpreter() if self.platform.host else None
        with self.cache.scratch() as scratch:
            resolver = Resolver(self.uv(), self.platform, lock.file.parent, scratch, python, refresh)
            return resolver.resolve(lock, self.from_source)

    def _wheel(self, one: Found, lock: Lock) -> Wheel:
        """Return a distribution's wheel, built where only the source is there."""
        if one.is_wheel:
            return Wheel(one.name, one.version, one.filename, one.sha256)
        return sdists.build(
            one,
            platform=self.platform,
            folder=lock.file.parent,
            cache=self.cache,
            uv=self.uv,
            interpreter=self.interpreter,
        )

    def _record(self, lock: Lock) -> Path:
        sources = self.from_source & {pin.name for pin in lock.pins} if lock.whole else self.from_source
        name = digest([lock.digest, self.platform.tag, sorted(sources), RESOLUTION_VERSION])
        return self.cache.path(KIND, f"{name}.json")


class _Downloads:
    """The downloads of one run: each file once, whoever needs it."""

    def __init__(self, cache: Cache, pool: Executor) -> None:
        self._cache = cache
        self._pool = pool
        self._fetcher = Fetcher(cache)
        self._jobs: dict[tuple[str, str], Future[str]] = {}
        self._lock = threading.Lock()

    def start(self, found: Found, hashes: frozenset[str], credentials: Credentials) -> Future[str]:
        """Begin to fetch a distribution unless that has begun; the result is its SHA-256."""
        with self._lock:
            key = (found.url, found.sha256)
            if key not in self._jobs:
                self._jobs[key] = self._pool.submit(self._fetch, found, hashes, credentials)
            return self._jobs[key]

    def stop(self) -> None:
        """Break off what nobody waits for any more."""
        self._fetcher.stop()

    def _fetch(self, found: Found, hashes: frozenset[str], credentials: Credentials) -> str:
        kind, suffix = (wheel.KIND, ".whl") if found.is_wheel else (sdists.KIND, ".sdist")
        wanted = Wanted(f"`{found.name}` {found.version}", found.url, hashes)
        if not found.sha256:
            return self._fetcher.fetch(wanted, kind, suffix, credentials)
        path = self._cache.path(kind, f"{found.sha256}{suffix}")
        if path.is_file():
            return found.sha256
        with self._cache.alone(kind, found.sha256):
            if path.is_file():
                return found.sha256
            return self._fetcher.fetch(wanted, kind, suffix, credentials)


def _had(found: Iterable[Found], lock: Lock, downloads: _Downloads, credentials: Credentials) -> tuple[Found, ...]:
    """Return what was found, with its hash, once the cache has it."""
    jobs = [(one, downloads.start(one, _hashes(one, lock), credentials)) for one in found]
    return tuple(replace(one, sha256=job.result()) for one, job in jobs)


def _hashes(found: Found, lock: Lock) -> frozenset[str]:
    """Return the hashes a file may have: the one the index gave (the lock has it), else any the lock has."""
    if found.sha256:
        return frozenset({found.sha256})
    return frozenset(value for pin in lock.pins if pin.name == found.name for value in pin.hashes)


def _results(jobs: Iterable[Future[_T]]) -> list[_T]:
    """Return all results, or raise the first failure in the order of the jobs: the same one each time."""
    return [job.result() for job in jobs]


@contextlib.contextmanager
def _threads(number: int) -> Any:
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - a run with nothing to do starts none

    pool = ThreadPoolExecutor(max_workers=number, thread_name_prefix="eventyard")
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
