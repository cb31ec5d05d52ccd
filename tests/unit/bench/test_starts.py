"""The measure of cold starts is taken of real processes, and only of what it says it is."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tests.bench import starts

PYTHON = Path(sys.executable)
STATEMENTS = {"one": "import one; assert one.VALUE == 1"}


def artefact(folder: Path, *, compiled: bool) -> Path:
    tree = folder / f"tree-{compiled}"
    tree.mkdir()
    (tree / "one.py").write_text("import json\nVALUE = 1\n")
    if compiled:
        options = ("--invalidation-mode", "unchecked-hash", "-q")
        subprocess.run([PYTHON, "-I", "-m", "compileall", *options, tree], check=True)
    path = folder / f"{compiled}.zip"
    with zipfile.ZipFile(path, "w") as written:
        for file in sorted(tree.rglob("*.*")):
            written.write(file, file.relative_to(tree))
    return path


def test_each_import_is_measured_with_and_without(tmp_path: Path) -> None:
    carried, without = ({"one": artefact(tmp_path, compiled=compiled)} for compiled in (True, False))
    (row,) = starts.measure(carried, without, STATEMENTS, PYTHON, runs=2)
    assert (row.name, len(row.carried), len(row.without)) == ("one", 2, 2)
    assert min(*row.carried, *row.without) > 0
    assert row.carried_bytes > row.without_bytes == len("import json\nVALUE = 1\n")
    assert "| one |" in starts.table([row])


def test_a_measure_of_something_else_is_refused(tmp_path: Path) -> None:
    carried, without = ({"one": artefact(tmp_path, compiled=compiled)} for compiled in (True, False))
    with pytest.raises(AssertionError, match="0 of 1 modules have bytecode"):
        starts.measure(without, without, STATEMENTS, PYTHON, runs=1)
    with pytest.raises(AssertionError, match="1 of 1 modules have bytecode"):
        starts.measure(carried, carried, STATEMENTS, PYTHON, runs=1)
    with pytest.raises(AssertionError, match="No module named 'absent'"):
        starts.measure(carried, without, {"one": "import absent"}, PYTHON, runs=1)


def test_the_best_runs_are_compared() -> None:
    assert starts.Row("x", (3.0, 2.0), (1.0, 4.0), 1, 2).ratio == 2.0
