"""What the packaging bench rests on: its corpus, its states, its comparisons, its tables."""

from __future__ import annotations

import sys
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from tests.bench import again, functions, rows, tables
from tests.bench.packagers import Packager, Took

from eventyard.errors import EventyardError
from eventyard.packaging.dependencies import requirements

COPY = """
import pathlib, shutil
for folder in pathlib.Path('handlers').iterdir():
    shutil.make_archive(f'out/{folder.name}', 'zip', folder)
"""


def packager(work: Path, program: str = COPY, kept: tuple[str, ...] = (), runs: int = 1) -> Packager:
    return Packager("copy", work, (sys.executable, "-c", program), {}, kept, runs=runs)


def zipped(path: Path, *members: tuple[str, str], mode: int = 0o644, year: int = 1980) -> Path:
    path.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w") as written:
        for name, text in members:
            info = zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0))
            info.external_attr = mode << 16
            written.writestr(info, text)
    return path


def test_twelve_functions_are_of_the_promised_sorts() -> None:
    assert Counter(map(functions.sort, functions.TWELVE)) == {"plain": 6, "validated": 3, "signed": 2, "tabular": 1}
    assert len(set(functions.names(500))) == 500
    assert set(functions.TWELVE) < set(functions.names(125))


@pytest.mark.parametrize("folder", sorted(functions.SOURCES.iterdir()), ids=lambda folder: folder.name)
def test_the_corpus_is_locked_with_hashes(folder: Path, tmp_path: Path) -> None:
    functions.write(tmp_path / "handlers", [f"{folder.name}-001"])
    lock = requirements.read(tmp_path / "handlers" / f"{folder.name}-001", strict=True)
    assert (lock is None) == (folder.name == "plain")
    assert all(pin.hashes for pin in lock.pins) if lock else True


def test_no_two_functions_and_no_two_edits_are_the_same(tmp_path: Path) -> None:
    functions.write(tmp_path, functions.TWELVE)
    texts = {(tmp_path / name / "about.py").read_text() for name in functions.TWELVE}
    assert len(texts) == len(functions.TWELVE)
    assert functions.edit(tmp_path) != functions.edit(tmp_path)


def test_states_begin_as_they_are_called(tmp_path: Path) -> None:
    tool = packager(tmp_path / "work", kept=("cache/wheels",))
    tool.begin(["plain-001"])
    for name in ("cache/wheels/one.whl", "cache/artefacts/one.zip", "out/plain-001.zip"):
        (tool.work / name).parent.mkdir(parents=True, exist_ok=True)
        (tool.work / name).touch()
    tool.unbuild()
    left = {path.relative_to(tool.work).as_posix() for path in tool.work.rglob("*") if path.is_file()}
    assert {name for name in left if not name.startswith("handlers/")} == {"cache/wheels/one.whl"}
    tool.forget()
    assert [path.name for path in tool.work.iterdir()] == ["handlers"]
    assert (tool.handlers / "plain-001/app.py").is_file()


def test_a_tool_that_fails_is_shown(tmp_path: Path) -> None:
    tool = packager(tmp_path / "work", "raise SystemExit('no such wheel')")
    tool.begin(["plain-001"])
    with pytest.raises(AssertionError, match="no such wheel"):
        tool.build()


def test_every_row_of_every_tool_is_measured_as_often_as_it_says(tmp_path: Path) -> None:
    tools = [packager(tmp_path / "often", runs=3), packager(tmp_path / "seldom")]
    tools[1] = Packager(**{**vars(tools[1]), "name": "seldom"})
    seen: list[tuple[str, str]] = []
    measured = rows.measure(tools, lambda tool, row: seen.append((tool.name, row)))
    assert [{row: len(taken) for row, taken in one.taken.items()} for one in measured] == [
        dict.fromkeys(rows.ROWS, 3),
        dict.fromkeys(rows.ROWS, 1),
    ]
    assert sorted(seen) == sorted((name, row) for name in ("copy", "seldom") for row in rows.ROWS)


def test_an_edit_that_is_not_packaged_is_refused(tmp_path: Path) -> None:
    once = f"import pathlib; pathlib.Path('out').is_dir() or exec({COPY!r})"
    with pytest.raises(AssertionError, match="as it was before"):
        rows.measure([packager(tmp_path / "work", once)], lambda tool, row: None)


def test_an_artefact_that_does_not_work_is_refused(tmp_path: Path) -> None:
    tool = packager(tmp_path / "work")
    tool.begin(["plain-001"])
    tool.build()
    rows.works(tool, Path(sys.executable), tmp_path / "good", ["plain-001"])
    zipped(tool.out / "plain-001.zip", ("app.py", "import absent\n"))
    with pytest.raises(AssertionError, match="absent"):
        rows.works(tool, Path(sys.executable), tmp_path / "bad", ["plain-001"])


@pytest.mark.parametrize(
    ("other", "differs"),
    [
        ({}, set()),
        ({"mode": 0o600}, {"modes"}),
        ({"year": 2001}, {"times"}),
    ],
)
def test_what_differs_is_named(other: dict[str, int], differs: set[str], tmp_path: Path) -> None:
    tool = packager(tmp_path / "other")
    for name in functions.TWELVE:
        zipped(tmp_path / "kept" / f"{name}.zip", ("a", "1"), ("b", "2"))
        tool.out.mkdir(parents=True, exist_ok=True)
        zipped(tool.out / f"{name}.zip", ("a", "1"), ("b", "2"), **other)
    assert again.differences(tmp_path / "kept", tool) == differs
    zipped(tool.out / f"{functions.EDITED}.zip", ("b", "3"), ("a", "1"), **other)
    assert again.differences(tmp_path / "kept", tool) == differs | {"order", "contents"}


def test_a_table_goes_between_its_marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "ROOT", tmp_path)
    page = tmp_path / "page.md"
    page.write_text("a\n\n<!-- bench: one -->\nold\n<!-- /bench -->\n\n<!-- bench: two -->\nkept\n<!-- /bench -->\n")
    assert tables.into("page.md", "one", "| new |\n")
    assert not tables.into("page.md", "three", "x")
    text = "a\n\n<!-- bench: one -->\n| new |\n<!-- /bench -->\n\n<!-- bench: two -->\nkept\n<!-- /bench -->\n"
    assert page.read_text() == text
    page.write_text("<!-- bench: one -->\nold\n<!-- bench: two -->\nkept\n<!-- /bench -->\n")
    with pytest.raises(EventyardError, match="has no end"):
        tables.into("page.md", "one", "x")


def test_tables_compare_with_ours() -> None:
    ours = rows.Times("ours", {row: [Took(0.1, 0.1)] for row in rows.ROWS})
    slow = rows.Times("slow", {row: [Took(15.0, 9.0), Took(1.0, 1.0), Took(2.0, 1.0)] for row in rows.ROWS})
    slow.size = 2_000_000
    slow.differs = frozenset({"times", "modes"})
    text = tables.packaging([slow, ours], ours)
    assert "| slow | 2.00 (20 \u00d7) |" in text
    assert "| no: modes, times | 2 | 3 |" in text
    assert "| ours | **0.10** |" in text
