"""Writing: atomic, with a mode, and not at all when nothing would change."""

from __future__ import annotations

import contextlib
import filecmp
import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

PRIVATE: Final = 0o600
SHARED: Final = 0o644


def write(path: Path, content: str | bytes, *, mode: int = SHARED) -> bool:
    """Write `content` to `path` in one step; return False when it was there already."""
    data = content.encode() if isinstance(content, str) else content
    if path.is_file() and path.read_bytes() == data:
        path.chmod(mode)
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        part.chmod(mode)
        part.replace(path)
    except BaseException as error:
        part.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename is None:
            error.filename = str(path)  # a disk that is full does not say which
        raise
    return True


def link(source: Path, path: Path) -> None:
    """Put `source` at `path` without copying its bytes where the file system can."""
    if path.is_file() and (path.samefile(source) or filecmp.cmp(path, source, shallow=False)):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.unlink(missing_ok=True)
    try:
        with contextlib.suppress(OSError):
            part.hardlink_to(source)
        if not part.exists():
            shutil.copyfile(source, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def keep_only(folder: Path, names: set[str]) -> None:
    """Remove files of `folder` that aren't among `names`."""
    if folder.is_dir():
        for file in folder.iterdir():
            if file.is_file() and file.name not in names:
                file.unlink()
