"""`cache show trim clear`: what packaging keeps, and making it smaller."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from eventyard import tools
from eventyard.config import find_root
from eventyard.console import Console
from eventyard.errors import EventyardError
from eventyard.packaging import trim as trimming
from eventyard.packaging.cache import Cache
from eventyard.packaging.sizes import human
from eventyard.packaging.toolbox import cache_folder

from .options import Json  # noqa: TC001 - Typer reads the annotations at run time

if TYPE_CHECKING:
    from eventyard.packaging.trim import Trimmed

app = typer.Typer(help="What packaging keeps to be fast: see it, make it smaller, empty it.", no_args_is_help=True)

_SECONDS: Final = {"m": 60, "h": 3600, "d": 86400, "w": 604800}
_BYTES: Final = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3, "t": 1024**4}
_DURATION: Final = re.compile(r"(\d{1,5})\s*([mhdw])")
_SIZE: Final = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)\s*([kmgt]?)(?:i?b)?", re.IGNORECASE)

Folder = Annotated[
    Path | None,
    typer.Option("--cache", help="The cache; default: `EVENTYARD_CACHE`, else `build/cache` of the project."),
]
Uv = Annotated[bool, typer.Option("--uv", help="Also uv's own cache, where it lies in the same folder.")]


@dataclass(frozen=True)
class _Place:
    """The cache a command is about, and the build folder whose artefacts are in use."""

    cache: Cache
    build: Path


@app.command()
def show(cache: Folder = None, json: Json = False) -> None:
    """Say how much there is of each kind, and where."""
    here = _place(cache)
    found = trimming.show(here.cache)
    own = {kind: tally for kind, tally in found.items() if kind in trimming.KINDS}
    size = sum(tally.size for tally in own.values())
    console = Console()
    if json:
        console.data(
            {
                "folder": str(here.cache.folder),
                "size": size,
                "kinds": {kind: asdict(tally) for kind, tally in own.items()},
                "uv": asdict(found[trimming.UV]),
            }
        )
        return
    console.note(f"{here.cache.folder}: {human(size)}")
    about = trimming.KINDS | {trimming.UV: "uv's own cache, touched with `--uv` only"}
    console.table(
        "",
        ("kind", "entries", "size", "holds"),
        ((kind, str(tally.count), human(tally.size), about[kind]) for kind, tally in found.items() if tally.count),
    )


@app.command()
def trim(
    older_than: Annotated[
        str, typer.Option(help="Remove what has not been used for so long: `90m`, `12h`, `30d`, `4w`.")
    ] = "30d",
    max_size: Annotated[
        str | None, typer.Option(help="Then the least recently used, until the rest is no larger: `500MB`, `2GB`.")
    ] = None,
    cache: Folder = None,
    uv: Uv = False,
    json: Json = False,
) -> None:
    """Remove what has long been of no use; what manifests and plans name stays. Safe while others package."""
    here = _place(cache)
    age, size = _duration(older_than), _size(max_size)
    done = trimming.trim(here.cache, age, size, lambda: trimming.named(here.cache, here.build))
    _tell(here, done, uv=_uv(here, "prune") if uv else None, json=json)


@app.command()
def clear(cache: Folder = None, uv: Uv = False, json: Json = False) -> None:
    """Remove everything packaging keeps; the next run makes it again."""
    here = _place(cache)
    done = trimming.clear(here.cache)
    _tell(here, done, uv=_uv(here, "clean") if uv else None, json=json)


def _place(chosen: Path | None) -> _Place:
    build = find_root() / "build"
    folder = cache_folder(chosen, build).expanduser()
    if folder.exists() and not folder.is_dir():
        raise EventyardError("The cache is no folder", where=str(folder), fix="name another with `--cache`")
    return _Place(Cache(folder), build)


def _duration(text: str) -> timedelta:
    found = _DURATION.fullmatch(text.strip().lower())
    if not found:
        raise EventyardError(
            f"`{text}` is no length of time",
            where="--older-than",
            fix="write a number and a unit: `90m`, `12h`, `30d`, `4w`",
        )
    return timedelta(seconds=int(found[1]) * _SECONDS[found[2]])


def _size(text: str | None) -> int | None:
    if text is None:
        return None
    found = _SIZE.fullmatch(text.strip())
    if not found:
        raise EventyardError(
            f"`{text}` is no size", where="--max-size", fix="write a number and a unit: `500MB`, `1.5GB`"
        )
    return int(float(found[1]) * _BYTES[found[2].lower()])


def _uv(here: _Place, what: str) -> int:
    """Let uv make its own cache smaller; return the bytes that are left."""
    folder = here.cache.folder / trimming.UV
    if folder.is_dir():
        done = subprocess.run(
            [str(tools.uv(here.build)), "cache", what, "--cache-dir", str(folder), "--no-config"],
            env={**os.environ, "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise EventyardError(
                f"uv can't {what} its cache: {' '.join(done.stderr.split())}",
                where=str(folder),
                fix="see what uv says; packaging's own part of the cache has been dealt with",
            )
    return trimming.show(here.cache)[trimming.UV].size


def _tell(here: _Place, done: Trimmed, *, uv: int | None, json: bool) -> None:
    removed = trimming.Tally.of(done.removed)
    console = Console()
    if json:
        console.data(
            {
                "folder": str(here.cache.folder),
                "removed": {
                    **asdict(removed),
                    "kinds": {kind: asdict(tally) for kind, tally in trimming.by_kind(done.removed).items()},
                },
                "left": asdict(done.left),
                "kept": done.kept,
                "abandoned": done.abandoned,
                "locks": done.locks,
                "uv": uv,
            }
        )
        return
    console.result(f"removed: {removed.count} entries, {human(removed.size)}; left: {human(done.left.size)}")
    if done.kept:
        console.note(f"artefacts that manifests and plans name, and that stay: {done.kept}")
    if done.abandoned:
        console.note(f"half-written folders of runs that were killed, removed: {done.abandoned}")
    if uv is not None:
        console.note(f"uv's own cache: {human(uv)} left")
