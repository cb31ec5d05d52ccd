"""Finds the distributions of a lock for one platform.

uv names those that fit, with address and hash; of several wheels of one package the best that was locked is taken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from eventyard.errors import EventyardError
from eventyard.packaging.dependencies import uv as runner
from eventyard.packaging.dependencies.credentials import bare

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from packaging.tags import Tag

    from eventyard.packaging.dependencies.requirements import Lock
    from eventyard.packaging.model import Platform

# Amazon Linux 2023 (Python 3.12 and later) has glibc 2.34, its predecessor 2.26.
_FIRST_MINOR_ON_2023 = 12
_GLIBC_2023, _GLIBC_2 = 28, 17  # what uv knows of that is not newer
_OLDEST_GLIBC = {"x86_64": 5, "aarch64": 17}  # manylinux1 and manylinux2014
_LEGACY = {5: "manylinux1", 12: "manylinux2010", 17: "manylinux2014"}
_MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}

_REFUSED = re.compile(r"(?P<name>[\w.-]+?)(?:\[[^]]*\])?==(?P<version>\S+) has no (?:usable )?wheels?\b")
_FOUND = re.compile(r"(?:following [^:]*?tags?|following platforms?): (?P<tags>`[^`]+`(?:(?:,| and|, and) `[^`]+`)*)")
_OUTPUT = "pylock.toml"
_OVERRIDES = "left-out.txt"


class DependencyError(EventyardError):
    """A locked dependency can't be had."""


class NoFittingWheel(DependencyError):  # noqa: N818 - reads as what happened
    """A dependency has no wheel for the platform."""

    def __init__(self, name: str, what: str, *, where: str, fix: str) -> None:
        self.name = name
        super().__init__(what, where=where, fix=fix)


@dataclass(frozen=True)
class Found:
    """A distribution an index offers: a wheel, or a source distribution where building was asked for.

    Parameters
    ----------
    name
        Normalised name.
    version
        Its version.
    filename
        Its file's name.
    url
        Where it is, without credentials.
    sha256
        In hex; empty where the index gives none.
    """

    name: str
    version: str
    filename: str
    url: str
    sha256: str

    @property
    def is_wheel(self) -> bool:
        """False for a source distribution."""
        return self.filename.endswith(".whl")


