"""Reads a function's `pyproject.toml` and `uv.lock`, by way of uv."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from eventyard.packaging.dependencies import requirements
from eventyard.packaging.dependencies import uv as runner
from eventyard.packaging.dependencies.requirements import PROJECT, PROJECT_LOCK, Lock, LockError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from eventyard.packaging.cache import Cache

KIND = "exports"


def read(
    folder: Path, *, strict: bool, cache: Cache, uv: Callable[[], Path], interpreter: Callable[[], Path | None]
) -> Lock | None:
    """Return what a function's `uv.lock` locks, without its development dependencies; None when that is nothing.

    Parameters
    ----------
    folder
        The function's own; it holds a `uv.lock`.
    strict
        True for AWS: each package must have a hash.
    cache
        Keeps what uv says under the content of both files.
    uv, interpreter
        Give the program and a Python that the project may run on; called only when the cache has no answer.

    Raises
    ------
    LockError
        There is another kind of lock too, `uv.lock` is stale or can't be read, or it holds more than packages of an
        index.
    """
    from packaging.requirements import Requirement  # noqa: PLC0415 - a run with nothing to do reads no lock

    requirements.check_kind(folder)
    file = folder / PROJECT_LOCK
    if not (folder / PROJECT).is_file():
        raise LockError(
            f"`{PROJECT_LOCK}` has no `{PROJECT}` beside it", where=str(file), fix=f"put `{PROJECT}` back, or remove it"
        )
    mend = f"run `uv lock` in `{folder}`"
    try:
        pins = tuple(requirements.parse(file, _exported(folder, cache, uv, interpreter), mend))
    except LockError as error:
        # Its line numbers are the export's, which nobody sees.
        raise LockError(error.what, where=str(file), fix=error.fix) from None
    wanted = [Requirement(text) for text in _wanted(folder / PROJECT)]
    pins = tuple(replace(pin, line=0) for pin in requirements.needed(pins, requirements.asked(wanted)))
    unhashed = next((pin for pin in pins if not pin.hashes), None)
    if strict and unhashed:
        raise LockError(
            f"`{unhashed.name}` has no hash", where=str(file), fix=f"lock from an index that gives hashes: {mend}"
        )
    return Lock(file, pins) if pins else None


def _exported(folder: Path, cache: Cache, uv: Callable[[], Path], interpreter: Callable[[], Path | None]) -> str:
    found = hashlib.sha256()
    for name in (PROJECT, PROJECT_LOCK):
        found.update(hashlib.sha256((folder / name).read_bytes()).digest())
    path = cache.path(KIND, f"{found.hexdigest()}.txt")
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        text = _export(folder, uv(), interpreter())
        with cache.writing(KIND, path.name) as scratch:
            scratch.write_text(text, encoding="utf-8")
    cache.used(path)
    return text


def _export(folder: Path, uv: Path, python: Path | None) -> str:
    arguments = [
        *("export", "--locked", "--no-dev", "--no-emit-project", "--format", "requirements.txt"),
        *("--python", str(runner.interpreter(python)), "--no-header", "--quiet"),
    ]
    done = runner.run(uv, arguments, folder=folder)
    if done.returncode == 0:
        return done.stdout
    text = runner.message(done.stderr).removeprefix("error: ")
    stale = "needs to be updated" in text
    raise LockError(
        f"`{PROJECT_LOCK}` is stale: `{PROJECT}` wants something else" if stale else f"uv can't read the lock: {text}",
        where=str(folder / PROJECT_LOCK),
        fix=f"run `uv lock` in `{folder}`",
    )


def _wanted(file: Path) -> list[str]:
    import tomllib  # noqa: PLC0415 - as above

    document = tomllib.loads(file.read_text(encoding="utf-8"))
    return [str(text) for text in document.get("project", {}).get("dependencies", ())]
