"""Sizes in words."""

from __future__ import annotations

_KILOBYTE = 1024
_MEGABYTE = _KILOBYTE**2
_GIGABYTE = _KILOBYTE**3


def human(size: int) -> str:
    """Return a size in words, such as `4 KB` or `1.2 MB`.

    Examples
    --------
    >>> human(1258291), human(4000), human(1)
    ('1.2 MB', '4 KB', '1 byte')
    """
    if size >= _GIGABYTE:
        return f"{size / _GIGABYTE:.1f} GB"
    if size >= _MEGABYTE:
        return f"{size / _MEGABYTE:.1f} MB"
    if size >= _KILOBYTE:
        return f"{size / _KILOBYTE:.0f} KB"
    return f"{size} byte{'' if size == 1 else 's'}"
