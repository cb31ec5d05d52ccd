"""One member of an artefact, compressed already: where its packed bytes are, and what a zip says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

STORED = 0
DEFLATED = 8
PLAIN = 0o644
EXECUTABLE = 0o755
COMPRESSION_LEVEL = 6  # of libdeflate: three times as fast as zlib's, and smaller


class Entry(NamedTuple):
    """A packed file on its way into an artefact.

    Parameters
    ----------
    path
        Its name in the artefact, with forward slashes.
    mode
        0644, or 0755 when its owner may execute it: nothing else of a mode is kept.
    crc
        CRC-32 of the content.
    size
        Bytes, unpacked.
    packed
        Bytes, as they lie in `origin`.
    method
        `STORED` or `DEFLATED` (APPNOTE.TXT 4.4.5).
    origin
        The bytes themselves, or the file that holds them from `offset` on.
    offset
        Where they begin in that file.
    """

    path: str
    mode: int
    crc: int
    size: int
    packed: int
    method: int
    origin: bytes | Path
    offset: int = 0

    def content(self) -> bytes:
        """Return the file's content, unpacked."""
        import zlib  # noqa: PLC0415 - a run with nothing to do unpacks nothing

        if isinstance(self.origin, bytes):
            packed = self.origin
        else:
            with self.origin.open("rb") as file:
                file.seek(self.offset)
                packed = file.read(self.packed)
        return zlib.decompress(packed, -zlib.MAX_WBITS) if self.method == DEFLATED else packed


def pack(path: str, mode: int, content: bytes) -> Entry:
    """Compress a file of ours; what grows by it is stored."""
    import zlib  # noqa: PLC0415 - nothing is compressed when nothing has changed

    import deflate  # noqa: PLC0415 - as above

    packed = deflate.deflate_compress(content, COMPRESSION_LEVEL)
    if len(packed) >= len(content):
        return Entry(path, mode, zlib.crc32(content), len(content), len(content), STORED, content)
    return Entry(path, mode, zlib.crc32(content), len(content), len(packed), DEFLATED, bytes(packed))
