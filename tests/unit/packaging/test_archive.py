from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.packaging.zipping import contents, folder, names, patient

from eventyard.packaging.archives import archive, zips
from eventyard.packaging.archives.entries import DEFLATED, EXECUTABLE, PLAIN, STORED, Entry, pack

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable
    from pathlib import Path

TEXT = {**os.environ, "LC_ALL": "C.UTF-8"}


def stored(path: str, mode: int, content: bytes) -> Entry:
    return pack(path, mode, content)._replace(packed=len(content), method=STORED, origin=content)


entries = st.builds(
    lambda how, path, mode, content: how(path, mode, content),
    st.sampled_from([pack, stored]),
    names,
    st.sampled_from([PLAIN, EXECUTABLE]),
    contents,
)
many = st.lists(entries, max_size=12, unique_by=lambda entry: entry.path)


def described(found: Iterable[Entry]) -> list[tuple[object, ...]]:
    return sorted((*entry[:6], entry.content()) for entry in found)


@patient()
@given(many)
def test_python_reads_what_was_written(given: list[Entry]) -> None:
    with folder() as here:
        size = archive.write(here / "a.zip", given)
        assert size == (here / "a.zip").stat().st_size
        with zipfile.ZipFile(here / "a.zip") as read:
            assert read.testzip() is None
            infos = read.infolist()
            assert [info.filename for info in infos] == sorted(entry.path for entry in given)
            for entry in given:
                info = read.getinfo(entry.path)
                assert read.read(info) == entry.content()
                assert (info.file_size, info.compress_size, info.CRC) == (entry.size, entry.packed, entry.crc)
                assert info.external_attr >> 16 == 0o100000 | entry.mode
                assert info.compress_type == entry.method
    assert {info.date_time for info in infos} <= {(1980, 1, 1, 0, 0, 0)}
    assert all((info.extra, info.comment, info.create_system) == (b"", b"", 3) for info in infos)


@patient()
@given(many)
def test_what_was_written_is_read_back(given: list[Entry]) -> None:
    with folder() as here:
        archive.write(here / "a.zip", given)
        found = archive.read(here / "a.zip")
        assert described(found) == described(given)
        zips.prove(here / "a.zip", zips.directory(here / "a.zip"))
        archive.write(here / "b.zip", found)
        assert (here / "b.zip").read_bytes() == (here / "a.zip").read_bytes()


@patient()
@given(many, st.randoms(use_true_random=False))
def test_the_order_of_the_members_does_not_matter(given: list[Entry], chance: random.Random) -> None:
    with folder() as here:
        archive.write(here / "a.zip", given)
        shuffled = chance.sample(given, len(given))
        archive.write(here / "b.zip", shuffled)
        assert (here / "b.zip").read_bytes() == (here / "a.zip").read_bytes()


@pytest.mark.skipif(not shutil.which("unzip") or not shutil.which("zipinfo"), reason="there is no Info-ZIP here")
@patient(40)
@given(many.filter(len))
def test_info_zip_finds_no_fault(given: list[Entry]) -> None:
    """Python's reader forgives much; this one is what people and many tools have."""
    with folder() as here:
        archive.write(here / "a.zip", given)
        tested = subprocess.run(
            ["unzip", "-tqq", here / "a.zip"], env=TEXT, capture_output=True, text=True, errors="replace", check=False
        )
        assert (tested.returncode, tested.stdout, tested.stderr) == (0, "", "")
        told = subprocess.run(
            ["zipinfo", "-t", here / "a.zip"], env=TEXT, capture_output=True, text=True, errors="replace", check=True
        )
        assert told.stdout.startswith(f"{len(given)} file")
        assert f" {sum(entry.size for entry in given)} bytes uncompressed" in told.stdout


def test_two_writers_of_the_format_agree_on_plain_members() -> None:
    """The bytes of a member are those Python writes, but for the version it was made by."""
    with folder() as here:
        archive.write(here / "a.zip", [stored("a/b.txt", PLAIN, b"text")])
        with zipfile.ZipFile(here / "b.zip", "w") as other:
            info = zipfile.ZipInfo("a/b.txt", (1980, 1, 1, 0, 0, 0))
            info.external_attr = 0o100644 << 16
            other.writestr(info, b"text")
        assert (here / "a.zip").read_bytes() == (here / "b.zip").read_bytes()


@pytest.mark.parametrize("count", [65_534, 65_535])
def test_more_members_than_sixteen_bits_count(tmp_path: Path, count: int) -> None:
    nothing = Entry("", PLAIN, 0, 0, 0, STORED, b"")
    last = pack("zz", EXECUTABLE, b"last" * 100)
    given = [*(nothing._replace(path=f"{number:05}") for number in range(count - 1)), last]
    archive.write(tmp_path / "a.zip", given)
    assert (b"PK\x06\x06" in (tmp_path / "a.zip").read_bytes()) is (count == 65_535)
    found = archive.read(tmp_path / "a.zip")  # by Python's own reader of directories
    assert len(found) == count
    assert described(found[-1:]) == described([last])


@pytest.mark.skipif(not shutil.which("unzip"), reason="there is no Info-ZIP here")
def test_info_zip_reads_zip64(tmp_path: Path) -> None:
    archive.write(tmp_path / "a.zip", [Entry(f"{number:05}", PLAIN, 0, 0, 0, STORED, b"") for number in range(65_536)])
    done = subprocess.run(["unzip", "-tqq", tmp_path / "a.zip"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_an_empty_zip_is_sound(tmp_path: Path) -> None:
    assert archive.write(tmp_path / "a.zip", []) == 22
    assert archive.read(tmp_path / "a.zip") == ()


def test_many_origins_are_spliced_in_the_order_of_names(tmp_path: Path) -> None:
    """Members of several files, interleaved, each read from its own place."""
    given = []
    for number in range(5):
        origin = tmp_path / f"{number}.zip"
        archive.write(origin, [pack(f"{letter}{number}", PLAIN, f"{letter}{number}".encode() * 50) for letter in "abc"])
        given += archive.read(origin)
    archive.write(tmp_path / "all.zip", given)
    with zipfile.ZipFile(tmp_path / "all.zip") as read:
        assert {name: read.read(name) for name in read.namelist()} == {
            f"{letter}{number}": f"{letter}{number}".encode() * 50 for letter in "abc" for number in range(5)
        }


def test_an_existing_file_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        archive.write(tmp_path / "a.zip", [])
    assert (tmp_path / "a.zip").read_bytes() == b"mine"


def test_an_origin_that_ended_early_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "short").write_bytes(b"12345")
    entry = Entry("a", PLAIN, 0, 9, 9, STORED, tmp_path / "short")
    with pytest.raises(OSError, match="ended early"):
        archive.write(tmp_path / "a.zip", [entry])


@patient()
@given(contents)
def test_packing_never_grows_and_unpacks_to_the_same(content: bytes) -> None:
    entry = pack("a", PLAIN, content)
    assert entry.packed == len(entry.origin)
    assert entry.packed <= len(content)
    assert entry.method in (STORED, DEFLATED)
    assert entry.content() == content
