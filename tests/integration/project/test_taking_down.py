"""`destroy`: protected things stay, and of the others nothing is left."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from eventyard.testing.leftovers import inventory

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.support.projects import Project

SETTINGS = """
[environments.local]
port    = 0
protect = true
"""

NOTE = """
variable "protect" {
  type = bool
}

resource "aws_dynamodb_table" "notes" {
  name                        = "${var.prefix}-notes"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "id"
  deletion_protection_enabled = var.protect

  attribute {
    name = "id"
    type = "S"
  }
}

output "table" {
  value = aws_dynamodb_table.notes.name
}
"""


@pytest.fixture(scope="module")
def project(make_project: Callable[..., Project]) -> Project:
    """A project whose local environment is protected, as one on AWS is."""
    made = make_project(SETTINGS)
    made.stack("note", NOTE)
    made.run("apply")
    return made


def test_protection_goes_by_an_apply_and_then_everything_goes(project: Project) -> None:
    state = project.stack_folder("note") / "state/terraform.tfstate"
    before = state.read_bytes()

    refused = project.run("destroy", "--yes", code=1)
    assert "`local` is protected: nothing was changed" in refused.err
    assert "eventyard.toml: environments.local.protect" in refused.err
    assert "set `protect = false` there" in refused.err

    project.write("eventyard.toml", SETTINGS.replace("true", "false"))
    still = project.run("destroy", "--yes", code=1)
    assert "still protected as applied: nothing was changed" in still.err
    assert "aws_dynamodb_table.notes" in still.err
    assert state.read_bytes() == before

    project.run("apply")
    unasked = project.run("destroy", code=1)
    assert "aws_dynamodb_table.notes holds" in unasked.err
    assert "stdin is not a terminal" in unasked.err

    project.run("destroy", "--yes")
    left = inventory(project.emulator().session())
    assert json.loads(state.read_text())["resources"] == []
    assert "nothing is there" in project.run("destroy", "--yes").err
    assert "is not applied in `local`" in project.run("outputs", code=1).err
    project.run("local", "reset")
    assert left == inventory(project.emulator().session())  # what an empty one has, such as the default bus
