"""The ten tasks of docs/modules.md plan as they are written, and what the tables count is what is there."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from eventyard.plans import offline, policy
from eventyard.reference import comparison, controls
from eventyard.reference.counting import leaves
from eventyard.reference.examples import Example

REPOSITORY = Path(__file__).resolve().parents[2]
TASKS = sorted((REPOSITORY / comparison.TASKS).glob("*/ours.tf"))
MODULES = {path.parent.name for path in REPOSITORY.glob("terraform/modules/*/versions.tf")}
MOST_LEAVES = 60
PROVIDER = 'provider "aws" {\n  s3_use_path_style = true\n}\n'


def test_every_task_plans_and_keeps_the_plan_policy(
    tree: Path, terraform: Path, terraform_environment: dict[str, str]
) -> None:
    root = tree / "roots/tasks"
    calls = []
    for task in TASKS:
        name = re.sub(r"\W", "_", f"task_{task.parent.name}")
        folder = root / name
        shutil.copytree(task.parent, folder, ignore=shutil.ignore_patterns("*.tf"))
        text = Example(1, task.read_text(encoding="utf-8"), 0, 0).rooted("../../../terraform/modules")
        (folder / "main.tf").write_text(text)
        calls.append(f'module "{name}" {{\n  source = "./{name}"\n}}\n')
    (root / "main.tf").write_text("\n".join([PROVIDER, *calls]))
    plan = offline.plan(root, terraform=terraform, environment=terraform_environment)
    made = {entry["address"].split(".")[1] for entry in plan["resource_changes"] if entry["mode"] == "managed"}
    assert len(made) == len(TASKS) == 10
    assert [f"{f.verdict} {f.rule} {f.address}: {f.message}" for f in policy.judge(plan)] == []


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.parent.name)
def test_ours_is_the_shorter(task: Path) -> None:
    ours, public = (comparison.size((task.parent / name).read_text()) for name in ("ours.tf", "public.tf"))
    assert ours[0] < public[0]
    assert ours[1] < public[1]


def test_every_module_has_its_public_counterpart_named() -> None:
    table = comparison.modules(REPOSITORY)
    assert [name for name in sorted(MODULES) if f"/{name})" not in table] == []


def test_controls_name_modules_there_are() -> None:
    named = {name for control in controls.read(REPOSITORY) for name in control["modules"]}
    assert named - MODULES == set()


@pytest.mark.parametrize("module", sorted(MODULES))
def test_no_input_hides_a_module_of_its_own(module: str) -> None:
    folder = REPOSITORY / "terraform/modules" / module
    text = "\n".join(file.read_text() for file in sorted(folder.glob("variables*.tf")))
    types = re.findall(r'^variable "(\w+)" \{\n.*?^  type\s*= (.*?)^(?:  \w|\})', text, re.MULTILINE | re.DOTALL)
    assert types
    assert {name: leaves(written) for name, written in types if leaves(written) >= MOST_LEAVES} == {}
