"""Which tests stay together when both processors are used."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent
SHARING = ("emulator", "modules")
"""Folders whose tests share one emulator and what is applied on it."""


def pytest_itemcollected(item: pytest.Item) -> None:
    """Keep the tests that share fixtures on one worker: a file's, and all of a folder's that shares one emulator.

    Here, and not when the collection is done, because xdist reads the groups then.
    """
    if item.get_closest_marker("xdist_group"):
        return
    within = item.path.relative_to(HERE)
    item.add_marker(pytest.mark.xdist_group(within.parts[0] if within.parts[0] in SHARING else within.as_posix()))
