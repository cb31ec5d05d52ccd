"""Installs a lock's packages for one platform, once for each content."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from eventyard.errors import EventyardError
from eventyard.packaging import uv as runner
from eventyard.packaging.identity import PACKAGER, digest
from eventyard.packaging.members import Member, member, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from eventyard.packaging.cache import Cache
    from eventyard.packaging.model import Platform
    from eventyard.packaging.requirements import Lock

KIND = "dependencies"
_LISTING = "members.json"
_SITE = "site"

# Amazon Linux 2023 (Python 3.12 and later) has glibc 2.34, its predecessor 2.26.
_FIRST_MINOR_ON_2023 = 12
_MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}

# What an installer leaves behind: it differs from machine to machine and nothing reads it at run time.
_LEFTOVERS = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_build.json", "uv_cache.json"}

_REFUSED = re.compile(r"Because (?:only )?(?P<name>[\w.-]+?)(?:\[[^]]*\])?==(?P<version>\S+) has no (?P<why>.+?) and ")
_FOUND = re.compile(r"(?:following [^:]*?tags?|following platforms?): (?P<tags>`[^`]+`(?:(?:,| and|, and) `[^`]+`)*)")


class DependencyError(EventyardError):
    """A locked dependency can't be installed."""


class NoFittingWheel(DependencyError):  # noqa: N818 - reads as what happened
    """A dependency has no wheel for the platform."""


def install(lock: Lock, *, platform: Platform, cache: Cache, uv: Path, interpreter: Path | None) -> tuple[Member, ...]:
    """Return the files of a lock's packages, installed for `platform`.

    Parameters
    ----------
    lock
        What to install; functions with equal locks share one set.
    platform
        Whose wheels to take: Lambda's, or this machine's for a local environment.
    cache
        Keeps the set under its content.
    uv
        The installer.
    interpreter
        A Python of the platform's version, if there is one.

    Raises
    ------
    NoFittingWheel
        A dependency has no wheel for `platform`; names it and the nearest that exists.
    """
    key = digest([lock.digest, platform.tag, PACKAGER])
    entry = cache.path(KIND, key)
    if not (entry / _LISTING).is_file():
        with cache.alone(KIND, key):
            if not (entry / _LISTING).is_file():
                with cache.writing(KIND, key) as scratch:
                    _install(lock, platform, scratch, uv, interpreter)
    rows = json.loads((entry / _LISTING).read_text(encoding="utf-8"))
    return tuple(Member(path, mode, sha256, size, entry / _SITE / path) for path, mode, sha256, size in rows)


def tops(members: Iterable[Member]) -> frozenset[str]:
    """Return the names under which these files can be imported."""
    return frozenset(member.path.split("/")[0].partition(".")[0] for member in members)


def _install(lock: Lock, platform: Platform, folder: Path, uv: Path, interpreter: Path | None) -> None:
    folder.mkdir()
    (folder / "lock.txt").write_text(lock.text(), encoding="utf-8")
    python = runner.interpreter(interpreter if platform.host else None)
    arguments = [
        *("pip", "install", "--target", _SITE, "--requirements", "lock.txt"),
        *("--require-hashes", "--no-deps", "--only-binary", ":all:"),
        *("--python", str(python), "--python-version", platform.python, *_target(platform)),
    ]
    done = runner.run(uv, arguments, folder=folder)
    if done.returncode:
        raise _refusal(runner.message(done.stderr), lock, platform)
    (folder / "lock.txt").unlink()
    rows = [(found.path, found.mode, found.digest, found.size) for found in _installed(folder / _SITE)]
    (folder / _LISTING).write_text(json.dumps(sorted(rows)), encoding="utf-8")


def _target(platform: Platform) -> tuple[str, ...]:
    if platform.host:
        return ()
    libc = "manylinux_2_28" if platform.minor >= _FIRST_MINOR_ON_2023 else "manylinux2014"
    return ("--python-platform", f"{_MACHINES[platform.architecture]}-{libc}")


def _installed(site: Path) -> Iterator[Member]:
    if not site.is_dir():
        return  # every marker said no
    for file in walk(site):
        path = file.relative_to(site)
        leftover = path.parent.suffix == ".dist-info" and path.name in _LEFTOVERS
        if leftover or path == Path(".lock") or file.suffix == ".pyc" or _is_script(path, file):
            continue
        yield member(file, path.as_posix())


def _is_script(path: Path, file: Path) -> bool:
    """Tell console scripts from programs a package brings: they name this machine's Python and nothing runs them."""
    if path.parts[0] != "bin":
        return False
    with file.open("rb") as content:
        return content.read(2) == b"#!"


def _refusal(text: str, lock: Lock, platform: Platform) -> DependencyError:
    found = _REFUSED.search(text)
    if not found or "wheel" not in found["why"]:
        return DependencyError(
            f"uv can't install the dependencies for {platform}: {text}",
            where=str(lock.file),
            fix="see what uv says; `eventyard lock` renews versions and hashes",
        )
    name, version = found["name"], found["version"]
    line = next((pin.line for pin in lock.pins if pin.name == name), 1)
    available = _FOUND.search(text)
    tags = re.findall(r"`([^`]+)`", available["tags"]) if available else []
    near = f"the nearest is for `{_nearest(tags, platform)}`" if tags else "it is published as source only"
    return NoFittingWheel(
        f"`{name}` {version} has no wheel for {platform}: {near}",
        where=f"{lock.file}:{line}",
        fix=f"name a version of `{name}` that has one in `requirements.in`, or another architecture or Python",
    )


def _nearest(tags: list[str], platform: Platform) -> str:
    """Pick the tag with most in common with the platform: system first, then machine, then Python."""
    system = "macosx" if "darwin" in platform.tag else "linux"
    machines = {platform.architecture, _MACHINES[platform.architecture]}

    def fitness(tag: str) -> tuple[bool, bool, bool]:
        return system in tag, any(name in tag for name in machines), tag == f"cp3{platform.minor}"

    return max(tags, key=fitness)
