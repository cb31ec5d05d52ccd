"""What the executor is told, and what it can't work with."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from localstack_process_executor.errors import ProcessExecutorError
from localstack_process_executor.instance import Instance
from localstack_process_executor.settings import Settings


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """An interpreter of which all that is asked is that it says yes."""
    path = tmp_path / "python"
    path.write_text("#!/bin/sh\nexit 0\n")
    path.chmod(0o755)
    return path


def test_each_runtime_can_have_an_interpreter_of_its_own(python: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.symlink_to(python)
    variables = {"PROCESS_EXECUTOR_PYTHON": str(python), "PROCESS_EXECUTOR_PYTHON_3_12": str(other)}
    settings = Settings.of(variables, folder=tmp_path)

    assert settings.python("python3.13", function="f") == python
    assert settings.python("python3.12", function="f") == other
    assert settings.folder == tmp_path


def test_without_an_interpreter_localstacks_own_is_taken_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        settings = Settings.of({"PROCESS_EXECUTOR_PYTHON": ""}, folder=tmp_path)

    assert settings.pythons["PROCESS_EXECUTOR_PYTHON"] == Path(sys.executable)
    assert "PROCESS_EXECUTOR_PYTHON is not set" in caplog.text


@pytest.mark.parametrize("runtime", ["nodejs22.x", "python2.7", "provided.al2023", None])
def test_other_runtimes_are_refused(python: Path, tmp_path: Path, runtime: str | None) -> None:
    settings = Settings.of({"PROCESS_EXECUTOR_PYTHON": str(python)}, folder=tmp_path)

    with pytest.raises(
        ProcessExecutorError, match=r"orders: the runtime .* does not run without Docker; use python3\.x"
    ):
        settings.python(runtime, function="orders")


def test_an_interpreter_without_the_runtimes_client_is_refused_with_what_to_do(tmp_path: Path) -> None:
    settings = Settings.of({"PROCESS_EXECUTOR_PYTHON": sys.executable}, folder=tmp_path)

    with pytest.raises(ProcessExecutorError, match=r"No module named 'awslambdaric'; .* -m pip install awslambdaric"):
        settings.python("python3.13", function="orders")


def test_an_interpreter_that_is_not_there_is_refused(tmp_path: Path) -> None:
    settings = Settings.of({"PROCESS_EXECUTOR_PYTHON": str(tmp_path / "none")}, folder=tmp_path)

    with pytest.raises(ProcessExecutorError, match="No such file"):
        settings.python("python3.13", function="orders")


def test_folders_of_processes_that_were_killed_are_deleted(python: Path, tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left, used, other = (tmp_path / name for name in (f"run-{ended.pid}", f"run-{os.getppid()}", "something"))
    for folder in (left, used, other):
        (folder / "versions").mkdir(parents=True)
    (left / "versions").chmod(0o500)

    instance = Instance.begin({"PROCESS_EXECUTOR_PYTHON": str(python)}, folder=tmp_path)

    assert not left.exists()
    assert used.exists()
    assert other.exists()
    assert instance.environments.parent == tmp_path / f"run-{os.getpid()}"
