"""Folders of code and layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from localstack_process_executor.unpacked import Unpacked, delete

if TYPE_CHECKING:
    from pathlib import Path


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_layers_lie_over_each_other_and_code_beside_them(tmp_path: Path) -> None:
    code = written(tmp_path / "archive", {"app.py": "code"})
    layers = [written(tmp_path / "a", {"x": "a", "y/z": "a"}), written(tmp_path / "b", {"x": "b", "y/w": "b"})]

    place = Unpacked(tmp_path / "out").add("v1", code, layers)

    assert (place / "code" / "app.py").read_text() == "code"
    assert {name: (place / "opt" / name).read_text() for name in ("x", "y/z", "y/w")} == {
        "x": "b",
        "y/z": "a",
        "y/w": "b",
    }
    assert (tmp_path / "a" / "x").read_text() == "a"


def test_nothing_in_it_can_be_written_to(tmp_path: Path) -> None:
    place = Unpacked(tmp_path / "out").add("v1", written(tmp_path / "archive", {"lib/app.py": ""}), [])

    assert not [path for path in [place, *place.rglob("*")] if path.stat().st_mode & 0o222]


def test_it_stays_when_the_archive_goes_and_costs_no_copy(tmp_path: Path) -> None:
    code = written(tmp_path / "archive", {"app.py": "code"})
    place = Unpacked(tmp_path / "out").add("v1", code, [])
    assert (place / "code" / "app.py").stat().st_ino == (code / "app.py").stat().st_ino

    (code / "app.py").unlink()

    assert (place / "code" / "app.py").read_text() == "code"


def test_it_goes_with_its_last_user(tmp_path: Path) -> None:
    unpacked, code = Unpacked(tmp_path / "out"), written(tmp_path / "archive", {"lib/app.py": ""})
    place = unpacked.add("v1", code, [])
    unpacked.add("v1", code, [])

    unpacked.remove("v1")
    assert place.exists()
    unpacked.remove("v1")
    assert not place.exists()
    unpacked.remove("v1")


def test_what_can_not_be_unpacked_leaves_nothing(tmp_path: Path) -> None:
    code = written(tmp_path / "archive", {"app.py": ""})

    with pytest.raises(OSError, match="missing"):
        Unpacked(tmp_path / "out").add("v1", code, [tmp_path / "missing"])

    assert not (tmp_path / "out" / "v1").exists()


def test_a_folder_whose_owner_shut_himself_out_is_deleted_too(tmp_path: Path) -> None:
    inner = tmp_path / "environment" / "tmp" / "inner"
    inner.mkdir(parents=True)
    (inner / "file").write_text("")
    inner.chmod(0)
    inner.parent.chmod(0o500)

    delete(tmp_path / "environment")

    assert not (tmp_path / "environment").exists()
