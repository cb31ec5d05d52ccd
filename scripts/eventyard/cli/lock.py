"""`lock`: exact versions and hashes of what functions depend on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eventyard import tools
from eventyard.config import find_root, load
from eventyard.console import Console
from eventyard.errors import EventyardError
from eventyard.packaging import Platform
from eventyard.packaging.dependencies import lock as locking
from eventyard.packaging.sources import closure as sources

from .options import Json, Stack, project

if TYPE_CHECKING:
    from collections.abc import Sequence

_AT_ONCE = 8  # each is a process of uv


def lock(
    functions: Annotated[
        list[str] | None,
        typer.Argument(metavar="FUNCTION", help="Names such as `stack/function` or `function`, or folders."),
    ] = None,
    stack: Stack = None,
    handlers: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Any folder of functions instead of a stack.")
    ] = None,
    upgrade: Annotated[bool, typer.Option("--upgrade", "-U", help="Take the newest versions.")] = False,
    json: Json = False,
) -> None:
    """Write `requirements.txt` with hashes from the `requirements.in` beside each handler."""
    if stack and handlers:
        raise EventyardError("A stack is named and a folder too", where="--stack, --handlers", fix="name one of them")
    console, root = Console(), find_root()
    folders = _named(functions, stack, handlers) if functions else locking.lockable(_all(stack, handlers))
    if not folders:
        console.note("nothing to lock: no function has a `requirements.in`")
    uv = tools.uv(root / "build") if folders else Path()
    results, failed = {}, False
    for folder, found in zip(folders, _locked(folders, uv, upgrade=upgrade), strict=True):
        if isinstance(found, EventyardError):
            console.error(found)
            failed = True
            continue
        state = "locked" if found.changed else "unchanged"
        results[str(found.file)] = {"packages": found.packages, "changed": found.changed}
        if not json:
            count = f"{found.packages} package{'' if found.packages == 1 else 's'}"
            console.result(f"{_shown(folder, root, handlers)}: {state}, {count}")
    if json:
        console.data(results)
    if failed:
        raise typer.Exit(1)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(lock)


def _locked(folders: Sequence[Path], uv: Path, *, upgrade: bool) -> list[locking.Locked | EventyardError]:
    """Lock several functions at once; one that fails keeps none from its lock."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - needed by this word alone

    def one(folder: Path) -> locking.Locked | EventyardError:
        try:
            return locking.renew(folder, uv, Platform(), upgrade=upgrade)
        except EventyardError as error:
            return error

    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        return list(pool.map(one, folders))


def _all(stack: str | None, handlers: Path | None) -> list[Path]:
    """Return every function's folder that the options are about."""
    if handlers is not None:
        return locking.directly_in(handlers)
    here = project(None)
    root = here.settings.handlers_folder
    return [root / name for chosen in here.stacks(stack) for name in sources.discover(root, chosen)]


def _named(words: Sequence[str], stack: str | None, handlers: Path | None) -> list[Path]:
    """Return the folders that are meant: in `--handlers`, a path, a function of the project, or one of a stack."""
    found = []
    known: list[Path] | None = None
    roots = [handlers] if handlers else [Path(), load(find_root()).handlers_folder]
    for word in words:
        meant = [root / word for root in roots if locking.lockable([root / word])][:1]
        if not meant:
            known = locking.lockable(_all(stack, handlers)) if known is None else known
            meant = [folder for folder in known if folder.name == word]
        if len(meant) != 1:
            names = ", ".join(f"`{folder.parent.name}/{folder.name}`" for folder in meant or known or [])
            raise EventyardError(
                f"`{word}` is the name of several functions" if meant else f"There is no function `{word}` to lock",
                where=str(handlers or roots[-1]),
                fix=f"name one of {names}" if names else "name a folder that holds a `requirements.in`",
            )
        found.extend(meant)
    return list(dict.fromkeys(found))


def _shown(folder: Path, root: Path, handlers: Path | None) -> str:
    """Return the name a person knows a function by."""
    if handlers is not None:
        return folder.name
    for parent in (load(root).handlers_folder, Path.cwd()):
        if folder.resolve().is_relative_to(parent.resolve()):
            return str(folder.resolve().relative_to(parent.resolve()))
    return str(folder)
