"""Every module's own tests, on a copy: `init` and `test` write into the folder they run in."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from filelock import FileLock

from eventyard.plans.offline import Answers

REPOSITORY = Path(__file__).resolve().parents[2]
MODULES = sorted(path.parent.name for path in REPOSITORY.glob("terraform/modules/*/versions.tf"))


@pytest.mark.parametrize("module", MODULES)
def test_module(module: str, terraform: Path, terraform_environment: dict[str, str]) -> None:
    source = REPOSITORY / "terraform/modules" / module
    assert list(source.glob("tests/*.tftest.hcl")), f"terraform/modules/{module}/tests holds no *.tftest.hcl"
    copy = REPOSITORY / "build/modules" / module
    copy.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(copy.with_suffix(".lock")), Answers() as answers:
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(source, copy, ignore=shutil.ignore_patterns(".terraform*"))
        environment = {**os.environ, **terraform_environment, **answers.environment}
        for arguments in (["init", "-input=false"], ["test"]):
            done = subprocess.run(
                [str(terraform), *arguments, "-no-color"],
                cwd=copy,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            asked = f"\nasked AWS for: {', '.join(answers.refused)}" if answers.refused else ""
            assert done.returncode == 0, f"terraform {arguments[0]} in {copy}\n{done.stdout}\n{done.stderr}{asked}"
