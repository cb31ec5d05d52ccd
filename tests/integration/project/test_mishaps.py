"""What goes wrong in the middle: two at once, a refusal, an interrupt, an emulator that is gone."""

from __future__ import annotations

import json
import os
import signal
import socket
from typing import TYPE_CHECKING

import pytest

from eventyard.testing.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.integration.support.projects import Project

# On a busy machine a parameter that nobody had made was now and then "already there"; why is not known.
# These may be made over.
# Something that is made, something that takes until the file `gate` is there, something after it.
GATED = """
resource "aws_ssm_parameter" "before" {
  name  = "/${var.prefix}/before"
  type  = "String"
  value = "made"

  overwrite = true
}

resource "terraform_data" "gate" {
  input = aws_ssm_parameter.before.name

  provisioner "local-exec" {
    command = "until [ -e ../../../../gate ]; do sleep 0.1; done"
  }
}

resource "aws_ssm_parameter" "after" {
  depends_on = [terraform_data.gate]
  name       = "/${var.prefix}/after"
  type       = "String"
  value      = "made"
  overwrite  = true
}

output "name" {
  value = aws_ssm_parameter.after.name
}
"""

TWO = """
resource "aws_ssm_parameter" "free" {
  name      = "/${var.prefix}/free"
  type      = "String"
  value     = "made"
  overwrite = true
}

resource "aws_ssm_parameter" "taken" {
  name  = "/${var.prefix}/taken"
  type  = "String"
  value = "made"
}

output "name" {
  value = aws_ssm_parameter.taken.name
}
"""


@pytest.fixture(scope="module")
def project(make_project: Callable[..., Project]) -> Project:
    """The project, with an emulator that runs."""
    made = make_project()
    made.stack("gated", GATED)
    made.stack("two", TWO)
    made.run("local", "up")
    return made


@pytest.fixture
def closed_gate(project: Project) -> Iterator[None]:
    """A gate that the test opens, and that stays open afterwards."""
    yield
    project.write("gate", "")


def test_interrupted_apply_is_healed_by_the_next(project: Project, closed_gate: None) -> None:
    applying = project.start("apply", "--stack", "gated")
    holder = project.until_held("gated")
    assert holder["pid"] == applying.pid

    second = project.run("apply", "--stack", "gated", code=1)
    assert "Another run is at work on `gated` in `local`" in second.err
    assert f"`eventyard apply --stack gated`, process {applying.pid}, since " in second.err

    eventually(lambda: "/gated-local/before" in project.parameters(), timeout=90)
    applying.send_signal(signal.SIGINT)
    _, said = applying.communicate(timeout=90)
    assert applying.returncode != 0
    assert "interrupted" in said
    assert "`eventyard apply --stack gated --env local` goes on from there" in said

    project.write("gate", "")
    assert project.run("apply", "--stack", "gated", "--json").data == {"name": "/gated-local/after"}
    assert project.run("plan", "--stack", "gated", "--json").data["changes_pending"] is False


def test_failed_apply_names_the_line_and_the_next_goes_on(project: Project) -> None:
    ssm = project.client("ssm")
    ssm.put_parameter(Name="/two-local/taken", Value="somebody's", Type="String")
    failed = project.run("apply", "--stack", "two", code=1)
    assert "ParameterAlreadyExists" in failed.err
    assert "terraform/stacks/two/main.tf:" in failed.err
    assert "aws_ssm_parameter.taken" in failed.err
    assert "what was made is in the state" in failed.err
    state = json.loads((project.stack_folder("two") / "state/terraform.tfstate").read_text())
    assert [one["name"] for one in state["resources"]] == ["free"]

    project.stack("two", TWO.replace('"taken" {', '"taken" {\n  overwrite = true'))
    assert "1 to create" in project.run("plan", "--stack", "two").out
    project.run("apply", "--stack", "two", "--plan")
    assert project.parameters()["/two-local/taken"] == "made"


def test_killed_emulator_is_started_anew_and_filled_again(project: Project) -> None:
    project.run("apply")
    gone = project.emulator()
    assert gone.pid is not None
    os.kill(gone.pid, signal.SIGKILL)

    done = project.run("apply")
    assert "everything is created again" in done.err
    assert project.emulator().pid != gone.pid
    assert project.parameters()["/note-local/text"] == "first"


def test_emptied_emulator_is_filled_again(project: Project) -> None:
    project.run("apply")
    project.run("local", "reset")
    assert project.parameters() == {}
    assert "everything is created again" in project.run("apply").err
    assert project.parameters()["/note-local/text"] == "first"


def test_pid_file_that_names_a_stranger_is_stale(project: Project) -> None:
    project.run("local", "down")
    project.run("local", "status", code=1)
    project.run("local", "up")
    record = project.folder / "build/local/emulator/emulator.json"
    ours = json.loads(record.read_text())
    record.write_text(json.dumps({**ours, "pid": os.getpid()}))

    project.run("local", "up")  # does not end the process that has that pid: this one
    try:
        assert project.emulator().pid not in (os.getpid(), ours["pid"])
    finally:
        os.kill(ours["pid"], signal.SIGTERM)


def test_taken_port_is_named(make_project: Callable[..., Project]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]
        refused = make_project(f"[environments.local]\nport = {port}\n").run("local", "up", code=1)
    assert f"Port {port} is taken by another program" in refused.err
