from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from eventyard.emulators import records
from eventyard.emulators.launch import KEPT, SCRATCH, Launch

if TYPE_CHECKING:
    from eventyard.emulators import Kind

RECORD = records.Record("ministack", 1, 4567, "eu-west-1", "token", "incarnation", "launch", keeps=True)


@pytest.mark.parametrize(
    ("kind", "settings", "keeps"),
    [
        ("ministack", {"PERSIST_STATE": "1"}, True),
        ("ministack", {"PERSIST_STATE": "0"}, False),
        ("ministack", {}, False),
        ("localstack", {"PERSIST_STATE": "1"}, False),
    ],
)
def test_an_emulator_keeps_what_it_holds_when_it_is_told_to_and_can(
    kind: Kind, settings: dict[str, str], *, keeps: bool
) -> None:
    assert Launch(kind, "eu-west-1", Path("python"), Path("python"), None, settings).keeps is keeps


def test_a_note_of_what_was_kept_is_good_for_one_start(tmp_path: Path) -> None:
    records.keep(tmp_path, RECORD)
    assert records.take_kept(tmp_path) == records.Kept("incarnation", 4567)
    assert records.take_kept(tmp_path) is None


def test_a_note_that_can_not_be_read_is_none(tmp_path: Path) -> None:
    (tmp_path / "kept.json").write_text("{")
    assert records.take_kept(tmp_path) is None


def test_a_record_of_before_says_that_nothing_is_kept(tmp_path: Path) -> None:
    records.write(tmp_path, RECORD)
    text = records.path(tmp_path).read_text().replace(',\n  "keeps": true', "")
    records.path(tmp_path).write_text(text)
    found = records.read(tmp_path)
    assert found is not None
    assert not found.keeps


def test_what_is_kept_is_among_what_is_emptied_otherwise() -> None:
    assert set(KEPT) < set(SCRATCH)
