"""Checkov on every stack and every README's examples: what it finds is explained beside the resource, or mended."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eventyard import environments
from eventyard.reference import controls

if TYPE_CHECKING:
    import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
STACKS = sorted(f"stacks/{path.parent.name}" for path in (REPOSITORY / "terraform").glob("stacks/*/versions.tf"))
Planned = Callable[[str], tuple[Path, dict[str, Any]]]

_MODULE = re.compile(r"module\.([\w-]+)(?:\[[^]]*\])?\.")


def test_checkov_finds_nothing_that_is_not_explained_beside_the_resource(
    planned: Planned, tree: Path, pytestconfig: pytest.Config
) -> None:
    """Skips are read here: checkov takes those of any module that has a resource of the same name."""
    one_module = pytestconfig.getoption("--modules", None)
    plans = dict(planned(name) for name in (*([] if one_module else STACKS), "modules"))
    results = _checked(list(plans))
    skips = cache(controls.skipped)
    failed, unexplained = set(), set()
    for check in results["failed"]:
        file, address = Path(check["file_abs_path"]), check["resource"]
        folder, resource = _written(address, plans[file], file.parent)
        reason = skips(REPOSITORY / folder.resolve().relative_to(tree.resolve())).get((resource, check["check_id"]))
        if reason is None:
            failed.add(f"{check['check_id']} {check['check_name']}: {address} ({folder.name})")
        elif not reason.strip(" ."):
            unexplained.add(f"{check['check_id']} {address}")
    assert sorted(failed) == []
    assert sorted(unexplained) == []
    if one_module:
        return  # what docs/controls.md claims is true of all modules together
    claimed = {name for control in controls.read(REPOSITORY) for name in control["checkov"]}
    assert sorted(claimed - {check["check_id"] for check in results["passed"]}) == []


def _checked(files: list[Path]) -> dict[str, list[dict[str, Any]]]:
    """Run checkov once over all plans; return what failed and what passed."""
    python = environments.ensure("checkov", build=REPOSITORY / "build")
    done = subprocess.run(
        [
            *(str(python), "-m", "checkov.main", "--framework", "terraform_plan", "--output", "json"),
            *("--skip-download", *(argument for file in files for argument in ("--file", str(file)))),
        ],
        env={**os.environ, "LOG_LEVEL": "ERROR"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip(), done.stderr
    found = json.loads(done.stdout)
    reports = found if isinstance(found, list) else [found]
    assert sum(report["summary"]["resource_count"] for report in reports) > 0
    assert sum(report["summary"]["parsing_errors"] for report in reports) == 0
    return {
        verdict: [check for report in reports for check in report["results"][f"{verdict}_checks"]]
        for verdict in ("failed", "passed")
    }


def _written(address: str, plan: dict[str, Any], folder: Path) -> tuple[Path, str]:
    """Return the folder a resource is written in, following the modules of its address, and `type.name`."""
    module = plan["configuration"]["root_module"]
    rest = address
    while found := _MODULE.match(rest):
        call = module["module_calls"][found[1]]
        folder, module, rest = folder / call["source"], call["module"], rest[found.end() :]
    return folder, rest.partition("[")[0]
