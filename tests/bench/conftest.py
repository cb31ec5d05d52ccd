"""The bench is run on demand: a run of everything leaves it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Collect the bench only when its folder, or a file of it, was named."""
    return None if any("bench" in argument for argument in config.args) else True
