"""Which tests stay together when both processors are used, and which are about one target alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.integration.support import library

HERE = Path(__file__).parent
SHARING = ("capabilities", "emulator", "localstack", "faults")
"""Folders whose tests share one emulator and what is applied on it."""

ELSEWHERE = {
    "emulator": ("ministack", "is about MiniStack and what the kit adds to it"),
    "localstack": ("localstack", "is about LocalStack and what the kit adds to it"),
    "project": ("ministack", "is about the script layer, in projects of its own on MiniStack"),
    "outside": ("ministack", "is about modules in two states, in projects of its own on MiniStack"),
    "modules/test_adoption.py": ("ministack", "makes by hand what modules are put under, on MiniStack"),
    "modules/test_refused.py": ("ministack", "is about what MiniStack refuses of the modules"),
    "modules/test_upgrade.py": (
        "ministack",
        "is about plans, which are the same on any target",
    ),
}
"""What runs on one target whatever `--env` says: there it is left to that target's own run."""


def pytest_itemcollected(item: pytest.Item) -> None:
    """Keep the tests that share fixtures on one worker: those of a file, a shelf, a folder that shares one emulator.

    Here, and not when the collection is done, because xdist reads the groups then.
    """
    if item.get_closest_marker("xdist_group"):
        return
    within = item.path.relative_to(HERE)
    group = within.parts[0] if within.parts[0] in SHARING else within.as_posix()
    if within.parts[0] == "modules":
        group = f"modules-{_shelf(item)}"
    item.add_marker(pytest.mark.xdist_group(group))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave what is about another target to that target's run: a line for each folder, and not a skip for each test."""
    target = _target(config)
    kept, left = [], []
    for item in items:
        (left if _elsewhere(item, target) else kept).append(item)
    items[:] = kept
    if left:
        config.hook.pytest_deselected(items=left)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say what is left to another target's run, and why."""
    left = [(place, *named) for place, named in ELSEWHERE.items() if named[0] != _target(config)]
    if left:
        terminalreporter.section("left to another target's run")
    for place, own, why in left:
        terminalreporter.line(f"tests/integration/{place} {why}: `make integration{_run_of(own)}`")


def _target(config: pytest.Config) -> str:
    from eventyard.config import load  # noqa: PLC0415 - pydantic is slow to import

    return load(config.rootpath).environment(config.getoption("--env")).target


def _run_of(target: str) -> str:
    return "" if target == "ministack" else f" ENV={target}"


def _elsewhere(item: pytest.Item, target: str) -> bool:
    if HERE not in item.path.parents:
        return False
    within = item.path.relative_to(HERE)
    own = ELSEWHERE.get(within.parts[0]) or ELSEWHERE.get(within.as_posix())
    return own is not None and own[0] != target


def _shelf(item: pytest.Item) -> str:
    """Return the shelf of modules a test looks at."""
    call = getattr(item, "callspec", None)
    if call is not None and "shelf" in call.params:
        return str(call.params["shelf"])
    mark = item.get_closest_marker("of")
    return library.shelf_of(mark.args[0]) if mark else item.path.stem
