"""The suite on AWS: allowed aloud, in the account that is named, under names of its own, and nothing left to pay for.

AWS's part is played by an emulator, which the environment doesn't know of: for the kit its target is AWS.
"""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest
from tests.integration.support.projects import parameters

from eventyard import emulators
from eventyard.testing.waiting import eventually

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from tests.integration.support.projects import Project

SETTINGS = """
[project]
name          = "corner-shop"
default_stack = "note"

[environments.local]
port = 0

[environments.dev]
target  = "aws"
account = "000000000000"
region  = "eu-west-1"
protect = false
state   = { bucket = "corner-shop-state" }

[environments.elsewhere]
target  = "aws"
account = "111111111111"
region  = "eu-west-1"
protect = false
state   = { bucket = "corner-shop-state" }

[environments.prod]
target  = "aws"
account = "000000000000"
region  = "eu-west-1"
state   = { bucket = "corner-shop-state" }
"""

PYTEST = """
[tool.pytest.ini_options]
addopts        = ["--import-mode=importlib", "--strict-markers", "-p", "no:cacheprovider"]
filterwarnings = ["error"]
"""

PASSES = """
def test_the_note_is_there(outputs, aws):
    assert outputs("note")["topic_arn"].endswith(":note-dev-test-main-news")
    names = [one["Name"] for one in aws("ssm").describe_parameters()["Parameters"]]
    assert "/note-dev-test-main/text" in names
"""

FAILS = """
def test_the_note_says_what_it_does_not(stack):
    assert stack("note").outputs["topic_arn"] == "something else"
"""

WAITS = """
import pathlib
import time


def test_it_takes_for_ever(stack):
    stack("note")
    pathlib.Path("applied").touch()
    time.sleep(600)
"""

MINE = {"/note-dev/text", "/note-dev/code"}


class Account:
    """A project, and an account that believes itself on AWS."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.emulator = project.emulator()
        self.variables = {
            "AWS_ENDPOINT_URL": self.emulator.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }

    def start(self, test: str, *words: str, **variables: str) -> subprocess.Popen[str]:
        """Start a test run of the project."""
        self.project.write("tests/test_note.py", test)
        command = [self.project.program.with_name("pytest"), "-q", *words]
        return self.project.started(command, **(self.variables | variables))

    def run(self, test: str, *words: str, code: int, **variables: str) -> str:
        """Run the project's tests to their end, which must be `code`; return what they said."""
        process = self.start(test, *words, **variables)
        said = "".join(process.communicate(timeout=240))
        assert process.returncode == code, said
        return said

    def holds(self) -> set[str]:
        """Return the names of every parameter there is."""
        return set(parameters(self.emulator.session().client("ssm")))


@pytest.fixture(scope="module")
def account(make_project: Callable[..., Project]) -> Account:
    """An account in which somebody works in the environment `dev` already."""
    project = make_project(SETTINGS)
    project.write("pyproject.toml", PYTEST)
    project.run("local", "up")
    made = Account(project)
    project.run("state", "bootstrap", "--env", "dev", **made.variables)
    project.run("apply", "--env", "dev", "--yes", **made.variables)
    assert made.holds() == MINE
    return made


def test_nobody_allowed_it(account: Account) -> None:
    said = account.run(PASSES, "--env", "dev", code=pytest.ExitCode.USAGE_ERROR)
    assert "1 tests would apply stacks in AWS account 000000000000 (eu-west-1)" in said
    assert "add `--spend` to allow it" in said
    assert account.holds() == MINE


def test_a_protected_environment_is_no_place_for_tests(account: Account) -> None:
    said = account.run(PASSES, "--env", "prod", "--spend", code=pytest.ExitCode.USAGE_ERROR)
    assert "`prod` is protected: what tests make there could not be destroyed" in said
    assert account.holds() == MINE


def test_tests_without_a_stack_need_no_leave(account: Account) -> None:
    account.run("def test_sums():\n    assert 1 + 1 == 2\n", "--env", "dev", code=0)


def test_another_account_is_refused_before_anything_is_made(account: Account) -> None:
    said = account.run(PASSES, "--env", "elsewhere", "--spend", code=1)
    assert "The credentials are for account 000000000000; `elsewhere` is 111111111111" in said
    assert account.holds() == MINE


def test_nobody_is_signed_in(account: Account) -> None:
    empty = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_EC2_METADATA_DISABLED": "true", "HOME": "/"}
    said = account.run(PASSES, "--env", "dev", "--spend", code=1, **empty)
    assert "sign in (`aws sso login`)" in said
    assert account.holds() == MINE


def test_a_run_that_is_told_to_end_takes_down_what_it_made(account: Account) -> None:
    marker = account.project.folder / "applied"
    process = account.start(WAITS, "--env", "dev", "--spend")
    eventually(marker.exists, timeout=120)
    process.send_signal(signal.SIGTERM)
    said = "".join(process.communicate(timeout=120))
    marker.unlink()
    assert process.returncode == pytest.ExitCode.INTERRUPTED, said
    assert account.holds() == MINE


@pytest.fixture(scope="module")
def after_a_kill(account: Account) -> str:
    """Kill a run that has applied its stack; return what the next one says, of whose two tests one fails."""
    marker = account.project.folder / "applied"
    process = account.start(WAITS, "--env", "dev", "--spend")
    eventually(marker.exists, timeout=120)
    process.kill()
    process.communicate(timeout=30)
    marker.unlink()
    assert account.holds() > MINE
    return account.run(PASSES + FAILS, "--env", "dev", "--spend", code=1)


def test_what_a_killed_run_left_the_next_one_takes_down(account: Account, after_a_kill: str) -> None:
    assert "1 failed, 1 passed" in after_a_kill
    assert account.holds() == MINE


def test_it_is_told_what_it_costs(after_a_kill: str) -> None:
    assert "eventyard: AWS account 000000000000, eu-west-1: stacks are applied as `dev-test-main`" in after_a_kill
    assert "eventyard: note costs about 0.00 USD a month while it stands" in after_a_kill


def test_a_failed_test_leaves_a_bundle(account: Account, after_a_kill: str) -> None:
    assert "something else" in after_a_kill
    bundles = account.project.folder / "build/dev-test-main/bundles"
    assert list(bundles.glob("*/note-outputs.json"))


def test_the_emulator_is_nothing_the_environment_knows_of(account: Account) -> None:
    assert emulators.find(account.project.folder / "build/dev-test-main/emulator") is None
    assert emulators.find(account.project.folder / "build/dev/emulator") is None
