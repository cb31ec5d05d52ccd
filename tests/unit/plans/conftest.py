from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from eventyard import tools
from eventyard.plans import offline

BUILD = Path(__file__).resolve().parents[3] / "build"


@pytest.fixture(scope="session")
def fixture_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("plans") / "root"
    shutil.copytree(Path(__file__).parent / "fixtures", root)
    return root


@pytest.fixture(scope="session")
def plan(fixture_root: Path) -> dict[str, Any]:
    """One real plan: `moving` meets a state, everything else is a first apply."""
    return offline.plan(
        fixture_root,
        terraform=tools.terraform("terraform", BUILD),
        environment=tools.terraform_environment(BUILD),
        state=fixture_root / "moving/state.json",
    )


@pytest.fixture(scope="session")
def state(fixture_root: Path, plan: dict[str, Any]) -> dict[str, Any]:
    """The state that `moving` met, as Terraform shows it; the plan has initialised the folder."""
    done = subprocess.run(
        [str(tools.terraform("terraform", BUILD)), "show", "-json", "moving/state.json"],
        cwd=fixture_root,
        env={**os.environ, **tools.terraform_environment(BUILD)},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found
