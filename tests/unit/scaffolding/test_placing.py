"""All of a scaffold, or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from eventyard.scaffolding import Scaffold, TakenError, place

TWO = Scaffold(("a/new", "b/c/test.py"), {"a/new/x.tf": "1", "a/new/deep/y.tf": "2", "b/c/test.py": "3"}, ())


def everything(root: Path) -> dict[str, str]:
    return {str(file.relative_to(root)): file.read_text() for file in root.rglob("*") if file.is_file()}


def test_every_file_is_in_its_place_and_nothing_else(tmp_path: Path) -> None:
    assert place(tmp_path, TWO) == [tmp_path / "a/new", tmp_path / "b/c/test.py"]
    assert everything(tmp_path) == dict(TWO.files)


@pytest.mark.parametrize("there", ["a/new/mine.txt", "b/c/test.py"])
def test_what_is_there_stays_as_it_is(tmp_path: Path, there: str) -> None:
    (tmp_path / there).parent.mkdir(parents=True)
    (tmp_path / there).write_text("mine")
    with pytest.raises(TakenError, match="is there already, and nothing was written"):
        place(tmp_path, TWO)
    assert everything(tmp_path) == {there: "mine"}


def test_a_failure_half_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if target.name == "test.py":
            raise OSError("no space")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(OSError, match="no space"):
        place(tmp_path, TWO)
    assert list(tmp_path.iterdir()) == []


def test_folders_that_were_there_stay(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").write_text("no folder")
    with pytest.raises(OSError, match="b"):
        place(tmp_path, TWO)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]
    assert list((tmp_path / "a").iterdir()) == []
