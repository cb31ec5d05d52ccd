from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from eventyard.reference import faults

if TYPE_CHECKING:
    from pathlib import Path

COUNTS = "sent / done / dead-lettered / lost"


def row(**more: Any) -> dict[str, Any]:
    counts = {"sent": 2000, "done": 1999, "dead_lettered": 1, "withheld": 0, "lost": 0}
    return {"injected": "a kill", "seconds": 1.5, **counts, **more}


def keep(root: Path, target: str, rows: Any) -> None:
    folder = root / faults.RESULTS
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"faults-{target}.json").write_text(json.dumps(rows))


def test_without_a_run_that_is_said(tmp_path: Path) -> None:
    assert faults.rendered(tmp_path) == "No run is recorded yet."


def test_each_target_that_ran_has_a_column_and_what_it_did_not_show_is_said(tmp_path: Path) -> None:
    keep(
        tmp_path, "ministack", {"Killed": row(), "A filter": row(injected="10", done=3, withheld=1997, dead_lettered=0)}
    )
    keep(tmp_path, "localstack", {"Killed": row(injected="another", sent=20, done=20, dead_lettered=0)})
    assert faults.rendered(tmp_path).splitlines() == [
        f"| fault | injected | MiniStack: {COUNTS} | LocalStack: {COUNTS} |",
        "| --- | --- | --- | --- |",
        "| Killed | a kill; another | 2,000 / 1,999 / 1 / 0 | 20 / 20 / 0 / 0 |",
        "| A filter | 10 | 2,000 / 3 / 0 / 0 (1,997 filtered out) | not shown |",
    ]


@pytest.mark.parametrize("rows", ["no rows", {"Killed": {"sent": 1}}, {"Killed": row(sent="many")}])
def test_a_file_that_is_not_of_the_suite_is_named(tmp_path: Path, rows: Any) -> None:
    keep(tmp_path, "ministack", rows)
    with pytest.raises(faults.FaultsError) as refused:
        faults.rendered(tmp_path)
    assert str(refused.value.where).endswith("faults-ministack.json")
