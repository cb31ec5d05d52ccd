"""Which tests stay together when both processors are used."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent


# First, for xdist reads the groups in the same hook.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests that share fixtures on one worker: a file's, and all of the emulator's."""
    for item in items:
        if not item.path.is_relative_to(HERE) or item.get_closest_marker("xdist_group"):
            continue
        within = item.path.relative_to(HERE)
        group = within.parts[0] if within.parts[0] == "emulator" else within.as_posix()
        item.add_marker(pytest.mark.xdist_group(group))
