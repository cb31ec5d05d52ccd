from __future__ import annotations

import io
import itertools
import struct
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.unit.packaging.zipping import (
    Damage,
    Layout,
    Member,
    damages,
    folder,
    layouts,
    members,
    names,
    patient,
    zipped,
)

from eventyard.packaging.archives import archive, zips
from eventyard.packaging.archives.entries import DEFLATED, EXECUTABLE, PLAIN, STORED, Entry, pack

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

sound = st.dictionaries(names, members(zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED), max_size=8)


def spliced(raws: Iterable[zips.Raw], origin: Path) -> list[Entry]:
    return [
        Entry(
            raw.name,
            EXECUTABLE if raw.executable else PLAIN,
            raw.crc,
            raw.size,
            raw.packed,
            raw.method,
            origin,
            raw.offset,
        )
        for raw in raws
    ]


def look(path: Path) -> dict[str, bytes]:
    """Read a zip as packaging does, its soundness proven."""
    raws = zips.directory(path)
    zips.prove(path, raws)
    return {entry.path: entry.content() for entry in spliced(raws, path)}


@patient(80)
@given(sound, layouts)
def test_splicing_gives_what_python_reads(files: dict[str, Member], layout: Layout) -> None:
    """Data descriptors, ZIP64 fields, extra fields, comments, folders, bytes before the zip: all the same."""
    with folder() as here:
        origin = here / "origin.zip"
        origin.write_bytes(zipped(files, layout))
        raws = zips.directory(origin)
        zips.prove(origin, raws)
        archive.write(here / "spliced.zip", spliced(raws, origin))
        with zipfile.ZipFile(origin) as before, zipfile.ZipFile(here / "spliced.zip") as after:
            assert after.testzip() is None
            assert set(after.namelist()) == {name for name in before.namelist() if not name.endswith("/")}
            for name, member in files.items():
                assert after.read(name) == before.read(name) == member.content
                runs = bool(after.getinfo(name).external_attr >> 16 & 0o100)
                assert runs is bool(member.mode & 0o111)
                assert not member.content or after.getinfo(name).compress_type == member.method


@patient(80)
@given(sound, layouts)
def test_the_names_come_in_the_order_the_members_lie_in(files: dict[str, Member], layout: Layout) -> None:
    with folder() as here:
        (here / "a.zip").write_bytes(zipped(files, layout))
        assert [raw.name for raw in zips.directory(here / "a.zip")] == list(files)


SOURCES = [
    zipped({"a/one.py": Member(b"x = 1\n" * 30), "a/two.so": Member(bytes(range(256)), zipfile.ZIP_STORED, 0o755)}),
    zipped(
        {"ä/ö.txt": Member(b"text" * 99, zip64=True, comment=b"c"), "empty": Member(b""), "b": Member(b"b", 0)},
        Layout(streamed=True, comment=b"a comment", folders=("f/",)),
    ),
    zipped({f"{n}": Member(b"%d" % n * n) for n in range(2)}, Layout(prefix=b"#!/bin/sh\n")),
]


@patient(600)
@given(st.sampled_from(SOURCES), damages)
@example(SOURCES[0], Damage("cut", 0.0, b"-"))
@example(SOURCES[0], Damage("cut", 0.999, b"-"))
def test_damage_is_named_or_without_consequence(content: bytes, damage: Damage) -> None:
    """Whatever happens to a zip's bytes, nothing wrong is ever read from it, and no other kind of error is raised."""
    with zipfile.ZipFile(io.BytesIO(content)) as whole:
        wanted = {name: whole.read(name) for name in whole.namelist() if not name.endswith("/")}
    with folder() as here:
        (here / "a.zip").write_bytes(damage.done_to(content))
        try:
            raws = zips.directory(here / "a.zip")
            zips.prove(here / "a.zip", raws)
        except zips.NotSoundError as error:
            assert str(error)  # noqa: PT017 - either way is right
            return
        assert {entry.path: entry.content() for entry in spliced(raws, here / "a.zip")} == wanted


@pytest.mark.parametrize("content", SOURCES, ids=["plain", "streamed", "prefixed"])
def test_no_flipped_bit_of_a_directory_loses_a_member(tmp_path: Path, content: bytes) -> None:
    """Every bit behind the members, one after the other."""
    with zipfile.ZipFile(io.BytesIO(content)) as whole:
        wanted = {name: whole.read(name) for name in whole.namelist() if not name.endswith("/")}
        start = whole.start_dir
    path = tmp_path / "a.zip"
    for bit in range(start * 8, len(content) * 8):
        damaged = bytearray(content)
        damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        try:
            assert look(path) == wanted
        except zips.NotSoundError:
            continue


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip at all", b"PK\x05\x06" + bytes(17), bytes(100)])
def test_what_is_no_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(zips.NotSoundError):
        zips.directory(tmp_path / "a.zip")


