"""The page of systems says what became of a row's tests on each target, when they last ran there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from eventyard.reference import results, systems, write
from eventyard.testing.results import Result, Results

if TYPE_CHECKING:
    from pathlib import Path

ROWS = """
[[group]]
name = "Queues"
row = [
  { number = 1, name = "Delay", by = ["queue"], state = "done", proof = [
    "tests/integration/test_queue.py::test_delay",
    "tests/integration/test_queue.py::test_order",
    "tests/unit/test_queue.py",
  ] },
  { number = 2, name = "Redrive", by = ["queue"], state = "done", proof = ["tests/integration/test_redrive.py"] },
]
"""
TOML = """
[project]
name = "shop"
default_stack = "shop"

[environments.second]
target = "localstack"
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose tests ran on two targets."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/systems.toml").write_text(ROWS)
    (tmp_path / "eventyard.toml").write_text(TOML)
    ran = {
        "tests/integration/test_queue.py::test_delay[0]": Result("passed", "2026-11-20", 3.0),
        "tests/integration/test_queue.py::test_delay[900]": Result("passed", "2026-11-21", 3.0),
        "tests/integration/test_queue.py::test_other": Result("failed", "2026-11-21"),
        "tests/integration/test_redrive.py::test_one": Result("passed", "2026-11-21"),
        "tests/integration/test_redrive.py::test_two": Result("failed", "2026-11-21"),
    }
    Results(tests=ran).keep(tmp_path / "build/results/local.json")
    skipped = Result("skipped", "2026-11-21", 0.1, "needs delay, which localstack lacks: nothing waits")
    Results(tests={"tests/integration/test_queue.py::test_delay[0]": skipped}).keep(
        tmp_path / "build/results/second.json"
    )
    return tmp_path


def test_only_what_proves_a_row_is_taken_over_and_no_seconds(repository: Path) -> None:
    rows = systems.read(repository / "docs/systems.toml")
    written = results.take_over(repository, rows)
    assert [file.name for file in written] == ["ministack.json", "localstack.json"]
    kept = results.kept(repository)
    assert kept["ministack"] == {
        "tests/integration/test_queue.py::test_delay": Result("passed", "2026-11-21"),
        "tests/integration/test_redrive.py": Result("failed", "2026-11-21"),
    }
    assert kept["aws"] == {}


def test_the_page_says_what_ran_what_did_not_and_why(repository: Path) -> None:
    results.take_over(repository, systems.read(repository / "docs/systems.toml"))
    write(repository)
    text = (repository / "docs/systems.md").read_text()
    first, second = (next(line for line in text.splitlines() if line.startswith(f"| {n} | ")) for n in (1, 2))
    assert "| 1 passed, 1 not run | 1 skipped, 1 not run | not run | done |" in first
    assert "| 1 failed | not run | not run | done |" in second
    assert "| 1 | LocalStack | [`test_delay`](../tests/integration/test_queue.py) | needs delay, which" in text


def test_results_of_a_later_run_replace_those_they_are_of_and_no_others(repository: Path) -> None:
    rows = systems.read(repository / "docs/systems.toml")
    results.take_over(repository, rows)
    (repository / "build/results/local.json").unlink()
    later = {"tests/integration/test_redrive.py::test_two": Result("passed", "2026-12-01")}
    Results(tests=later).keep(repository / "build/results/local.json")
    results.take_over(repository, rows)
    kept = results.kept(repository)["ministack"]
    assert {name: result.on for name, result in kept.items()} == {
        "tests/integration/test_queue.py::test_delay": "2026-11-21",
        "tests/integration/test_redrive.py": "2026-12-01",
    }
