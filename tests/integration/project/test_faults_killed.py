"""An apply that is killed in the middle: what is left, who says so, and that the next run heals it."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from tests.integration.project.test_mishaps import GATED

from eventyard.testing.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.integration.support.projects import Project

NUMBERS = itertools.count()
BUCKET = "corner-shop-state"
SETTINGS = f"""
[environments.local]
port = 0

[environments.remote]
endpoint = "ENDPOINT"
state    = {{ bucket = "{BUCKET}" }}
"""


@dataclass(frozen=True)
class Gated:
    """A stack that makes one thing, stops at a gate, and makes another."""

    project: Project
    stack: str
    environment: str

    @property
    def words(self) -> tuple[str, ...]:
        """What chooses it on a command line."""
        return ("--stack", self.stack, "--env", self.environment)

    def made(self) -> dict[str, str]:
        """Return its parameters that are there."""
        prefix = f"/{self.stack}-{self.environment}/"
        there = self.project.parameters()
        return {name.removeprefix(prefix): value for name, value in there.items() if name.startswith(prefix)}

    def waiting(self) -> tuple[subprocess.Popen[str], int]:
        """Return an apply that waits at the gate, and the process of its Terraform."""
        applying = self.project.start("apply", *self.words)
        eventually(lambda: "before" in self.made(), timeout=90)
        note = self.project.stack_folder(self.stack, self.environment) / "terraform.json"
        return applying, json.loads(note.read_text())["terraform"]

    def open(self) -> None:
        """Let it go on."""
        self.project.write(f"gate-{self.stack}", "")

    def heals(self) -> None:
        """The next apply goes on; after it nothing is left to do, and nothing is there twice."""
        data = self.project.run("apply", *self.words, "--json").data
        assert data == {"name": f"/{self.stack}-{self.environment}/after"}
        assert self.project.run("plan", *self.words, "--json").data["changes_pending"] is False
        assert self.made() == {"before": "made", "after": "made"}


@pytest.fixture(scope="module")
def project(make_project: Callable[..., Project]) -> Project:
    """The environment `remote` keeps its state in a bucket of the same emulator."""
    made = make_project("[environments.local]\nport = 0\n")
    made.run("local", "up")
    made.write("eventyard.toml", SETTINGS.replace("ENDPOINT", made.emulator().endpoint))
    made.run("state", "bootstrap", "--env", "remote")
    return made


@pytest.fixture
def gated(project: Project) -> Iterator[Callable[[str], Gated]]:
    """``gated("local")``: a stack of the test's own; its gate is open when the test is over."""
    made: list[Gated] = []

    def make(environment: str) -> Gated:
        stack = Gated(project, f"gated{next(NUMBERS)}", environment)
        project.stack(stack.stack, GATED.replace("/gate ]", f"/gate-{stack.stack} ]"))
        made.append(stack)
        return stack

    yield make
    for stack in made:
        stack.open()


def group(leader: int) -> list[str]:
    """Return what runs of a process group."""
    rows = subprocess.run(["ps", "-eo", "pgid=,stat=,args="], capture_output=True, text=True, check=True).stdout
    return [row for row in rows.splitlines() if row.split()[0] == str(leader) and not row.split()[1].startswith("Z")]


def test_terraform_of_a_killed_run_goes_on_and_the_next_run_waits_for_it(gated: Callable[[str], Gated]) -> None:
    stack = gated("remote")
    applying, terraform = stack.waiting()
    applying.kill()
    applying.communicate()

    refused = stack.project.run("apply", *stack.words, code=1)
    assert f"The Terraform of a run that was killed still works on `{stack.stack}`" in refused.err
    assert f"process {applying.pid}, since " in refused.err
    assert f"where: process {terraform}" in refused.err
    assert f"`kill -INT {terraform}`" in refused.err

    stack.open()
    eventually(lambda: not group(terraform), timeout=60)
    # Nobody read what it printed, and it came to its end: all it made is in the state, and its lock is gone.
    stack.heals()


def test_terraform_that_is_killed_is_named_and_leaves_no_process(gated: Callable[[str], Gated]) -> None:
    stack = gated("local")
    applying, terraform = stack.waiting()
    os.kill(terraform, signal.SIGKILL)
    _, said = applying.communicate(timeout=60)
    assert applying.returncode == 1
    assert "`terraform apply` was ended by SIGKILL" in said
    assert f"`eventyard apply --stack {stack.stack} --env local` goes on from there" in said
    assert group(terraform) == []
    stack.open()
    stack.heals()


def test_lock_of_a_terraform_that_was_killed_is_named_with_the_command_that_releases_it(
    gated: Callable[[str], Gated],
) -> None:
    stack = gated("remote")
    applying, terraform = stack.waiting()
    applying.kill()
    os.killpg(terraform, signal.SIGKILL)
    applying.communicate()
    stack.open()

    refused = stack.project.run("apply", *stack.words, code=1)
    assert "holds the state's lock (Apply, since " in refused.err
    assert f"`eventyard state unlock --stack {stack.stack} --env remote`" in refused.err
    stack.project.run("state", "unlock", *stack.words, "--yes")
    # A remote state is written every 20 seconds, so what was made is not in it: these parameters may be made over.
    stack.heals()


def test_signals_however_many_let_terraform_finish_what_it_holds(gated: Callable[[str], Gated]) -> None:
    stack = gated("local")
    applying, terraform = stack.waiting()
    for number in (signal.SIGTERM, signal.SIGINT):
        applying.send_signal(number)
    _, said = applying.communicate(timeout=90)
    assert applying.returncode == 1
    assert "`terraform apply` was interrupted" in said
    state = json.loads((stack.project.stack_folder(stack.stack) / "state/terraform.tfstate").read_text())
    assert "before" in [one["name"] for one in state["resources"]]
    assert group(terraform) == []
    stack.open()
    stack.heals()
