"""`eventyard new`, typed in another team's repository."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from eventyard.cli.app import app
from eventyard.errors import EventyardError

if TYPE_CHECKING:
    from pathlib import Path

RUNNER = CliRunner()


def files(root: Path) -> set[str]:
    return {str(file.relative_to(root)) for file in root.rglob("*") if file.is_file()}


def test_what_was_made_is_on_stdout_and_what_comes_next_beside_it(root: Path) -> None:
    done = RUNNER.invoke(app, ["new", "handler", "greet", "--stack", "shop"])
    assert done.stdout.split() == ["handlers/shop/greet", "tests/unit/shop/test_greet.py"]
    assert "next:\n  run `pytest tests/unit/shop/test_greet.py`" in done.stderr
    assert "  add to `terraform/stacks/shop/main.tf`, with the queues it is for:\n      module" in done.stderr


def test_programs_get_both_as_json(root: Path) -> None:
    done = json.loads(RUNNER.invoke(app, ["new", "module", "audit-log", "--json"]).stdout)
    assert done["made"] == [str(root / "terraform/modules/audit-log")]
    assert {"do", "file", "lines"} == set(done["next"][0])


def test_a_second_time_changes_nothing(root: Path) -> None:
    RUNNER.invoke(app, ["new", "stack", "order-events"])
    main = root / "terraform/stacks/order-events/main.tf"
    main.write_text("mine\n")
    before = files(root)
    error = RUNNER.invoke(app, ["new", "stack", "order-events"]).exception
    assert isinstance(error, EventyardError)
    assert error.what == "`terraform/stacks/order-events` is there already, and nothing was written"
    assert (files(root), main.read_text()) == (before, "mine\n")


@pytest.mark.parametrize(
    "words",
    [
        ["module", "Audit_Log"],
        ["stack", "json"],
        ["handler", "x-y", "--stack", "shop"],
        ["handler", "x", "--stack", "no"],
    ],
)
def test_what_is_refused_writes_nothing(root: Path, words: list[str]) -> None:
    before = files(root)
    assert isinstance(RUNNER.invoke(app, ["new", *words]).exception, EventyardError)
    assert files(root) == before
