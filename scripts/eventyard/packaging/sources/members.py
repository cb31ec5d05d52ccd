"""Our own files: where their bytes are, under which name and mode they travel, and with which function."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eventyard.errors import EventyardError
from eventyard.packaging.archives.entries import EXECUTABLE, PLAIN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class SourceError(EventyardError):
    """A function's source can't be packaged as it is."""


@dataclass(frozen=True, order=True)
class Member:
    """A file of ours on its way into an artefact.

    Parameters
    ----------
    path
        Its name in the artefact, with forward slashes.
    mode
        0644, or 0755 when its owner may execute it: nothing else of a mode is kept.
    digest
        SHA-256 of its content, in hex.
    size
        Bytes, unpacked.
    origin
        The file that holds the content.
    """

    path: str
    mode: int
    digest: str
    size: int
    origin: Path

    def read(self) -> bytes:
        """Return the content: what was hashed, and nothing else.

        Raises
        ------
        EventyardError
            The file has changed since.
        """
        content = self.origin.read_bytes()
        if hashlib.sha256(content).hexdigest() != self.digest:
            raise EventyardError(
                "A file changed while it was packaged", where=str(self.origin), fix="run the same command again"
            )
        return content


@dataclass(frozen=True)
class Reference:
    """One import: an absolute module, the names taken from it, and where the file says so."""

    module: tuple[str, ...]
    names: tuple[str, ...]
    file: Path
    line: int
    optional: bool

    @property
    def where(self) -> str:
        """File and line, as editors open them."""
        return f"{self.file}:{self.line}"

    def __str__(self) -> str:
        """Return the dotted name."""
        return ".".join(self.module)


@dataclass(frozen=True)
class Source:
    """A function's own files, and what they import that is not ours.

    Parameters
    ----------
    name
        The function, such as `ec2_control/stop`.
    folder
        Its folder, with its requirements.
    handler
        Lambda's handler string; empty where it is to be found when the function is built.
    members
        Its files.
    external
        Imports that a dependency or the runtime must provide.
    """

    name: str
    folder: Path
    handler: str
    members: tuple[Member, ...]
    external: tuple[Reference, ...]


def member(origin: Path, path: str) -> Member:
    """Describe a file as it will travel, its name in UTF-8 whatever the locale reads it as.

    Raises
    ------
    SourceError
        It can't be read.
    """
    try:
        with origin.open("rb", buffering=0) as file:
            content = file.read()
            mode = EXECUTABLE if os.fstat(file.fileno()).st_mode & 0o100 else PLAIN
    except OSError as error:
        raise _unreadable(origin, error) from None
    if not path.isascii():
        path = os.fsencode(path).decode(errors="surrogateescape")
    return Member(path, mode, hashlib.sha256(content).hexdigest(), len(content), origin)


def tree(folder: Path, leave_out: Callable[[str], bool]) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield everything under a folder that is no folder, links to folders too, in an order no file system decides.

    Parameters
    ----------
    folder
        Where to begin.
    leave_out
        Tells from a file's or folder's own name that nothing of it is wanted.

    Yields
    ------
    tuple
        Path below `folder`, with forward slashes, and what the system says of it.

    Raises
    ------
    SourceError
        A folder can't be read.
    """
    waiting = [""]
    while waiting:
        here = waiting.pop()
        try:
            with os.scandir(folder / here) as found:
                entries = sorted((one for one in found if not leave_out(one.name)), key=_name)
        except OSError as error:
            raise _unreadable(folder / here, error) from None
        folders = {entry.name: entry.is_dir(follow_symlinks=False) for entry in entries}
        waiting.extend(f"{here}{name}/" for name in reversed(folders) if folders[name])
        yield from ((f"{here}{entry.name}", entry) for entry in entries if not folders[entry.name])


def walk(folder: Path) -> Iterator[Path]:
    """Yield everything under a folder that is no folder, links to folders too, in an order no file system decides."""
    if folder.is_dir():
        for path, _ in tree(folder, lambda _: False):
            yield folder / path


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name


def _unreadable(path: Path, error: OSError) -> SourceError:
    return SourceError(f"It can't be read: {error.strerror}", where=str(path), fix="mend it, or move it elsewhere")
