"""Zips of every kind, for the tests of what reads and writes them."""

from __future__ import annotations

import io
import random
import struct
import tempfile
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Iterator

# What no file in a zip may be called: see `zips.check_name`. Names beyond 16 bits of length no zip can hold.
_LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="/\\\0")
_PLAIN = st.text("abcdefghijklmnopqrstuvwxyz0123456789_-.", min_size=1, max_size=12)
_PARTS = st.one_of(_PLAIN, st.text(_LETTERS, min_size=1, max_size=20), st.just("ä" * 120)).filter(
    lambda part: part not in (".", "..")
)
names = st.lists(_PARTS, min_size=1, max_size=8).map("/".join).filter(lambda name: name[1:2] != ":")
_REPEATED = st.tuples(st.binary(min_size=1, max_size=40), st.integers(1, 5_000)).map(lambda pair: pair[0] * pair[1])
_RANDOM = st.integers(0, 20_000).map(lambda size: random.Random(size).randbytes(size))  # noqa: S311 - only noise
contents = st.one_of(st.binary(max_size=200), _REPEATED, _RANDOM)


def patient(examples: int = 60) -> settings:
    """Time nothing: a busy machine is slow, and not wrong."""
    return settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@dataclass(frozen=True)
class Member:
    """One member of a source zip, and how its writer put it there."""

    content: bytes
    method: int = zipfile.ZIP_DEFLATED
    mode: int = 0o644
    zip64: bool = False
    extra: bytes = b""
    comment: bytes = b""


@dataclass(frozen=True)
class Layout:
    """How a source zip lies in its file."""

    streamed: bool = False  # written to a pipe: sizes follow the members, in data descriptors
    comment: bytes = b""
    prefix: bytes = b""
    folders: tuple[str, ...] = ()


_EXTRA = st.binary(max_size=12).map(lambda data: struct.pack("<HH", 0x5455, len(data)) + data)


def members(*methods: int) -> st.SearchStrategy[Member]:
    return st.builds(
        Member,
        content=contents,
        method=st.sampled_from(methods),
        mode=st.sampled_from([0o644, 0o755, 0o600, 0o777, 0]),
        zip64=st.booleans(),
        extra=st.one_of(st.just(b""), _EXTRA),
        comment=st.one_of(st.just(b""), st.binary(max_size=20)),
    )


layouts = st.builds(
    Layout,
    streamed=st.booleans(),
    comment=st.one_of(st.just(b""), st.text(max_size=30).map(str.encode)),
    prefix=st.one_of(st.just(b""), st.binary(max_size=60)),
    folders=st.lists(_PLAIN.map(lambda name: f"{name}.folder/"), max_size=3, unique=True).map(tuple),
)


class _Pipe(io.RawIOBase):
    """A file that can only be written on."""

    def __init__(self) -> None:
        self.written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:  # type: ignore[override]
        self.written += bytes(memoryview(data))  # type: ignore[arg-type]
        return len(memoryview(data))  # type: ignore[arg-type]


def zipped(files: dict[str, Member], layout: Layout = Layout()) -> bytes:
    """Write a zip as Python does."""
    file = _Pipe() if layout.streamed else io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.comment = layout.comment
        for folder in layout.folders:
            archive.writestr(zipfile.ZipInfo(folder), b"")
        for name, member in files.items():
            info = zipfile.ZipInfo(name, (1997, 8, 29, 2, 14, 0))
            info.external_attr = (0o100000 | member.mode) << 16
            info.compress_type = member.method
            info.extra = member.extra
            info.comment = member.comment
            with archive.open(info, "w", force_zip64=member.zip64) as target:
                target.write(member.content)
    return layout.prefix + (bytes(file.written) if isinstance(file, _Pipe) else file.getvalue())


@contextmanager
def folder() -> Iterator[Path]:
    """Give a folder for one example: pytest's own is shared by all examples of a test."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@dataclass(frozen=True)
class Damage:
    """What happens to a file between its writer and its reader."""

    kind: str
    at: float
    data: bytes = field(repr=True)

    def done_to(self, content: bytes) -> bytes:
        at = int(self.at * len(content))
        match self.kind:
            case "cut":
                return content[:at]
            case "lose":
                return content[:at] + content[at + len(self.data) :]
            case "insert":
                return content[:at] + self.data + content[at:]
            case _:
                flipped = bytes(
                    one ^ two for one, two in zip(content[at : at + len(self.data)], self.data, strict=False)
                )
                return content[:at] + flipped + content[at + len(flipped) :]


damages = st.builds(
    Damage,
    kind=st.sampled_from(["flip", "flip", "flip", "flip", "cut", "lose", "insert"]),
    at=st.floats(0, 1, exclude_max=True),
    data=st.binary(min_size=1, max_size=4),
)
