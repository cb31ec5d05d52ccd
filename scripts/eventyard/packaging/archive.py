"""The zip writer: same members, same bytes."""

from __future__ import annotations

import stat
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from eventyard.packaging.members import Member

COMPRESSION_LEVEL = 6
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first date a zip can hold
_UNIX = 3


def write(path: Path, members: Iterable[Member]) -> None:
    """Write a deterministic zip: names sorted, one date, two modes, one compression level."""
    with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION_LEVEL) as archive:
        for member in sorted(members):
            archive.writestr(_header(member), member.read(), compresslevel=COMPRESSION_LEVEL)


def _header(member: Member) -> zipfile.ZipInfo:
    header = zipfile.ZipInfo(member.path, date_time=_EPOCH)
    header.create_system = _UNIX
    header.external_attr = (stat.S_IFREG | member.mode) << 16
    header.compress_type = zipfile.ZIP_DEFLATED
    return header