@dataclass(frozen=True)
class Resolver:
    """Asks uv on behalf of one lock.

    Parameters
    ----------
    uv
        The program.
    platform
        Whose wheels to take: Lambda's, or this machine's.
    folder
        The function's, where uv's settings are looked for.
    scratch
        A folder for what uv reads and writes.
    python
        An interpreter of the platform's version, if there is one; this process's serves where the platform is Lambda.
    refresh
        Let uv ask the index again, whatever it remembers of it.
    """

    uv: Path
    platform: Platform
    folder: Path
    scratch: Path
    python: Path | None = None
    refresh: bool = False

    def resolve(self, lock: Lock, from_source: frozenset[str]) -> tuple[Found, ...]:
        """Return what a lock means on the platform, by name.

        Parameters
        ----------
        lock
            What to find. Without hashes, what its packages need is found as well.
        from_source
            Normalised names of the packages whose source will do where no wheel fits.

        Raises
        ------
        NoFittingWheel
            A dependency has no wheel for the platform; names it and the nearest that exists.
        DependencyError
            uv finds something else wrong, or what it finds is not what was locked.
        """
        return tuple(self._best(name, files, lock) for name, files in sorted(self._with_sources(lock, from_source)))

    def _with_sources(self, lock: Lock, from_source: frozenset[str]) -> list[tuple[str, list[Found]]]:
        """Ask for wheels, then for the sources of those that have none and may be built."""
        sources: frozenset[str] = frozenset()
        lacking: NoFittingWheel | None = None
        while True:
            try:
                return self._ask(lock, sources)
            except NoFittingWheel as error:
                if error.name not in from_source - sources:
                    raise
                sources, lacking = sources | {error.name}, error
            except DependencyError as error:
                if lacking and "has no source distribution" in error.what:
                    raise lacking from error
                raise

    def _best(self, name: str, files: list[Found], lock: Lock) -> Found:
        """Return the best fitting of a package's files, of those that were locked."""
        version = files[0].version
        pins = [pin for pin in lock.pins if pin.name == name and _same(pin.version, version)]
        if not pins and lock.whole:
            raise DependencyError(
                f"uv chose `{name}` {version}, which is not what is locked",
                where=lock.where(name),
                fix="look for overrides in uv's settings",
            )
        hashes = {value for pin in pins for value in pin.hashes}
        locked = [one for one in files if not hashes or not one.sha256 or one.sha256 in hashes]
        if locked:
            return min(locked, key=self._rank) if len(locked) > 1 else locked[0]
        raise DependencyError(
            f"Hash mismatch: no file of `{name}` {version} that fits {self.platform} is in the lock; the index has "
            + ", ".join(f"`{one.filename}` with SHA-256 {one.sha256[:12]}…" for one in files[:3]),
            where=lock.where(name),
            fix="find out who changed it; if the change is right, run `eventyard lock` and compare the hashes",
        )

    def _ask(self, lock: Lock, sources: frozenset[str]) -> list[tuple[str, list[Found]]]:
        """Run uv and read its answer: each package, with all of its files that fit."""
        (self.scratch / _OVERRIDES).write_text(
            "".join(f'{name} ; python_version < "0"\n' for name in sorted(lock.left_out())), encoding="utf-8"
        )
        output = self.scratch / _OUTPUT
        arguments = [
            *("pip", "compile", "-", "--format", "pylock.toml", "--output-file", str(output)),
            *("--python", str(self._interpreter()), "--python-version", self.platform.python),
            *("--no-universal", *self._target()),
            *(("--no-deps",) if lock.whole else ("--overrides", str(self.scratch / _OVERRIDES))),
            *("--only-binary", ":all:", *(word for name in sorted(sources) for word in ("--no-binary", name))),
            *("--no-header", "--quiet", *(("--refresh",) if self.refresh else ())),
        ]
        done = runner.run(self.uv, arguments, folder=self.folder, text=lock.text())
        if done.returncode:
            raise _refusal(runner.message(done.stderr), lock, self.platform)
        import tomllib  # noqa: PLC0415 - a run that finds all in the cache asks nobody

        document = tomllib.loads(output.read_text(encoding="utf-8"))
        output.unlink()
        return [(package["name"], list(self._read(package, lock))) for package in document.get("packages", ())]

    def _read(self, package: dict[str, Any], lock: Lock) -> Iterator[Found]:
        name, version = package["name"], package.get("version", "")
        files = package.get("wheels") or [file for file in (package.get("sdist"),) if file]
        if not files:
            raise NoFittingWheel(
                name,
                f"`{name}` {version} has no wheel for {self.platform}",
                where=lock.where(name),
                fix=_fix(name, source=False),
            )
        for file in files:
            url = file.get("url") or (self.scratch / file["path"]).resolve().as_uri()
            filename = file.get("name") or unquote(urlsplit(url).path.rpartition("/")[2])
            yield Found(name, version, filename, bare(url), file.get("hashes", {}).get("sha256", ""))

    def _interpreter(self) -> Path:
        return runner.interpreter(self.python if self.platform.host else None)

    def _target(self) -> tuple[str, ...]:
        if self.platform.host:
            return ()
        libc = "manylinux2014" if self._glibc() == _GLIBC_2 else f"manylinux_2_{self._glibc()}"
        return ("--python-platform", f"{_MACHINES[self.platform.architecture]}-{libc}")

    def _glibc(self) -> int:
        return _GLIBC_2023 if self.platform.minor >= _FIRST_MINOR_ON_2023 else _GLIBC_2

    def _rank(self, file: Found) -> tuple[int, tuple[int, str], str]:
        """Return how well a wheel fits, the best being least: by its tags, then the latest build of it."""
        from packaging.utils import InvalidWheelFilename, parse_wheel_filename  # noqa: PLC0415 - as above

        try:
            *_, build, tags = parse_wheel_filename(file.filename)
        except InvalidWheelFilename:
            return len(self._tags), (0, ""), file.filename
        number, letter = build or (0, "")
        return min(self._tags.get(tag, len(self._tags)) for tag in tags), (-number, letter), file.filename

    @cached_property
    def _tags(self) -> dict[Tag, int]:
        """What fits, the best first (https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/)."""
        from packaging.tags import compatible_tags, cpython_tags, platform_tags  # noqa: PLC0415 - as above

        version = (3, self.platform.minor)
        platforms = list(platform_tags()) if self.platform.host else list(self._platforms())
        tags = [
            *cpython_tags(version, abis=[f"cp3{self.platform.minor}"], platforms=platforms),
            *compatible_tags(version, interpreter=f"cp3{self.platform.minor}", platforms=platforms),
        ]
        return {tag: number for number, tag in enumerate(tags)}

    def _platforms(self) -> Iterator[str]:
        machine = _MACHINES[self.platform.architecture]
        for glibc in range(self._glibc(), _OLDEST_GLIBC[machine] - 1, -1):
            yield f"manylinux_2_{glibc}_{machine}"
            if glibc in _LEGACY:
                yield f"{_LEGACY[glibc]}_{machine}"
        yield f"linux_{machine}"


def _same(pinned: str, version: str) -> bool:
    """Tell whether a pin means a version: `1` is `1.0`, and either takes in the local build `1.0+cpu`."""
    if pinned == version:
        return True
    from packaging.specifiers import SpecifierSet  # noqa: PLC0415 - most locks write versions as their index does

    return SpecifierSet(f"=={pinned}").contains(version, prereleases=True)


def _refusal(text: str, lock: Lock, platform: Platform) -> DependencyError:
    refused = _REFUSED.search(text)
    if not refused:
        return DependencyError(
            f"uv can't find the dependencies for {platform}: {text.removeprefix('error: ')}",
            where=str(lock.file),
            fix="see what uv says; `eventyard lock` renews versions and hashes",
        )
    name, version = refused["name"], refused["version"]
    available = _FOUND.search(text)
    tags = re.findall(r"`([^`]+)`", available["tags"]) if available else []
    near = f"the nearest is for `{_nearest(tags, platform)}`" if tags else "it is published as source only"
    return NoFittingWheel(
        name,
        f"`{name}` {version} has no wheel for {platform}: {near}",
        where=lock.where(name),
        fix=_fix(name, source=not tags),
    )


def _fix(name: str, *, source: bool) -> str:
    other = f"name a version of `{name}` that has one, or another architecture or Python"
    if not source:
        return other
    return (
        f"if it is pure Python, let it be built: add `{name}` to `project.packaging.from_source` in `eventyard.toml`, "
        f"or pass `--from-source {name}`; else {other}"
    )


def _nearest(tags: list[str], platform: Platform) -> str:
    """Pick the tag with most in common with the platform: system first, then machine, then Python."""
    system = "macosx" if "darwin" in platform.tag else "linux"
    machines = {platform.architecture, _MACHINES[platform.architecture]}

    def fitness(tag: str) -> tuple[bool, bool, bool]:
        return system in tag, any(name in tag for name in machines), tag == f"cp3{platform.minor}"

    return max(tags, key=fitness)
