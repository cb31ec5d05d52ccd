"""What a file's name says of it."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

_DATE = re.compile(r"(?P<year>20\d\d)-(?P<month>[01]\d)-(?P<day>[0-3]\d)")
_UNITS = ("B", "KB", "MB", "GB")


def describe(key: str, size: int) -> dict[str, str | int | None]:
    """Return what is kept of one upload."""
    path = PurePosixPath(key)
    date = _DATE.search(path.name)
    return {
        "folder": str(path.parent),
        "name": path.stem,
        "kind": path.suffix.removeprefix(".").lower() or None,
        "date": date[0] if date else None,
        "bytes": size,
        "size": readable(size),
    }


def readable(size: float) -> str:
    """Return a size as a person says it: 1,536 bytes are `1.5 KB`."""
    for unit in _UNITS[:-1]:
        if size < 1024:
            return f"{size:.3g} {unit}"
        size /= 1024
    return f"{size:.3g} {_UNITS[-1]}"
