from __future__ import annotations

import threading
from pathlib import Path

import pytest

from eventyard.errors import EventyardError
from eventyard.sync.files import Edits, is_source

LONG = 20.0
SHORT = 0.3


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("shop/greet/app.py", True),
        ("shop/greet/template.html", True),
        ("shop/greet/requirements.txt", True),
        ("shop/_shared/words.py", True),
        ("shop/greet", True),
        ("shop/greet/__pycache__/app.cpython-313.pyc", False),
        ("shop/greet/app.pyc", False),
        ("shop/greet/tests/test_app.py", False),
        ("shop/greet/.app.py.swp", False),
        ("shop/greet/.git/index", False),
        ("shop/greet/app.py~", False),
        ("shop/greet/app.py.swx", False),
        ("shop/greet/4913", False),
        ("shop/greet/#app.py#", False),
        ("shop/greet/app.py___jb_tmp___", False),
        ("shop/greet/app.py.tmp", False),
        ("../elsewhere.py", False),
    ],
)
def test_only_what_the_packager_reads_counts(name: str, counts: bool) -> None:
    folder = Path("/handlers")
    path = Path("/elsewhere.py") if name.startswith("..") else folder / name
    assert is_source(path, folder) is counts


def test_an_edit_is_noticed_and_an_editors_files_are_not(tmp_path: Path) -> None:
    stop = threading.Event()
    with Edits(tmp_path, stop) as edits:
        (tmp_path / "app.py~").write_text("backup")
        (tmp_path / "__pycache__").mkdir()
        (tmp_path / "__pycache__/app.pyc").write_text("bytecode")
        assert edits.wait(SHORT) is None
        (tmp_path / "app.py").write_text("1")
        assert edits.wait(LONG) is not None


def test_edits_while_nobody_asks_are_kept_and_a_burst_is_one(tmp_path: Path) -> None:
    stop = threading.Event()
    with Edits(tmp_path, stop) as edits:
        (tmp_path / "new").mkdir()
        for number in range(20):
            (tmp_path / f"{number}.py").write_text("x")
        assert edits.wait(LONG) is not None
        assert edits.wait(SHORT) is None


def test_files_of_a_new_folder_are_noticed(tmp_path: Path) -> None:
    stop = threading.Event()
    with Edits(tmp_path, stop) as edits:
        (tmp_path / "new").mkdir()
        assert edits.wait(LONG) is not None
        (tmp_path / "new/app.py").write_text("x")
        assert edits.wait(LONG) is not None


def test_who_stops_waits_no_longer(tmp_path: Path) -> None:
    stop = threading.Event()
    with Edits(tmp_path, stop) as edits:
        threading.Timer(0.1, stop.set).start()
        assert edits.wait() is None


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(EventyardError, match="missing") as refused:
        Edits(tmp_path / "handlers", threading.Event())
    assert refused.value.where == str(tmp_path / "handlers")
