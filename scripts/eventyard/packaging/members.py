"""One file of an artefact: where its bytes are, and under which name and mode they travel."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PLAIN = 0o644
EXECUTABLE = 0o755


@dataclass(frozen=True, order=True)
class Member:
    """A file on its way into an artefact.

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
        """Return the content."""
        return self.origin.read_bytes()


def member(origin: Path, path: str) -> Member:
    """Describe a file as it will travel."""
    content = origin.read_bytes()
    mode = EXECUTABLE if origin.stat().st_mode & 0o100 else PLAIN
    return Member(path, mode, hashlib.sha256(content).hexdigest(), len(content), origin)


def walk(folder: Path) -> Iterator[Path]:
    """Yield every file under a folder, in an order that no file system decides."""
    for here, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            yield Path(here, name)