def test_a_file_that_is_not_there_is_an_error_of_its_own(tmp_path: Path) -> None:
    """The cache may have been trimmed: what is gone is made again, what is damaged is not."""
    with pytest.raises(FileNotFoundError):
        zips.directory(tmp_path / "a.zip")


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "a/../x",
        "a/..",
        "..",
        ".",
        "./x",
        "/x",
        "//x",
        "a//x",
        "a\\x",
        "\\x",
        "a\0x",
        "a/\0x",
        "C:x",
        "C:/x",
        "c:",
    ],
)
def test_names_that_mean_another_place_are_refused(tmp_path: Path, name: str) -> None:
    archive.write(tmp_path / "a.zip", [pack("fine", PLAIN, b"1"), pack(name, PLAIN, b"2")])
    with pytest.raises(zips.NotSoundError):
        zips.directory(tmp_path / "a.zip")


@pytest.mark.parametrize("name", ["ab:c", "..a", "a..", "...", "a/b:c", " ", "~", "-rf", "a\nb", "%2e%2e"])
def test_names_that_only_look_odd_are_taken(tmp_path: Path, name: str) -> None:
    archive.write(tmp_path / "a.zip", [pack(name, PLAIN, b"2")])
    assert look(tmp_path / "a.zip") == {name: b"2"}


def patched(content: bytes, central: dict[int, bytes], local: dict[int, bytes] | None = None) -> bytes:
    """Change fields of the only member's headers, by their places in them."""
    changed = bytearray(content)
    with zipfile.ZipFile(io.BytesIO(content)) as read:
        start = read.start_dir
    for base, fields in ((start, central), (0, local or {})):
        for at, value in fields.items():
            changed[base + at : base + at + len(value)] = value
    return bytes(changed)


ONE = zipped({"name.py": Member(b"x = 1\n" * 50)})
STORED_ONE = zipped({"name.py": Member(b"x = 1\n", zipfile.ZIP_STORED)})


def number(value: int) -> bytes:
    return struct.pack("<I", value)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (patched(ONE, {46: b"other.p"}), "another name"),
        (patched(ONE, {}, {30: b"other.p"}), "another name"),
        (patched(ONE, {8: b"\1\0"}), "encrypted"),
        (patched(ONE, {}, {6: b"\1\0"}), "encrypted"),
        (patched(ONE, {10: b"\0\0"}), "header of `name.py` is damaged"),
        (patched(ONE, {}, {8: b"\0\0"}), "header of `name.py` is damaged"),
        (patched(ONE, {}, {0: b"PK\3\5"}), "header of `name.py` is damaged"),
        (patched(ONE, {16: number(1)}), "`name.py` is damaged"),
        (patched(ONE, {20: number(0)}), "`name.py` is damaged"),
        (patched(ONE, {20: number(9999)}), "overlaps"),
        (patched(ONE, {24: number(299)}), "`name.py` is damaged"),
        (patched(ONE, {24: number(301)}), "`name.py` is damaged"),
        (patched(ONE, {24: number(0xFFFFFFFE)}), "can't be as large as it says"),
        (patched(ONE, {24: number(0), 16: number(0)}), "`name.py` is damaged"),
        (patched(STORED_ONE, {24: number(5)}), "`name.py` is damaged"),
        (patched(STORED_ONE, {24: number(0), 16: number(0)}), "`name.py` is damaged"),
        (patched(ONE, {42: number(1)}), "header of `name.py` is damaged"),
        (patched(ONE, {42: number(9999)}), "cut off"),
        (patched(ONE, {6: b"\xff\0"}), "zip file version"),
    ],
    ids=itertools.count(),
)
def test_a_header_that_lies_is_found_out(tmp_path: Path, content: bytes, why: str) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(zips.NotSoundError, match=why):
        look(tmp_path / "a.zip")


def test_members_that_share_bytes_are_refused(tmp_path: Path) -> None:
    """A small file that unpacks to any size has every name point at the same bytes."""
    content = zipped({"aa": Member(b"x" * 5000), "bb": Member(b"x" * 5000)})
    with zipfile.ZipFile(io.BytesIO(content)) as read:
        second = read.start_dir + 46 + 2
    assert content[second : second + 4] == b"PK\1\2"
    changed = bytearray(content)
    changed[second + 42 : second + 46] = number(0)
    changed[second + 46 : second + 48] = b"aa"
    (tmp_path / "a.zip").write_bytes(changed)
    with pytest.raises(zips.NotSoundError, match="overlaps"):
        look(tmp_path / "a.zip")


