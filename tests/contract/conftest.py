"""What the contract layer shares: the repository, Terraform without AWS, and each root planned once a run."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from eventyard import rendering, tools
from eventyard.config import Environment, Settings
from eventyard.diagrams import planning
from eventyard.plans import offline
from eventyard.reference import examples

REPOSITORY = Path(__file__).resolve().parents[2]
BUILD = REPOSITORY / "build"

Planned = Callable[[str], tuple[Path, dict[str, Any]]]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a person who works on one module plan the examples of that one's README alone."""
    parser.addoption("--modules", default=None, help="plan these modules' examples alone: queue,topic")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is of another module, or of a stack."""
    asked = config.getoption("--modules", None)
    if not asked:
        return
    names = set(asked.split(","))
    kept = [item for item in items if _about(item) & names or "test_checkov" in item.nodeid]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def _about(item: pytest.Item) -> set[str]:
    """Return the words of a test's parameters: `modules/queue` is about `queue`."""
    return set(item.nodeid.partition("[")[2].rstrip("]").split("/")) - {""}


@pytest.fixture(scope="session")
def terraform() -> Path:
    return tools.terraform("terraform", BUILD)


@pytest.fixture(scope="session")
def terraform_environment() -> dict[str, str]:
    return tools.terraform_environment(BUILD)


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of `terraform/` with this run's roots beside it: plans write there, checkov reads sources there.

    The workers of one run share it; another run at the same time has its own.
    """
    base = tmp_path_factory.getbasetemp()
    tree = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "contract"
    with FileLock(tree.with_suffix(".lock")):
        if not tree.exists():
            copy = tree.with_suffix(".part")
            shutil.copytree(REPOSITORY / "terraform", copy / "terraform", ignore=shutil.ignore_patterns(".terraform*"))
            (copy / "handlers").symlink_to(REPOSITORY / "handlers")
            copy.rename(tree)
    return tree


@pytest.fixture(scope="session")
def planned(tree: Path, terraform: Path, terraform_environment: dict[str, str], pytestconfig: pytest.Config) -> Planned:
    """`modules` (the examples of all READMEs) or `stacks/NAME`, planned once a run, whichever worker asks first.

    One plan for all modules: a provider takes longer to start than a module to be planned.
    """

    asked = pytestconfig.getoption("--modules", None)

    def planned(name: str) -> tuple[Path, dict[str, Any]]:
        root = tree / "roots" / name
        root.mkdir(parents=True, exist_ok=True)
        file = root / "plan.json"
        with FileLock(root / ".lock"):
            if not file.exists():
                if name == "modules":
                    modules = sorted((tree / "terraform/modules").glob("*/README.md"))
                    wanted = [one for one in modules if not asked or one.parent.name in asked.split(",")]
                    found = {readme.parent.name: examples.read(readme) for readme in wanted}
                    examples.write_root(found, root, modules="../../terraform/modules")
                else:
                    _render(name.removeprefix("stacks/"), tree, root)
                plan = offline.plan(root, terraform=terraform, environment=terraform_environment)
                file.write_text(json.dumps(plan))
        return file, json.loads(file.read_text())

    return planned


def _render(stack: str, tree: Path, root: Path) -> None:
    """Write the root the kit writes, for a protected environment of an account that isn't there."""
    environment = Environment(name="contract", account=offline.ACCOUNT, region=offline.REGION, protect=True)
    settings = Settings(root=tree, environments={environment.name: environment})
    rendering.render(planning.root(settings, environment, stack, root, {}), root, {})
