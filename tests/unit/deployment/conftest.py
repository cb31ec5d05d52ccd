from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console as RichConsole

from eventyard.config import Environment, Settings
from eventyard.console import Console
from eventyard.deployment import Context, Target

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STACK = 'output "url" {\n  value = "u"\n}\n\noutput "word" {\n  value     = "w"\n  sensitive = true\n}\n'


def quiet() -> Console:
    def made() -> RichConsole:
        return RichConsole(file=io.StringIO(), soft_wrap=True, highlight=False, markup=False)

    return Console(made(), made())


class FixedTarget(Target):
    """A target that is there already, and of which nothing is asked."""

    emulator = None
    name = "one"

    @property
    def incarnation(self) -> str:
        return self.name


@pytest.fixture
def context(tmp_path: Path) -> Callable[..., Context]:
    (tmp_path / "terraform/stacks/jobs").mkdir(parents=True)
    (tmp_path / "terraform/stacks/jobs/main.tf").write_text(STACK)

    def make(**environment: Any) -> Context:
        chosen = Environment.model_validate({"name": "local", **environment})
        settings = Settings(root=tmp_path, environments={chosen.name: chosen})
        build = tmp_path / "build"
        return Context(settings, chosen, "jobs", build, FixedTarget(chosen, build), quiet())

    return make


def said(context: Context) -> str:
    file = context.console.err.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()
