"""What is generated is what its sources say now, and what it names is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from eventyard.reference import check
from eventyard.reference.systems import System, read

REPOSITORY = Path(__file__).resolve().parents[2]
SYSTEMS = read(REPOSITORY / "docs/systems.toml")
ROWS = 68


@pytest.mark.parametrize("outcome", check(REPOSITORY), ids=lambda outcome: str(outcome.file.relative_to(REPOSITORY)))
def test_generated_docs_are_fresh(outcome: object) -> None:
    assert outcome.fresh, "run `make docs`"  # type: ignore[attr-defined]


def test_no_row_is_dropped() -> None:
    assert [system.number for system in SYSTEMS] == list(range(1, ROWS + 1))


@pytest.mark.parametrize("system", [s for s in SYSTEMS if s.state != "planned"], ids=lambda s: f"row-{s.number}")
def test_what_proves_a_row_is_there(system: System) -> None:
    for proof in system.proof:
        path, _, name = proof.partition("::")
        file = REPOSITORY / path
        assert file.exists(), f"row {system.number}: {path} is not there"
        text = file.read_text() if name else ""
        assert not name or f"def {name}(" in text or f'run "{name}" {{' in text, f"row {system.number}: no {proof}"


@pytest.mark.parametrize("system", [s for s in SYSTEMS if s.state != "planned"], ids=lambda s: f"row-{s.number}")
def test_what_provides_a_row_is_there(system: System) -> None:
    for name in system.provided_by:
        folders = [REPOSITORY / "terraform" / kind / name for kind in ("modules", "stacks")]
        assert name == "every stack" or any(folder.is_dir() for folder in folders), f"row {system.number}: {name}"
