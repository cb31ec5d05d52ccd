"""`eventyard package --handlers DIR`: any folder of functions to zips, without a project around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from eventyard.errors import EventyardError
from eventyard.packaging import sharing
from eventyard.packaging.build import build
from eventyard.packaging.model import Manifest, Options, Platform
from eventyard.packaging.placing import MANIFEST, place
from eventyard.packaging.sources import folders
from eventyard.packaging.toolbox import Toolbox

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Request:
    """What `eventyard package --handlers DIR` was asked for.

    Parameters
    ----------
    handlers
        Folder of functions: each folder directly in it that holds Python files is one.
    out
        Where `<function>.zip` and `manifest.json` are put.
    platform
        Lambda's runtime and architecture.
    options
        What travels along.
    cache
        Where wheels, bytecode and artefacts are kept.
    build
        Where the tools are that the kit fetches.
    """

    handlers: Path
    out: Path
    platform: Platform
    options: Options
    cache: Path
    build: Path


def run(request: Request) -> tuple[Manifest, Manifest | None]:
    """Package a folder; return what lies in `out` now, and what the manifest there said before.

    Raises
    ------
    EventyardError
        What is wrong, at which file and line, and the command or edit that mends it. `out` is as it was.
    """
    out = request.out.resolve()
    names = folders.discover(request.handlers)
    _check_places(request, names)
    previous = Manifest.previous(out / MANIFEST)
    sources = [folders.collect(request.handlers, name) for name in names]
    with sharing.using(request.cache):
        made = build(
            sources,
            platform=request.platform,
            options=request.options,
            tools=Toolbox.of_machine(request.cache, request.build),
            strict=False,
        )
        return place(made, out, previous), previous


def _check_places(request: Request, names: Sequence[str]) -> None:
    """Refuse folders of ours among the functions: what is written there would be packaged."""
    among = request.handlers.resolve()
    for what, folder, option in (("artefacts", request.out, "--out"), ("cache", request.cache, "--cache")):
        if folder.resolve().is_relative_to(among):
            raise EventyardError(
                f"The {what} would lie among the functions",
                where=str(folder),
                fix=f"name a folder outside `{request.handlers}` with `{option}`",
            )
        if folder.exists() and not folder.is_dir():
            raise EventyardError(
                "A folder is needed, and this is none", where=str(folder), fix=f"name one with `{option}`"
            )
    tools = request.build.resolve()
    if tools.is_relative_to(among) and tools.relative_to(among).parts[:1] in [(name,) for name in names]:
        raise EventyardError(
            "The tools of the kit lie among the functions", where=str(request.build), fix="run it in another folder"
        )
