"""Every HCL example of every module's README plans, makes what its first line promises, and keeps the plan policy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eventyard.plans import policy
from eventyard.reference import examples

REPOSITORY = Path(__file__).resolve().parents[2]
MODULES = sorted(path.parent for path in REPOSITORY.glob("terraform/modules/*/versions.tf"))
Planned = Callable[[str], tuple[Path, dict[str, Any]]]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_every_example_plans_and_makes_what_it_promises(module: Path, planned: Planned) -> None:
    found = examples.read(module / "README.md")
    assert found, "a README opens with the shortest useful example"
    _, plan = planned("modules")
    promised = {example.number: (example.modules, example.resources) for example in found}
    assert {example.number: example.makes(plan, module.name) for example in found} == promised


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_no_example_breaks_the_plan_policy(module: Path, planned: Planned) -> None:
    """Each README by itself: those of two modules may call what they make alike."""
    _, plan = planned("modules")
    own = [entry for entry in plan["resource_changes"] if entry["address"].startswith(f"module.{module.name}.")]
    assert own
    found = policy.judge({**plan, "resource_changes": own})
    assert [f"{f.verdict} {f.rule} {f.address}: {f.message}" for f in found] == []
