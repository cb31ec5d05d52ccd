"""Builds the wheel of a source distribution, where that was asked for and nothing in it is compiled."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from eventyard.packaging.archives import wheel
from eventyard.packaging.dependencies import uv as runner
from eventyard.packaging.dependencies.resolve import DependencyError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from eventyard.packaging.cache import Cache
    from eventyard.packaging.dependencies.resolve import Found
    from eventyard.packaging.model import Platform

KIND = "sdists"
BUILT = "built"
_EPOCH = "315532800"  # 1980-01-01, the oldest date a zip can hold


def build(
    sdist: Found,
    *,
    platform: Platform,
    folder: Path,
    cache: Cache,
    uv: Callable[[], Path],
    interpreter: Callable[[], Path | None],
) -> wheel.Wheel:
    """Return the wheel of a source distribution, built once for each Python.

    Parameters
    ----------
    sdist
        What to build; the cache holds its file.
    platform
        What the wheel must fit.
    folder
        Whose settings of uv count for what the build needs.
    cache
        Keeps the wheel.
    uv, interpreter
        Give the program and the Python that build it; called only when the cache has no wheel.

    Raises
    ------
    DependencyError
        It can't be built, or has compiled parts.
    """
    record = cache.path(BUILT, f"{sdist.sha256}-{platform.python}.json")
    with cache.alone(BUILT, record.stem):
        try:
            built = wheel.Wheel(**json.loads(record.read_bytes()))
            if built.path(cache).is_file():
                cache.used(record)
                return built
        except (FileNotFoundError, ValueError, TypeError):
            pass
        with cache.scratch() as scratch:
            file = _built(sdist, scratch, cache, folder, uv(), interpreter())
            _check(sdist, file.name, platform)
            sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
            cache.keep(wheel.KIND, f"{sha256}.whl", file)
        built = wheel.Wheel(sdist.name, sdist.version, file.name, sha256)
        with cache.writing(BUILT, record.name) as path:
            path.write_text(json.dumps(built.__dict__), encoding="utf-8")
        return built


def _built(sdist: Found, scratch: Path, cache: Cache, folder: Path, uv: Path, python: Path | None) -> Path:
    source = scratch / sdist.filename
    source.write_bytes(cache.path(KIND, f"{sdist.sha256}.sdist").read_bytes())
    arguments = [
        *("build", "--wheel", "--out-dir", str(scratch / "out"), "--python", str(runner.interpreter(python))),
        *("--quiet", str(source)),
    ]
    settings = {"SOURCE_DATE_EPOCH": _EPOCH, "PYTHONHASHSEED": "0"}
    done = runner.run(uv, arguments, folder=folder, settings=settings)
    found = sorted((scratch / "out").glob("*.whl"))
    if done.returncode or len(found) != 1:
        raise DependencyError(
            f"`{sdist.name}` {sdist.version} can't be built from source: {runner.message(done.stderr)}",
            where=sdist.url,
            fix=f"see what the build says, or name a version of `{sdist.name}` that has a wheel",
        )
    return found[0]


def _check(sdist: Found, filename: str, platform: Platform) -> None:
    """Refuse a wheel that fits this machine only, which may not be the one it will run on."""
    interpreter, abi, machine = filename.removesuffix(".whl").rsplit("-", 3)[1:]
    fits = {"py3", f"py3{platform.minor}", f"cp3{platform.minor}"} & set(interpreter.split("."))
    if abi != "none" or machine != "any" or not fits:
        raise DependencyError(
            f"`{sdist.name}` {sdist.version} has compiled parts: its source builds `{filename}`, which fits no other "
            f"machine than this",
            where=sdist.url,
            fix=f"name a version of `{sdist.name}` that has a wheel for {platform}, or build one and put it in an "
            "index of yours",
        )
