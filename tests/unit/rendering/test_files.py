from __future__ import annotations

from pathlib import Path

import pytest

from eventyard.rendering.files import PRIVATE, keep_only, link, write


def test_what_is_there_already_is_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "a/b.json"
    assert write(file, "x")
    before = file.stat()
    assert not write(file, "x")
    assert file.stat().st_mtime_ns == before.st_mtime_ns
    assert file.stat().st_ino == before.st_ino


def test_private_files_are_for_their_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("x")
    assert not write(file, "x", mode=PRIVATE)
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_failed_write_leaves_the_old_file_and_no_scrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a"
    write(file, "old")

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="space"):
        write(file, "new")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]
    assert file.read_text() == "old"


def test_a_link_shares_bytes_and_is_made_once(tmp_path: Path) -> None:
    source = tmp_path / "cache.zip"
    source.write_bytes(b"zip")
    link(source, tmp_path / "root/x.zip")
    link(source, tmp_path / "root/x.zip")
    assert (tmp_path / "root/x.zip").stat().st_ino == source.stat().st_ino
    assert [entry.name for entry in (tmp_path / "root").iterdir()] == ["x.zip"]


def test_only_named_files_stay(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / name).write_text("")
    keep_only(tmp_path, {"b"})
    assert [entry.name for entry in tmp_path.iterdir()] == ["b"]
