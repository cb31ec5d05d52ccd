from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from eventyard.config import Settings, load

if TYPE_CHECKING:
    from pathlib import Path

QUEUE = 'module "jobs" {\n  source = "SOURCE"\n}\n'


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another team's repository: one stack, whose modules are the kit's by tag."""
    stack = tmp_path / "terraform/stacks/shop"
    stack.mkdir(parents=True)
    source = "git::https://example.com/kit.git//terraform/modules/queue?ref=v1.2.3"
    (stack / "main.tf").write_text(QUEUE.replace("SOURCE", source))
    (tmp_path / "eventyard.toml").write_text('[project]\nname = "corner-shop"\n')
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def settings(root: Path) -> Settings:
    return load(root)
