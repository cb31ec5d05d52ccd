"""Unpacked code and layers, one folder for each version of a function.

LocalStack unpacks an archive once for all versions that share it, and deletes it with the last of them while
environments may still run on it. A folder of links costs no copy and stays until the version is done with.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

CODE = "code"
LAYERS = "opt"

_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


class Unpacked:
    """The folders.

    Parameters
    ----------
    folder
        Where they are; made when the first is.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._users: dict[str, int] = {}

    def place(self, key: str) -> Path:
        """Return where a version's `code` and `opt` are."""
        return self._folder / key

    def add(self, key: str, code: Path, layers: Sequence[Path]) -> Path:
        """Link a version's code and its layers, read-only; a later layer's file replaces an earlier one's.

        Parameters
        ----------
        key
            The version, as a name of a folder.
        code, layers
            Unpacked archives.

        Raises
        ------
        OSError
            A file could be neither linked nor copied. Nothing is left then.
        """
        place = self.place(key)
        with self._lock:
            if not self._users.get(key):
                try:
                    _link(code, place / CODE)
                    (place / LAYERS).mkdir()
                    for layer in layers:
                        _link(layer, place / LAYERS)
                    _protect(place)
                except OSError:
                    delete(place)
                    raise
            self._users[key] = self._users.get(key, 0) + 1
        return place

    def remove(self, key: str) -> None:
        """Delete a version's folder when nothing uses it any more; nothing happens if there is none."""
        with self._lock:
            left = self._users.pop(key, 0) - 1
            if left > 0:
                self._users[key] = left
            else:
                delete(self.place(key))


def _link(source: Path, target: Path) -> None:
    shutil.copytree(source, target, symlinks=True, copy_function=_link_file, dirs_exist_ok=True)


def _link_file(source: str, target: str) -> str:
    Path(target).unlink(missing_ok=True)
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target)  # another file system, or one without links
    return target


def _protect(folder: Path) -> None:
    """Take the right to write away, as `/var/task` and `/opt` are read-only; root writes all the same."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~_WRITABLE)


def delete(folder: Path) -> None:
    """Delete a folder and what is in it, though it may be read-only."""
    for place, inner, _ in os.walk(folder):
        for path in [Path(place), *(Path(place, name) for name in inner)]:
            with contextlib.suppress(OSError):  # somebody else deletes it too
                if not path.is_symlink():
                    path.chmod(stat.S_IRWXU)
    shutil.rmtree(folder, ignore_errors=True)
