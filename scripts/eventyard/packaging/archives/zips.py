"""Reads a zip's directory without unpacking anything, and refuses one that is not sound.

Format: PKWARE's APPNOTE.TXT. Python's own `zipfile` reads the central directory (ZIP64, comments, encodings); what it
leaves to the moment of unpacking is looked at here, because nothing will be unpacked: that each member's local header
is where the directory says, bears the same name, that no two members share bytes, and that none was lost.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import mmap
    import zipfile
    from collections.abc import Sequence
    from pathlib import Path

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_SIGNATURE = b"PK\x03\x04"
_END = b"PK\x05\x06"
_LOCATOR_64 = b"PK\x06\x07"
_COUNT_AT = 10  # in the end record (APPNOTE.TXT 4.3.16)
_COUNT_64_AT = 32 - 56 - 20  # from there: the larger record and its locator lie right before (4.3.14, 4.3.15)
_COUNT_IS_64 = 0xFFFF
_STORED, _DEFLATED = 0, 8
_MOST_DENSE = 1032  # deflate packs no more bytes into one: https://zlib.net/zlib_tech.html
_ENCRYPTED = 0x1
_UTF8 = 0x800
_UNIX = 3
_EXECUTABLE_BITS = 0o111


class NotSoundError(Exception):
    """What is wrong with a zip, in words that follow its name."""


class Raw(NamedTuple):
    """One file of a zip: what its directory says of it, and where its packed bytes begin."""

    name: str
    executable: bool
    crc: int
    size: int
    packed: int
    method: int
    offset: int


def directory(path: Path) -> list[Raw]:
    """Return a zip's files in the order they lie in; folders are left out.

    Raises
    ------
    NotSoundError
        It is no zip, is cut off, is encrypted, has unsafe names, or its parts contradict each other.
    """
    import mmap  # noqa: PLC0415 - a run with nothing to do reads no zip
    import zipfile  # noqa: PLC0415 - as above

    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            infos = sorted(archive.infolist(), key=lambda info: info.header_offset)
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                _check_count(data, len(infos))
                return _raws(data, infos, archive.start_dir)
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise NotSoundError(str(error)) from None
    except (ValueError, struct.error) as error:  # names that are no text, numbers that are no places
        raise NotSoundError(f"can't be read: {error}") from None


def prove(path: Path, raws: Sequence[Raw]) -> None:
    """Unpack every file into nothing, and compare sizes and checksums.

    Raises
    ------
    NotSoundError
        Names the first member whose packed bytes are not what the directory says.
    """
    import deflate  # noqa: PLC0415 - as above

    with path.open("rb") as file:
        for raw in raws:
            if raw.method not in (_STORED, _DEFLATED):
                continue  # other methods are unpacked, and so checked, when they are packed anew
            file.seek(raw.offset)
            packed = file.read(raw.packed)
            content = _inflated(packed, raw) if raw.method == _DEFLATED else packed
            if len(content) != raw.size or deflate.crc32(content) != raw.crc:
                raise NotSoundError(f"`{raw.name}` is damaged")


def _inflated(packed: bytes, raw: Raw) -> bytes | bytearray:
    import deflate  # noqa: PLC0415 - as above

    if raw.size > len(packed) * _MOST_DENSE:  # memory is taken by what it says
        raise NotSoundError(f"`{raw.name}` is damaged: it can't be as large as it says")
    if not raw.size:  # libdeflate looks at nothing then
        return _plainly(packed, raw)
    try:
        return deflate.deflate_decompress(packed, raw.size)
    except deflate.DeflateError:
        return _plainly(packed, raw)


def _plainly(packed: bytes, raw: Raw) -> bytes:
    """Unpack with zlib, which also takes what libdeflate finds irregular."""
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = stream.decompress(packed, raw.size + 1)
    except zlib.error as error:
        raise NotSoundError(f"`{raw.name}` is damaged: {error}") from None
    if not stream.eof:
        raise NotSoundError(f"`{raw.name}` is damaged: it is cut off, or larger than it says")
    return content


def _check_count(data: mmap.mmap, found: int) -> None:
    """Refuse a directory that lists another number of members than it says: one may have swallowed another."""
    end = data.rfind(_END)
    (count,) = struct.unpack_from("<H", data, end + _COUNT_AT)
    if count == _COUNT_IS_64 and data[end - 20 : end - 16] == _LOCATOR_64:
        (count,) = struct.unpack_from("<Q", data, end + _COUNT_64_AT)
    if count != found:
        raise NotSoundError(f"it lists {found} members, and says it has {count}")


def _raws(data: mmap.mmap, infos: Sequence[zipfile.ZipInfo], end: int) -> list[Raw]:
    found: list[Raw] = []
    last = 0
    for info in infos:
        offset = _offset(data, info)
        if info.header_offset < last or offset + info.compress_size > end:
            raise NotSoundError(f"`{info.filename}` overlaps another member or the directory")
        last = offset + info.compress_size
        if info.filename != info.orig_filename:  # cut at a NUL, or another in an extra field
            raise NotSoundError(f"`{info.orig_filename}` has two names")
        if info.is_dir():
            continue
        check_name(info.filename)
        executable = info.create_system == _UNIX and bool((info.external_attr >> 16) & _EXECUTABLE_BITS)
        found.append(
            Raw(
                info.filename,
                executable,
                info.CRC,
                info.file_size,
                info.compress_size,
                info.compress_type if info.compress_size else _STORED,  # some write nothing at all for an empty file
                offset,
            )
        )
    return found


def _offset(data: mmap.mmap, info: zipfile.ZipInfo) -> int:
    """Return where a member's packed bytes begin, by its local header."""
    header = data[info.header_offset : info.header_offset + _LOCAL.size]
    if len(header) < _LOCAL.size:
        raise NotSoundError(f"`{info.filename}` is cut off")
    signature, _, flags, method, _, _, _, _, _, name_length, extra_length = _LOCAL.unpack(header)
    name_at = info.header_offset + _LOCAL.size
    name = data[name_at : name_at + name_length]
    if signature != _SIGNATURE or method != info.compress_type:
        raise NotSoundError(f"the header of `{info.filename}` is damaged")
    if flags & _ENCRYPTED or info.flag_bits & _ENCRYPTED:
        raise NotSoundError(f"`{info.filename}` is encrypted")
    if name != info.orig_filename.encode("utf-8" if flags & _UTF8 else "cp437"):
        raise NotSoundError(f"`{info.filename}` has another name in its own header")
    return int(name_at + name_length + extra_length)


def check_name(name: str) -> None:
    """Refuse a name that would lie outside the folder it is unpacked to, or mean different files to different tools.

    Raises
    ------
    NotSoundError
        Quotes the name.
    """
    parts = name.split("/")
    drive = name[1:2] == ":"
    if drive or "\\" in name or "\0" in name or any(part in ("", ".", "..") for part in parts):
        raise NotSoundError(f"`{name}` is no name of a file inside it")