def test_a_member_inside_another_is_refused(tmp_path: Path) -> None:
    inner = zipped({"inner": Member(b"inner", zipfile.ZIP_STORED)})
    outer = zipped({"outer": Member(inner, zipfile.ZIP_STORED)})
    with zipfile.ZipFile(io.BytesIO(outer)) as read:
        directory = read.start_dir
    with zipfile.ZipFile(io.BytesIO(inner)) as read:
        central = bytearray(inner[read.start_dir : -22])
    central[42:46] = number(30 + len("outer"))
    both = outer[directory:-22] + central
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 2, 2, len(both), directory, 0)
    (tmp_path / "a.zip").write_bytes(outer[:directory] + both + end)
    with zipfile.ZipFile(tmp_path / "a.zip") as read:
        assert read.namelist() == ["outer", "inner"]
    with pytest.raises(zips.NotSoundError, match="overlaps"):
        look(tmp_path / "a.zip")


def test_a_name_in_an_extra_field_is_refused(tmp_path: Path) -> None:
    """Some readers go by the Unicode path field, some by the name: the two may not differ."""
    name, other = b"name.py", "ärger.py".encode()
    data = struct.pack("<BL", 1, zipfile.crc32(name)) + other  # type: ignore[attr-defined]
    extra = struct.pack("<HH", 0x7075, len(data)) + data
    (tmp_path / "a.zip").write_bytes(zipped({"name.py": Member(b"1", extra=extra)}))
    with zipfile.ZipFile(tmp_path / "a.zip") as read:
        understood = read.namelist() != ["name.py"]
    if not understood:
        pytest.skip("this Python's zipfile does not know the field")
    with pytest.raises(zips.NotSoundError, match="two names"):
        zips.directory(tmp_path / "a.zip")


def test_a_member_that_swallows_the_next_is_found_out(tmp_path: Path) -> None:
    """One field of the directory makes the next entry a comment."""
    content = zipped({"a": Member(b"1"), "b": Member(b"2")})
    with zipfile.ZipFile(io.BytesIO(content)) as read:
        start = read.start_dir
    changed = bytearray(content)
    changed[start + 32] = 47
    (tmp_path / "a.zip").write_bytes(changed)
    with zipfile.ZipFile(tmp_path / "a.zip") as read:
        assert read.namelist() == ["a"]
    with pytest.raises(zips.NotSoundError, match="lists 1 members, and says it has 2"):
        zips.directory(tmp_path / "a.zip")


@pytest.mark.parametrize("method", [STORED, DEFLATED])
def test_empty_files_are_sound_however_they_are_packed(tmp_path: Path, method: int) -> None:
    for packed in (b"",) if method == STORED else (b"", b"\x03\x00", b"\x01\x00\x00\xff\xff"):
        (tmp_path / "a.zip").unlink(missing_ok=True)
        archive.write(tmp_path / "a.zip", [Entry("a", PLAIN, 0, 0, len(packed), method, packed)])
        raws = zips.directory(tmp_path / "a.zip")
        zips.prove(tmp_path / "a.zip", raws)
        assert [raw.size for raw in raws] == [0]


def test_junk_in_the_place_of_an_empty_file_is_found_out(tmp_path: Path) -> None:
    archive.write(tmp_path / "a.zip", [Entry("a", PLAIN, 0, 0, 4, DEFLATED, b"\xff\xff\xff\xff")])
    with pytest.raises(zips.NotSoundError, match="`a` is damaged"):
        look(tmp_path / "a.zip")


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    """What says that it is small, and is not, is stopped where it says it ends."""
    big = pack("a", PLAIN, bytes(50_000_000))
    archive.write(tmp_path / "a.zip", [big._replace(size=10)])
    with pytest.raises(zips.NotSoundError, match="larger than it says"):
        look(tmp_path / "a.zip")


def test_a_stream_cut_off_before_its_end_mark_is_found_out(tmp_path: Path) -> None:
    """All its content is there, and yet other readers would refuse it."""
    entry = pack("a", PLAIN, b"abc" * 1000)
    assert isinstance(entry.origin, bytes)
    archive.write(tmp_path / "a.zip", [entry._replace(origin=entry.origin[:-1], packed=entry.packed - 1)])
    with pytest.raises(zips.NotSoundError, match="`a` is damaged"):
        look(tmp_path / "a.zip")
