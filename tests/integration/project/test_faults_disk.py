"""A disk that is full: each stage says so, the state is not lost, and with room again the next run goes on."""

from __future__ import annotations

import contextlib
import errno
import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from eventyard.testing.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.integration.support.projects import Project

SIZE = "12m"

# More of a state after the gate than a disk that is full has room for.
LARGE = """
variable "handlers" {
  type    = any
  default = {}
}

resource "aws_ssm_parameter" "before" {
  name  = "/${var.prefix}/before"
  type  = "String"
  value = "made"
}

resource "terraform_data" "gate" {
  input = aws_ssm_parameter.before.name

  provisioner "local-exec" {
    command = "touch ../../../../waiting; until [ -e ../../../../gate ]; do sleep 0.1; done"
  }
}

resource "terraform_data" "large" {
  depends_on = [terraform_data.gate]
  count      = 20
  input      = join("", [for number in range(1000) : "large ${number}"])
}

resource "aws_ssm_parameter" "after" {
  depends_on = [terraform_data.large]
  name       = "/${var.prefix}/after"
  type       = "String"
  value      = "made"
}
"""

HANDLER = "def handler(event, context):\n    return event\n"


@pytest.fixture(scope="module")
def project(make_project: Callable[..., Project]) -> Project:
    """A project with a stack whose state gets large, and whose parameters may not be made twice."""
    made = make_project("[project]\ndefault_stack = 'large'\n[environments.local]\nport = 0\n")
    made.stack("large", LARGE)
    made.write("handlers/large/answer/app.py", HANDLER)
    made.run("local", "up")
    return made


@pytest.fixture(scope="module")
def disk(project: Project) -> Iterator[Path]:
    """A small disk of its own for what the stack's runs write, in their own folder."""
    folder = project.stack_folder("large")
    folder.mkdir(parents=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", folder], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@contextlib.contextmanager
def full(disk: Path, *, but: int = 0) -> Iterator[None]:
    """Fill the disk but for some bytes; there is room again when the body ends."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
        file.truncate(file.tell() - but)
    try:
        yield
    finally:
        ballast.unlink()


def test_disk_that_was_full_from_the_start_is_named(project: Project, disk: Path) -> None:
    with full(disk):
        refused = project.run("plan", code=1)
    assert "The disk is full: No space left on device" in refused.err
    assert f"where: {disk}" in refused.err
    assert "make room there" in refused.err


def test_cache_on_a_full_disk_is_named(project: Project, disk: Path) -> None:
    cache = disk / "cache"
    with full(disk):
        refused = project.run("package", code=1, EVENTYARD_CACHE=str(cache))
    assert "No space left on device" in refused.err
    assert str(disk) in refused.err
    assert "1 made" in project.run("package", EVENTYARD_CACHE=str(cache)).err
    shutil.rmtree(cache)


def test_state_is_not_lost_on_a_disk_that_fills_up_in_mid_apply(project: Project, disk: Path) -> None:
    project.run("plan")
    shutil.rmtree(disk / "plan")
    with full(disk, but=32 * 1024):
        refused = project.run("plan", code=1)
        assert "o space left on device" in refused.err
        assert "make room" in refused.err

    applying = project.start("apply")
    eventually((project.folder / "waiting").is_file, timeout=90)
    with full(disk):
        project.write("gate", "")
        _, said = applying.communicate(timeout=120)
    assert applying.returncode == 1
    assert "no space left on device" in said
    kept = disk / "root/errored.tfstate"
    assert f"the state could not be saved in its place, and was kept: {kept}" in " ".join(said.split())
    assert "make room on the disk of" in said
    state = json.loads(kept.read_text())
    # Terraform began nothing after the first resource whose state it could not write.
    assert {"before", "gate", "large"} <= {one["name"] for one in state["resources"]}

    healed = project.run("apply")
    assert "the state that the last run could not save is in its place now" in healed.err
    assert not kept.exists()
    assert project.run("plan", "--json").data["changes_pending"] is False
    assert project.parameters() == {"/large-local/before": "made", "/large-local/after": "made"}
