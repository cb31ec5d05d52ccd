"""`eventyard diagram`, on a plan that is at hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.unit.diagrams.plans import PREFIX, function, plan, queue, resource
from typer.testing import CliRunner

from eventyard.cli.app import app
from eventyard.errors import EventyardError

if TYPE_CHECKING:
    from pathlib import Path

RUNNER = CliRunner()
README = """# shop

Sells.

<!-- BEGIN diagram -->
old
<!-- END diagram -->

## More
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    stack = tmp_path / "terraform/stacks/shop"
    stack.mkdir(parents=True)
    (stack / "main.tf").write_text('variable "prefix" {\n  type = string\n}\n')
    (stack / "README.md").write_text(README)
    mapping = resource(
        "work.aws_lambda_event_source_mapping.this",
        event_source_arn=f"arn:aws:sqs:eu-west-1:123456789012:{PREFIX}-jobs",
    )
    (tmp_path / "plan.json").write_text(json.dumps(plan(queue("jobs"), function("work"), mapping)))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(*words: str) -> EventyardError:
    error = RUNNER.invoke(app, ["diagram", *words]).exception
    assert isinstance(error, EventyardError)
    return error


def test_stdout_has_the_picture_and_nothing_else(project: Path) -> None:
    drawn = RUNNER.invoke(app, ["diagram", "--plan", "plan.json"])
    assert drawn.stdout.startswith("flowchart LR\n")
    assert '_jobs ==>|"messages"| _work' in drawn.stdout
    assert RUNNER.invoke(app, ["diagram", "--plan", "plan.json", "--format", "svg"]).stdout.startswith("<svg ")


def test_a_folder_gets_a_file_for_each_stack(project: Path) -> None:
    RUNNER.invoke(app, ["diagram", "--plan", "plan.json", "--format", "svg", "--out", "pictures"])
    RUNNER.invoke(app, ["diagram", "--plan", "plan.json", "--out", "pictures"])
    assert sorted(file.name for file in (project / "pictures").iterdir()) == ["shop.mmd", "shop.svg"]


def test_writing_keeps_the_readme_around_the_marked_part(project: Path) -> None:
    stack = project / "terraform/stacks/shop"
    first = RUNNER.invoke(app, ["diagram", "--plan", "plan.json", "--write"])
    assert first.stdout.split() == [str(stack / "diagram.svg"), str(stack / "README.md")]
    readme = (stack / "README.md").read_text()
    assert readme.startswith("# shop\n\nSells.\n\n<!-- BEGIN diagram -->\n\n[![shop: what triggers what](diagram.svg)]")
    assert readme.endswith("```\n\n</details>\n\n<!-- END diagram -->\n\n## More\n")
    again = RUNNER.invoke(app, ["diagram", "--plan", "plan.json", "--write"])
    assert again.stdout == ""
    assert "up to date" in again.stderr


def test_what_does_not_go_together_is_refused(project: Path) -> None:
    assert "One picture fits on stdout" in refused("--stack", "all").what
    assert "A plan is of one stack" in refused("--stack", "all", "--plan", "plan.json", "--out", "x").what
    assert "two places" in refused("--write", "--out", "x").what
    (project / "no.json").write_text("[]")
    assert "is no plan" in refused("--plan", "no.json").what
    assert "can't be read" in refused("--plan", "absent.json").what


def test_an_input_from_another_stack_needs_a_plan_that_was_kept(project: Path) -> None:
    other = project / "terraform/stacks/base"
    other.mkdir()
    (other / "main.tf").write_text('output "bus" {\n  value = 1\n}\n')
    (project / "terraform/stacks/shop/inputs.tf").write_text('variable "bus" {\n  type = string\n}\n')
    inputs = 'inputs = { bus = { from = "base", output = "bus" } }'
    (project / "eventyard.toml").write_text(f"[environments.local.stacks.shop]\n{inputs}\n")
    error = refused("--stack", "shop")
    assert "`bus` is another stack's output" in error.what
    assert "--plan build/local/shop/plan/plan.json" in str(error.fix)
    assert not (project / "build").exists()
