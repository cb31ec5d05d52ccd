from __future__ import annotations

import hashlib
import json
import os
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.packaging.zipping import (
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

from eventyard.packaging.archives import archive
from eventyard.packaging.archives.entries import DEFLATED, EXECUTABLE, PLAIN, STORED
from eventyard.packaging.archives.wheel import DamagedWheel, Wheel, entries
from eventyard.packaging.cache import Cache

if TYPE_CHECKING:
    from eventyard.packaging.archives.entries import Entry

TEXT = b"x = 1\n" * 200
PLAINLY = Layout()
ANY_METHOD = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def kept(cache: Cache, content: bytes, name: str = "one") -> Wheel:
    """Put a wheel into the cache, as if it had been fetched."""
    wheel = Wheel(name, "1.0", f"{name}-1.0-py3-none-any.whl", hashlib.sha256(content).hexdigest())
    wheel.path(cache).parent.mkdir(parents=True, exist_ok=True)
    wheel.path(cache).write_bytes(content)
    return wheel


def look(cache: Cache, files: dict[str, Member], layout: Layout = PLAINLY) -> dict[str, tuple[int, bytes]]:
    """Return what travels of a wheel: modes and contents."""
    return described(entries(kept(cache, zipped(files, layout)), cache))


def described(found: tuple[Entry, ...]) -> dict[str, tuple[int, bytes]]:
    assert len({entry.path for entry in found}) == len(found)
    return {entry.path: (entry.mode, entry.content()) for entry in found}


# Neither `.data` nor `.dist-info`, nor bytecode: these are told apart below.
_TOLD_APART = (".data/", ".dist-info/", ".pyc", "__pycache__")
_unremarkable = names.filter(lambda name: not any(mark in name for mark in _TOLD_APART))


@patient(100)
@given(st.dictionaries(_unremarkable, members(*ANY_METHOD), max_size=6), layouts)
def test_any_sound_wheel_travels_as_python_reads_it(files: dict[str, Member], layout: Layout) -> None:
    """Whatever its members are packed with, the artefact has them stored or deflated, and whole."""
    with folder() as here:
        cache = Cache(here)
        wheel = kept(cache, zipped(files, layout))
        first = entries(wheel, cache)
        assert {entry.path: entry.content() for entry in first} == {name: one.content for name, one in files.items()}
        assert {entry.method for entry in first} <= {STORED, DEFLATED}
        assert entries(wheel, cache) == first
        archive.write(here / "artefact.zip", first)
        with zipfile.ZipFile(here / "artefact.zip") as read:
            assert read.testzip() is None
            for name, one in files.items():
                assert read.read(name) == one.content
                assert read.getinfo(name).external_attr >> 16 == (0o100755 if one.mode & 0o111 else 0o100644)
                assert read.getinfo(name).compress_type in (STORED, DEFLATED)


SOURCES = [
    zipped({"a.py": Member(TEXT, zipfile.ZIP_BZIP2), "b.so": Member(TEXT, zipfile.ZIP_LZMA), "c": Member(b"c", 0)}),
    zipped({"a.py": Member(TEXT), "one.data/scripts/run": Member(b"#!/bin/sh\n"), "c.py": Member(TEXT, 0)}),
]
WANTED = [{"a.py": TEXT, "b.so": TEXT, "c": b"c"}, {"a.py": TEXT, "bin/run": b"#!/bin/sh\n", "c.py": TEXT}]


@patient(500)
@given(st.sampled_from([0, 1]), damages)
def test_a_damaged_wheel_is_named_whatever_the_damage(which: int, damage: object) -> None:
    """The lock has the hash of the damaged file: it was published so."""
    with folder() as here:
        cache = Cache(here)
        wheel = kept(cache, damage.done_to(SOURCES[which]))  # type: ignore[attr-defined]
        try:
            found = entries(wheel, cache)
        except DamagedWheel as error:
            assert "`one` 1.0" in error.what  # noqa: PT017 - either way is right
            assert error.where == "one-1.0-py3-none-any.whl"  # noqa: PT017 - as above
            assert [path.suffix for path in (here / "wheels").iterdir()] == [".whl"]
            return
        assert {entry.path: entry.content() for entry in found} == WANTED[which]


def test_files_go_where_an_installer_puts_them(cache: Cache) -> None:
    found = look(
        cache,
        {
            "one/__init__.py": Member(b"1"),
            "one-1.0.data/purelib/pure/a.py": Member(b"2"),
            "one-1.0.data/platlib/plat/b.so": Member(b"3", mode=0o755),
            "one-1.0.data/data/share/one/c.txt": Member(b"4"),
            "one-1.0.data/data/top.txt": Member(b"5"),
            "one-1.0.data/headers/one.h": Member(b"6"),
            "one-1.0.data/scripts/native": Member(b"\x7fELF", mode=0o755),
            "one-1.0.data/scripts/unmarked": Member(b"\x7fELF", mode=0o644),
            "one-1.0.data/scripts/shell.sh": Member(b"#!/bin/sh\n"),
            "one-1.0.data/scripts/python": Member(b"#!python\nprint()\n", mode=0o755),
            "one-1.0.data/scripts/pythonw": Member(b"#!pythonw\nprint()\n"),
            "one-1.0.data/scripts/packed": Member(b"#!python\n" * 99, zipfile.ZIP_BZIP2),
        },
    )
    assert found == {
        "one/__init__.py": (PLAIN, b"1"),
        "pure/a.py": (PLAIN, b"2"),
        "plat/b.so": (EXECUTABLE, b"3"),
        "share/one/c.txt": (PLAIN, b"4"),
        "top.txt": (PLAIN, b"5"),
        "bin/native": (EXECUTABLE, b"\x7fELF"),
        "bin/unmarked": (EXECUTABLE, b"\x7fELF"),  # installers mark every script, whatever the wheel says
        "bin/shell.sh": (EXECUTABLE, b"#!/bin/sh\n"),
    }


def test_what_an_installer_writes_stays_behind_and_metadata_travels(cache: Cache) -> None:
    info = "one-1.0.dist-info"
    dropped = ("RECORD", "RECORD.jws", "RECORD.p7s", "INSTALLER", "REQUESTED", "direct_url.json")
    stays = ("METADATA", "WHEEL", "entry_points.txt", "top_level.txt", "licenses/LICENSE", "licenses/RECORD", "sboms/x")
    found = look(cache, {f"{info}/{name}": Member(name.encode()) for name in (*dropped, *stays)})
    assert sorted(found) == sorted(f"{info}/{name}" for name in stays)
    assert sorted(look(cache, {"one/RECORD": Member(b""), "RECORD": Member(b"")})) == ["RECORD", "one/RECORD"]


def test_bytecode_of_sources_stays_behind_and_sourceless_modules_travel(cache: Cache) -> None:
    found = look(
        cache,
        {
            "one/a.py": Member(b"1"),
            "one/a.pyc": Member(b"old"),
            "one/__pycache__/a.cpython-313.pyc": Member(b"old"),
            "one/__pycache__/gone.cpython-313.pyc": Member(b"old"),
            "one-1.0.data/purelib/p/__pycache__/a.cpython-313.pyc": Member(b"old"),
            "__pycache__/top.cpython-313.pyc": Member(b"old"),
            "one/secret.pyc": Member(b"the module itself"),
            "one/my__pycache__/b.pyc": Member(b"the module itself"),
        },
    )
    assert sorted(found) == ["one/a.py", "one/my__pycache__/b.pyc", "one/secret.pyc"]


def test_two_members_for_one_place_must_be_the_same(cache: Cache) -> None:
    same = {"a.py": Member(b"1"), "one-1.0.data/purelib/a.py": Member(b"1")}
    assert look(cache, same) == {"a.py": (PLAIN, b"1")}
    with pytest.raises(DamagedWheel, match=r"holds two different files `a.py`"):
        look(cache, same | {"one-1.0.data/platlib/a.py": Member(b"2")})


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("second", [b"1", b"2"])
def test_a_name_that_stands_twice(cache: Cache, tmp_path: Path, second: bytes) -> None:
    with zipfile.ZipFile(tmp_path / "twice.zip", "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("a.py", b"1")
        target.writestr("a.py", second)
    wheel = kept(cache, (tmp_path / "twice.zip").read_bytes())
    if second == b"1":
        assert described(entries(wheel, cache)) == {"a.py": (PLAIN, b"1")}
    else:
        with pytest.raises(DamagedWheel, match="two different files"):
            entries(wheel, cache)


@pytest.mark.parametrize("name", ["../x.py", "/x.py", "a/../../x.py", "a\\x.py", "one-1.0.data/purelib/../../x.py"])
def test_a_name_that_leads_out_of_the_artefact_is_refused(cache: Cache, name: str) -> None:
    with pytest.raises(DamagedWheel, match="no name of a file inside it") as caught:
        look(cache, {name: Member(b"")})
    assert caught.value.fix == "lock another version of `one`"


@pytest.mark.parametrize("name", ["one-1.0.data/purelib", "one-1.0.data/scripts", "one-1.0.data/unknown/x"])
def test_a_file_in_no_folder_an_installer_knows_stays_behind(cache: Cache, name: str) -> None:
    assert look(cache, {name: Member(b""), "a.py": Member(b"")}) == {"a.py": (PLAIN, b"")}


def test_a_wheel_comes_packed_and_stays_packed(cache: Cache) -> None:
    """Its bytes are taken as they are, from where they are."""
    content = zipped({"a.py": Member(TEXT), "tiny": Member(b"1", zipfile.ZIP_STORED)})
    wheel = kept(cache, content)
    found = {entry.path: entry for entry in entries(wheel, cache)}
    assert {entry.origin for entry in found.values()} == {wheel.path(cache)}
    assert content[found["a.py"].offset :][: found["a.py"].packed] in content
    assert found["tiny"].method == STORED
    assert list((cache.folder / "wheels").glob("*.zip")) == []


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_came_stored_is_packed_once(cache: Cache, method: int) -> None:
    files = {"a.py": Member(TEXT, method, 0o755), "one-1.0.data/purelib/b.py": Member(TEXT, method)}
    wheel = kept(cache, zipped(files))
    first = entries(wheel, cache)
    assert {entry.method for entry in first} == {DEFLATED}
    assert described(first) == {"a.py": (EXECUTABLE, TEXT), "b.py": (PLAIN, TEXT)}
    (copy,) = (cache.folder / "wheels").glob("*.zip")
    written = copy.stat().st_ino
    assert entries(wheel, cache) == first
    assert copy.stat().st_ino == written


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_lambda_may_not_know_is_packed_however_small(cache: Cache, method: int) -> None:
    (found,) = entries(kept(cache, zipped({"a": Member(b"1", method)})), cache)
    assert (found.method, found.content()) == (STORED, b"1")


def test_empty_files_are_stored_however_they_came(cache: Cache) -> None:
    found = entries(kept(cache, zipped({"a": Member(b""), "b": Member(b"", zipfile.ZIP_STORED)})), cache)
    assert [(entry.path, entry.method, entry.packed, entry.content()) for entry in found] == [
        ("a", STORED, 0, b""),
        ("b", STORED, 0, b""),
    ]


@pytest.mark.parametrize("gone", ["*.json", "*.zip", "*.[jz]*"])
@pytest.mark.parametrize("how", ["removed", "damaged"])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_what_was_trimmed_or_damaged_beside_a_wheel_is_made_again(
    cache: Cache, gone: str, how: str, method: int
) -> None:
    wheel = kept(cache, zipped({"a.py": Member(TEXT, method)}))
    first = described(entries(wheel, cache))
    for file in (cache.folder / "wheels").glob(gone):
        if how == "removed":
            file.unlink()
        else:
            file.write_bytes(file.read_bytes()[:-9])
    assert described(entries(wheel, cache)) == first
    assert described(entries(wheel, cache)) == first


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"repacked": null}', '{"repacked": 7, "entries": []}'])
def test_a_list_that_is_none_is_made_again(cache: Cache, text: str) -> None:
    wheel = kept(cache, zipped({"a.py": Member(TEXT)}))
    first = entries(wheel, cache)
    (listing,) = (cache.folder / "wheels").glob("*.json")
    listing.write_text(text)
    assert entries(wheel, cache) == first
    assert json.loads(listing.read_text())["entries"]


def test_a_wheel_that_is_not_what_was_locked_is_named_and_removed(cache: Cache) -> None:
    wheel = kept(cache, zipped({"a.py": Member(TEXT)}))
    entries(wheel, cache)
    wheel.path(cache).write_bytes(zipped({"a.py": Member(b"evil = 1\n")}))
    with pytest.raises(DamagedWheel, match=r"`one` 1\.0 is not what was locked") as caught:
        entries(wheel, cache)
    assert not wheel.path(cache).exists()
    assert caught.value.where == str(wheel.path(cache))
    assert "fetched anew" in (caught.value.fix or "")


def test_a_wheel_that_was_trimmed_is_no_damaged_one(cache: Cache) -> None:
    """Whoever asked for it makes sure it is there, and asks again."""
    wheel = kept(cache, zipped({"a.py": Member(TEXT)}))
    wheel.path(cache).unlink()
    with pytest.raises(FileNotFoundError) as caught:
        entries(wheel, cache)
    assert Path(os.fsdecode(caught.value.filename)) == wheel.path(cache)


def test_symbolic_links_in_a_wheel_are_the_files_an_installer_makes_of_them(cache: Cache) -> None:
    content = bytearray(zipped({"link": Member(b"target", zipfile.ZIP_STORED)}))
    at = content.index(b"PK\x01\x02") + 38
    content[at : at + 4] = (0o120777 << 16).to_bytes(4, "little")
    (found,) = entries(kept(cache, bytes(content)), cache)
    assert (found.path, found.content()) == ("link", b"target")
