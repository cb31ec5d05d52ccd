"""Which Python serves the emulator and the functions, on machines that have another one or none."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from eventyard import tools
from eventyard.errors import EventyardError

if TYPE_CHECKING:
    from pathlib import Path

WANTED = "3.99"


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with a uv that can fetch nothing, and no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    shell = shutil.which("sh")
    assert shell
    (folder / "sh").symlink_to(shell)
    program(folder / "uv", 'test "$1" = --version')
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.setattr("sys.executable", str(folder / "absent"))
    monkeypatch.delenv("EVENTYARD_UV", raising=False)
    return folder


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def python(path: Path, version: str) -> Path:
    return program(path, f"echo {version}; echo {path}")


def test_the_version_asked_for_is_found_on_path(programs: Path, tmp_path: Path) -> None:
    there = python(programs / f"python{WANTED}", WANTED)
    assert tools.python(WANTED, tmp_path) == there


def test_a_shim_that_does_not_answer_is_passed_over(programs: Path, tmp_path: Path) -> None:
    program(programs / f"python{WANTED}", "echo 'pyenv: command not found' >&2; exit 127")
    installed = python(tmp_path / f"pyenv/versions/{WANTED}.1/bin/python{WANTED}", WANTED)
    assert tools.python(WANTED, tmp_path) == installed


def test_uvs_own_pythons_are_found(programs: Path, tmp_path: Path) -> None:
    installed = python(tmp_path / f"share/uv/python/cpython-{WANTED}.1-linux/bin/python{WANTED}", WANTED)
    assert tools.python(WANTED, tmp_path) == installed


def test_an_older_python_serves_and_one_line_says_so(
    programs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    older = python(programs / "python3.12", "3.12")
    found = tools.interpreter(WANTED, tmp_path)
    assert (found.path, found.version, found.asked) == (older, "3.12", WANTED)
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert f"Python {WANTED} was not found" in said
    assert "Python 3.12 serves" in said


def test_without_any_python_it_says_what_to_install(programs: Path, tmp_path: Path) -> None:
    with pytest.raises(EventyardError, match=f"no Python {WANTED} was found") as error:
        tools.interpreter(WANTED, tmp_path)
    assert f"pyenv install {WANTED}" in (error.value.fix or "")
