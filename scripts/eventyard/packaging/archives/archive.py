"""The zip writer: members are spliced in as they are packed; same members, same bytes.

Format: PKWARE's APPNOTE.TXT 6.3.10; ZIP64 (4.3.14) only when there are more files than 16 bits count.
"""

from __future__ import annotations

import errno
import stat
import struct
from typing import IO, TYPE_CHECKING, Self

from eventyard.packaging.archives import zips
from eventyard.packaging.archives.entries import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_END_64 = struct.Struct("<4sQHHIIQQQQ")
_LOCATOR_64 = struct.Struct("<4sIQI")

_VERSION = 20  # deflate and folders
_VERSION_64 = 45
_UNIX = 3 << 8
_UTF8 = 0x800
_DATE, _TIME = 0x21, 0  # 1 January 1980, the first a zip can hold
_MODE = 0o777
_CENTRAL_SIGNATURE = b"PK\x01\x02"
_END_SIGNATURE = b"PK\x05\x06"
_END_64_SIGNATURE = b"PK\x06\x06"
_COUNT_LIMIT = 0xFFFF
_SIZE_LIMIT = 0xFFFFFFFF


def write(path: Path, entries: Iterable[Entry]) -> int:
    """Write a deterministic zip, names sorted, one date, two modes; return its size in bytes.

    Parameters
    ----------
    path
        A new file.
    entries
        What it holds; no name twice.
    """
    ordered = sorted(entries, key=lambda entry: entry.path)
    central: list[bytes] = []
    with path.open("xb", buffering=1 << 20) as file:
        position = 0
        with _Origins() as origins:
            for entry in ordered:
                name = entry.path.encode()
                common = _common(entry, name)
                central.append(_central(entry, name, common, position))
                file.write(b"PK\x03\x04" + common + name)
                origins.copy(entry, file)
                position += _LOCAL.size + len(name) + entry.packed
        file.writelines(central)
        size = sum(map(len, central))
        end = _end(len(ordered), size, position)
        file.write(end)
    return position + size + len(end)


def read(path: Path) -> tuple[Entry, ...]:
    """Return the members of a zip that `write` wrote.

    Parameters
    ----------
    path
        The zip; one that is laid out in another way, however sound, is refused.

    Raises
    ------
    zips.NotSoundError
        It is damaged.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _END.size - _LOCATOR_64.size - _END_64.size))
        tail = file.read()
        count, length, offset, ends = _ending(tail)
        if offset + length + ends != size:
            raise zips.NotSoundError("its directory is not where it says")
        file.seek(offset)
        listed = file.read(length)
    return tuple(_listed(path, listed, count, offset))


def _ending(tail: bytes) -> tuple[int, int, int, int]:
    """Return what a zip's end says of its directory (members, bytes, place), and how many bytes follow that."""
    end = tail[-_END.size :]
    if len(end) < _END.size or end[:4] != _END_SIGNATURE:
        raise zips.NotSoundError("it is cut off")
    _, _, _, _, count, length, offset, _ = _END.unpack(end)
    if count < _COUNT_LIMIT and max(length, offset) < _SIZE_LIMIT:
        return count, length, offset, _END.size
    ends = _END_64.size + _LOCATOR_64.size + _END.size
    if len(tail) < ends or tail[:4] != _END_64_SIGNATURE:
        raise zips.NotSoundError("it has more than its end can say, and no longer one")
    *_, count, length, offset = _END_64.unpack_from(tail)
    return count, length, offset, ends


def _listed(path: Path, listed: bytes, count: int, end: int) -> Iterator[Entry]:
    """Yield what a directory of ours lists: members one after another, from the first byte to the directory."""
    at = position = 0
    try:
        for _ in range(count):
            signature, _, _, _, method, _, _, crc, packed, size, length, _, _, _, _, attributes, offset = (
                _CENTRAL.unpack_from(listed, at)
            )
            name = listed[at + _CENTRAL.size : at + _CENTRAL.size + length].decode()
            if signature != _CENTRAL_SIGNATURE or offset != position:
                raise zips.NotSoundError(f"`{name}` is not where its directory says")
            begins = offset + _LOCAL.size + length
            yield Entry(name, (attributes >> 16) & _MODE, crc, size, packed, method, path, begins)
            at += _CENTRAL.size + length
            position = begins + packed
    except (struct.error, UnicodeDecodeError) as error:
        raise zips.NotSoundError(f"its directory is damaged: {error}") from None
    if (at, position) != (len(listed), end):
        raise zips.NotSoundError("its directory lists other bytes than it has")


class _Origins:
    """Files that entries lie in, each opened once."""

    def __init__(self) -> None:
        self._open: dict[Path, IO[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._open.values():
            file.close()

    def copy(self, entry: Entry, to: IO[bytes]) -> None:
        """Copy an entry's packed bytes."""
        origin = entry.origin
        if isinstance(origin, bytes):
            packed = origin
        else:
            file = self._open.get(origin)
            if file is None:
                file = self._open[origin] = origin.open("rb")
            file.seek(entry.offset)
            packed = file.read(entry.packed)
        if len(packed) != entry.packed:
            raise OSError(errno.EIO, f"`{entry.path}` ended early", None if isinstance(origin, bytes) else str(origin))
        to.write(packed)


def _common(entry: Entry, name: bytes) -> bytes:
    """Return what the local header and the directory say alike: APPNOTE.TXT 4.3.7 from `version needed` on."""
    flags = 0 if entry.path.isascii() else _UTF8
    return struct.pack(
        "<HHHHHIIIHH",
        *(_VERSION, flags, entry.method, _TIME, _DATE),
        *(entry.crc, entry.packed, entry.size, len(name), 0),
    )


def _central(entry: Entry, name: bytes, common: bytes, offset: int) -> bytes:
    attributes = (stat.S_IFREG | entry.mode) << 16
    head = struct.pack("<4sH", _CENTRAL_SIGNATURE, _UNIX | _VERSION)
    return head + common + struct.pack("<HHHII", 0, 0, 0, attributes, offset) + name


def _end(count: int, size: int, offset: int) -> bytes:
    plain = _END.pack(
        *(_END_SIGNATURE, 0, 0, min(count, _COUNT_LIMIT), min(count, _COUNT_LIMIT)),
        *(min(size, _SIZE_LIMIT), min(offset, _SIZE_LIMIT), 0),
    )
    if count < _COUNT_LIMIT and max(size, offset) < _SIZE_LIMIT:
        return plain
    record = _END_64.pack(
        *(_END_64_SIGNATURE, _END_64.size - 12, _UNIX | _VERSION_64, _VERSION_64),
        *(0, 0, count, count, size, offset),
    )
    return record + _LOCATOR_64.pack(b"PK\x06\x07", 0, offset + size, 1) + plain
