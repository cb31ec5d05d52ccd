"""Stacks as they would be applied to an account: the plan policy at the first plan."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eventyard.plans import policy, summarise

REPOSITORY = Path(__file__).resolve().parents[2]
TERRAFORM = REPOSITORY / "terraform"
STACKS = sorted(f"stacks/{path.parent.name}" for path in TERRAFORM.glob("stacks/*/versions.tf"))
Planned = Callable[[str], tuple[Path, dict[str, Any]]]


@pytest.mark.parametrize("stack", STACKS)
def test_the_first_plan_keeps_the_policy_and_hides_nothing_from_it(stack: str, planned: Planned) -> None:
    _, plan = planned(stack)
    assert [f"{f.verdict} {f.rule} {f.address}: {f.message}" for f in policy.judge(plan)] == []


@pytest.mark.parametrize("stack", STACKS)
def test_a_first_plan_only_creates(stack: str, planned: Planned) -> None:
    _, plan = planned(stack)
    counts = summarise(plan).counts
    assert counts.pop("create") > 0
    assert set(counts.values()) == {0}
