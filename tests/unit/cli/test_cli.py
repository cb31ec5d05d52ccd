from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eventyard.cli.app import app
from eventyard.errors import EventyardError

RUNNER = CliRunner()
STACK = 'variable "prefix" {\n  type = string\n}\n\noutput "url" {\n  value = "u"\n}\n'


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "terraform/stacks/jobs").mkdir(parents=True)
    (tmp_path / "terraform/stacks/jobs/main.tf").write_text(STACK)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def eventyard(*words: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    scripts = Path(__file__).resolve().parents[3] / "scripts"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MAKE"))}
    return subprocess.run(
        [sys.executable, "-c", "from eventyard.cli import main; main()", *words],
        cwd=cwd,
        env=environment | {"PYTHONPATH": str(scripts)} | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_names_every_word() -> None:
    text = RUNNER.invoke(app, ["--help"]).stdout
    words = "apply plan destroy package lock render outputs manifests doctor validate drift local ops state"
    for word in [*words.split(), "diagram", "new", "patterns"]:
        assert f"\n  {word} " in text


@pytest.mark.parametrize(
    ("group", "words"), [("local", "up down status reset mail"), ("ops", "invoke logs"), ("state", "bootstrap unlock")]
)
def test_groups_have_their_words(group: str, words: str) -> None:
    text = RUNNER.invoke(app, [group, "--help"]).stdout
    for word in words.split():
        assert f"\n  {word} " in text


@pytest.mark.parametrize(
    ("toml", "words", "what"),
    [
        ("[environments.local]\nregoin = 'x'\n", ["plan"], "Unknown key `regoin`"),
        ("", ["plan", "--env", "prd"], "There is no environment `prd`"),
        ("", ["plan", "--stack", "job"], "There is no stack `job`"),
        ("[environments.local]\nendpoint = 'http://10.0.0.1:1'\n", ["plan"], "is not this machine"),
    ],
)
def test_wrong_settings_are_refused_before_anything_runs(project: Path, toml: str, words: list[str], what: str) -> None:
    (project / "eventyard.toml").write_text(toml)
    result = RUNNER.invoke(app, words)
    assert isinstance(result.exception, EventyardError)
    assert what in result.exception.what
    assert not (project / "build").exists()


def test_an_error_goes_to_stderr_with_its_exit_code_and_no_traceback(project: Path) -> None:
    done = eventyard("plan", "--stack", "job", cwd=project, NO_COLOR="1")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        "error: There is no stack `job`",
        "  where: terraform/stacks/",
        "  next:  did you mean `jobs`?",
    ]


def test_real_credentials_are_refused_for_a_local_target(project: Path) -> None:
    done = eventyard("apply", cwd=project, AWS_ACCESS_KEY_ID="AKIAIOSFODNN7EXAMPLE")
    assert done.returncode == 1
    assert "looks real" in done.stderr
    assert not (project / "build").exists()


def test_package_of_a_stack_without_functions_is_an_empty_manifest(project: Path) -> None:
    done = eventyard("package", "--json", cwd=project)
    assert (done.returncode, json.loads(done.stdout)["functions"]) == (0, {})


def test_status_of_an_emulator_that_does_not_run_exits_1(project: Path) -> None:
    done = eventyard("local", "status", cwd=project)
    assert done.returncode == 1
    assert "does not run" in done.stderr
    assert "local up" in done.stderr


def test_the_project_is_found_from_a_folder_below(project: Path) -> None:
    (project / "eventyard.toml").write_text("[projct]\n")
    done = eventyard("plan", cwd=project / "terraform/stacks")
    assert "did you mean `project`?" in done.stderr
