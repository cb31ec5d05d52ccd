"""What `eventyard new` writes passes every check at once: in a copy of this repository, and in another team's."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.integration.support.projects import Project

from eventyard import scaffolding
from eventyard.config import load

if TYPE_CHECKING:
    from collections.abc import Sequence

REPOSITORY = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
MODULE, STACK, HANDLER = "audit-log", "order-events", "re_do"
MADE = ("handlers/order_events", "tests/unit/order_events", "tests/integration/test_order_events.py")


def run(folder: Path, *command: str | Path) -> str:
    """Run a command to its end, with what the folder itself has before this checkout's."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "scripts")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def begin(folder: Path, scaffold: scaffolding.Scaffold) -> None:
    """Put something new in its place, and do the edits that its owner is told to do."""
    scaffolding.place(folder, scaffold)
    for step in scaffold.then:
        if step.file.endswith((".md", ".toml")):
            edit(folder / step.file, step.lines)


def edit(file: Path, lines: Sequence[str]) -> None:
    """Add lines as a person would: a table's row among its rows, all else at the end."""
    text = file.read_text()
    if not lines[0].startswith("|"):
        file.write_text(text + "\n".join((*lines, "")))
        return
    rows = re.findall(r"^\| [^|]+ \| \[`[\w-]+`\].*$", text, re.MULTILINE)
    after = next(row for row in rows if row.split("|")[1] > lines[0].split("|")[1])
    file.write_text(text.replace(after, "\n".join((*lines, after))))


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This repository as it is now, with something new of each kind; environments and programs are shared."""
    folder = tmp_path_factory.mktemp("new") / "copy"
    left_out = shutil.ignore_patterns("build", ".git", ".*_cache", ".hypothesis", "__pycache__", ".terraform*")
    shutil.copytree(REPOSITORY, folder, ignore=left_out)
    (folder / "build").mkdir()
    for name in ("envs", "tools"):
        (folder / "build" / name).symlink_to(REPOSITORY / "build" / name)
    settings = load(folder)
    begin(folder, scaffolding.module(settings, MODULE))
    begin(folder, scaffolding.stack(settings, STACK))
    begin(folder, scaffolding.handler(settings, STACK, HANDLER))
    run(folder, sys.executable, "-m", "eventyard.reference")
    return folder


def test_python_is_clean_and_its_tests_pass(copy: Path) -> None:
    run(copy, BIN / "ruff", "check", "--quiet", "--no-cache", *MADE)
    run(copy, BIN / "ruff", "format", "--check", "--quiet", "--no-cache", *MADE)
    run(copy, BIN / "mypy", "--cache-dir", copy / "build/mypy", MADE[0])
    assert "16 passed" in run(copy, sys.executable, "-m", "pytest", "-q", MADE[1])


def test_terraform_is_formatted_and_valid(copy: Path, terraform: Path) -> None:
    run(copy, terraform, "fmt", "-check", "-recursive", f"terraform/modules/{MODULE}", f"terraform/stacks/{STACK}")
    assert "valid" in run(copy, BIN / "eventyard", "validate", "--stack", STACK)


def test_the_module_keeps_every_rule(copy: Path) -> None:
    """Its own tests, its examples planned and counted, checkov, the rules of the house, its tables."""
    chosen = run(copy, sys.executable, "-m", "pytest", "-v", "tests/contract", "--modules", MODULE)
    ran = set(re.findall(r"^tests/contract/(\w+)\.py::.* PASSED", chosen, re.MULTILINE))
    assert ran >= {"test_checkov", "test_examples", "test_native", "test_provider_majors", "test_structure"}


def test_the_stack_keeps_every_rule(copy: Path) -> None:
    """The policy at its first plan, its picture, the rules of the house, its tables; and the index has the module."""
    named = f"({STACK} or test_the_index) and not test_new"
    chosen = run(copy, sys.executable, "-m", "pytest", "-q", "tests/contract", "-k", named)
    assert re.search(r"^\d\d passed", chosen, re.MULTILINE)


@pytest.fixture
def shop(tmp_path: Path) -> Project:
    """Another team's repository, with nothing in it yet."""
    project = Project(tmp_path)
    project.write("eventyard.toml", '[project]\nname = "corner-shop"\n')
    project.write(
        "pyproject.toml", '[tool.pytest.ini_options]\naddopts = "--import-mode=importlib"\npythonpath = "handlers"\n'
    )
    return project


def test_another_team_begins_with_a_stack(shop: Project) -> None:
    refused = shop.run("new", "stack", STACK, code=1)
    assert "No modules are here" in refused.err
    modules = os.path.relpath(REPOSITORY / "terraform/modules", shop.folder / "terraform/stacks" / STACK)
    shop.run("new", "stack", STACK, "--modules", modules)
    assert f"{STACK}: valid" in shop.run("validate", "--stack", STACK).out
    shop.run("new", "handler", HANDLER, "--stack", STACK)
    assert "16 passed" in run(shop.folder, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/unit")
