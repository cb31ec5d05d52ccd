"""Every module's own tests, on a copy: `init` and `test` write into the folder they run in."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock
from tests.contract.shared_provider import SharedProvider, started

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).resolve().parents[2]
MODULES = sorted(path.parent.name for path in REPOSITORY.glob("terraform/modules/*/versions.tf"))


@pytest.fixture(scope="module")
def provider(
    terraform: Path, terraform_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SharedProvider]:
    with started(terraform, terraform_environment, tmp_path_factory.mktemp("provider")) as provider:
        yield provider


@pytest.mark.parametrize("module", MODULES)
def test_module(module: str, terraform: Path, provider: SharedProvider) -> None:
    source = REPOSITORY / "terraform/modules" / module
    assert list(source.glob("tests/*.tftest.hcl")), f"terraform/modules/{module}/tests holds no *.tftest.hcl"
    copy = REPOSITORY / "build/modules" / module
    copy.parent.mkdir(parents=True, exist_ok=True)
    known = len(provider.answers.refused)
    with FileLock(copy.with_suffix(".lock")):
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(source, copy, ignore=shutil.ignore_patterns(".terraform*"))
        for arguments in (["init", "-input=false"], ["test"]):
            done = subprocess.run(
                [str(terraform), *arguments, "-no-color"],
                cwd=copy,
                env={**os.environ, **provider.environment},
                capture_output=True,
                text=True,
                check=False,
            )
            refused = provider.answers.refused[known:]
            asked = f"\nasked AWS for: {', '.join(refused)}" if refused else ""
            assert done.returncode == 0, f"terraform {arguments[0]} in {copy}\n{done.stdout}\n{done.stderr}{asked}"
