"""Functions of any repository: each folder directly in one is a function, its contents at the artefact's root."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eventyard.packaging.dependencies.requirements import deciding_files
from eventyard.packaging.sources.members import Member, Source, SourceError, member, tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

# Where handlers are mostly found, most usual first: AWS's samples, its console, and what tutorials write.
_FILES = ("app", "lambda_function", "handler", "index", "main", "function")
_NAMES = ("handler", "lambda_handler", "main")


def discover(folder: Path) -> list[str]:
    """Return the names of a folder's functions: those of its sub-folders that hold Python files.

    Folders whose names begin with a dot or an underscore are none.

    Raises
    ------
    SourceError
        The folder is missing, or has no function.
    """
    if not folder.is_dir():
        raise SourceError("The folder of the handlers is missing", where=str(folder), fix="name one that exists")
    found = [
        child.name
        for child in sorted(folder.iterdir())
        if not child.name.startswith((".", "_")) and child.is_dir() and _has_python(child)
    ]
    if not found:
        raise SourceError(
            "No folder in it holds Python files, so there is no function",
            where=str(folder),
            fix="name the folder that holds the functions' folders",
        )
    return found


def collect(folder: Path, name: str) -> Source:
    """Return one function of `folder`: everything in it but hidden files, compiled ones and its requirements."""
    here = folder / name
    members = tuple(_members(here))
    return Source(name=name, folder=here, handler="", members=members, external=())


def handler(members: Sequence[Member]) -> str:
    """Return Lambda's handler string where a usual file has a usual function; empty otherwise.

    Raises
    ------
    SourceError
        Such a file is no valid Python.
    """
    from eventyard.packaging.sources import imports  # noqa: PLC0415 - read only when a function is built

    files = {item.path: item.origin for item in members}
    for stem in _FILES:
        file = files.get(f"{stem}.py")
        if file is None:
            continue
        callables = imports.callables(file)
        for name in _NAMES:
            if name in callables:
                return f"{stem}.{name}"
    return ""


def _members(folder: Path) -> Iterator[Member]:
    left_out = {file.name for file in deciding_files(folder)}
    found = list(tree(folder, _is_hidden))
    names = {path for path, _ in found}
    for path, entry in found:
        if path in left_out or (path.endswith(".pyc") and path[:-1] in names):
            continue
        file = folder / path
        if not entry.is_file(follow_symlinks=False):
            _check_link(file, folder)
        yield member(file, path)


def _check_link(file: Path, folder: Path) -> None:
    """Refuse what is no file of the function: another function's, a folder, or nothing at all."""
    if not file.is_symlink():
        raise SourceError("It is neither a file nor a folder", where=str(file), fix="take it away")
    if not (file.is_file() and file.resolve().is_relative_to(folder.resolve())):
        raise SourceError(
            "A link leads out of the function's folder, to a folder, or nowhere",
            where=str(file),
            fix="put the file itself in its place",
        )


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name == "__pycache__"


def _has_python(folder: Path) -> bool:
    return any(path.endswith(".py") for path, _ in tree(folder, _is_hidden))
