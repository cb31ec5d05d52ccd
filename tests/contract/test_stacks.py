"""Stacks as they would be applied to an account: the plan policy at the first plan, and checkov."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eventyard import environments
from eventyard.plans import policy, summarise
from eventyard.reference import controls

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


def test_checkov_finds_nothing_and_every_skip_has_its_reason(
    tree: Path, planned: Planned, pytestconfig: pytest.Config
) -> None:
    """One run over all plans; with their sources at hand, without which skips in them are not seen."""
    stacks = [] if pytestconfig.getoption("--modules", None) else STACKS
    plans = [planned(name)[0] for name in (*stacks, "modules")]
    python = environments.ensure("checkov", build=REPOSITORY / "build")
    done = subprocess.run(
        [
            *(str(python), "-m", "checkov.main", "--framework", "terraform_plan", "--output", "json"),
            *("--skip-download", "--repo-root-for-plan-enrichment", str(tree)),
            *(argument for plan in plans for argument in ("--file", str(plan))),
        ],
        cwd=tree,
        env={**os.environ, "LOG_LEVEL": "ERROR"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip(), done.stderr
    reports = json.loads(done.stdout)
    every = reports if isinstance(reports, list) else [reports]
    assert sum(report["summary"]["resource_count"] for report in every) > 0
    assert sum(report["summary"]["parsing_errors"] for report in every) == 0
    results = [report["results"] for report in every]
    failed = {
        f"{check['check_id']} {check['check_name']}: {check['resource']} ({check['file_path']})"
        for result in results
        for check in result["failed_checks"]
    }
    skipped = [check for result in results for check in result.get("skipped_checks", [])]
    unexplained = {
        f"{check['check_id']} {check['resource']}"
        for check in skipped
        if not (check["check_result"].get("suppress_comment") or "").strip(" .")
    }
    assert sorted(failed) == []
    assert sorted(unexplained) == []
    if pytestconfig.getoption("--modules", None):
        return  # what docs/controls.md claims is true of all modules together
    passed = {check["check_id"] for result in results for check in result["passed_checks"]}
    claimed = {name for control in controls.read(REPOSITORY) for name in control["checkov"]}
    assert sorted(claimed - passed) == []
