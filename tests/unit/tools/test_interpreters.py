"""Which Python serves the emulator and the functions, on machines that have another one or none."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
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


def counted(path: Path, version: str, says: Path | None = None) -> Path:
    """A Python that notes each start in a file beside it."""
    return program(path, f"echo start >> {path}.log; echo {version}; echo {says or path}")


def asked(path: Path) -> int:
    return len(path.with_name(f"{path.name}.log").read_text().splitlines())


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


def forget() -> None:
    """As in a new process."""
    tools.interpreter.cache_clear()


def test_what_was_found_is_not_looked_for_again(programs: Path, tmp_path: Path) -> None:
    there = counted(programs / f"python{WANTED}", WANTED)
    for _ in range(2):
        assert tools.python(WANTED, tmp_path) == there
        forget()
    assert asked(there) == 1
    other = python(programs / "python3.98", "3.98")
    assert tools.python("3.98", tmp_path) == other
    forget()
    assert tools.python(WANTED, tmp_path) == there
    assert asked(there) == 1
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["interpreters.json"]


def test_a_changed_program_is_asked_again(programs: Path, tmp_path: Path) -> None:
    there = counted(programs / f"python{WANTED}", WANTED)
    assert tools.python(WANTED, tmp_path) == there
    forget()
    os.utime(there, (1, 1))
    assert tools.python(WANTED, tmp_path) == there
    assert asked(there) == 2


def test_a_vanished_program_is_looked_for_anew(programs: Path, tmp_path: Path) -> None:
    there = python(programs / f"python{WANTED}", WANTED)
    assert tools.python(WANTED, tmp_path) == there
    forget()
    there.unlink()
    installed = python(tmp_path / f"pyenv/versions/{WANTED}.1/bin/python{WANTED}", WANTED)
    assert tools.python(WANTED, tmp_path) == installed
    forget()
    assert tools.python(WANTED, tmp_path) == installed


def test_a_link_is_another_when_what_it_leads_to_is(programs: Path, tmp_path: Path) -> None:
    first = counted(tmp_path / "3.99.1/python", WANTED, programs / f"python{WANTED}")
    (programs / f"python{WANTED}").symlink_to(first)
    tools.python(WANTED, tmp_path)
    forget()
    second = counted(tmp_path / "3.99.2/python", WANTED, programs / f"python{WANTED}")
    second.write_text(second.read_text() + "\n")
    (programs / f"python{WANTED}").unlink()
    (programs / f"python{WANTED}").symlink_to(second)
    tools.python(WANTED, tmp_path)
    assert asked(second) == 1


@pytest.mark.parametrize("content", ["", "{", "[]", '{"3.99": null}', '{"3.99": []}', '{"3.99": [1, 2, 3]}', '"3.99"'])
def test_a_damaged_memory_is_none(programs: Path, tmp_path: Path, content: str) -> None:
    there = python(programs / f"python{WANTED}", WANTED)
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache/interpreters.json").write_text(content)
    assert tools.python(WANTED, tmp_path) == there
    assert list(json.loads((tmp_path / "cache/interpreters.json").read_text())) == [WANTED]


def test_a_fallback_is_not_remembered(programs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    python(programs / "python3.12", "3.12")
    assert tools.interpreter(WANTED, tmp_path).version == "3.12"
    forget()
    wanted = python(programs / f"python{WANTED}", WANTED)
    assert tools.python(WANTED, tmp_path) == wanted


def test_the_tools_import_nothing_heavy() -> None:
    """A run with nothing to do takes a tenth of a second; a client of HTTP alone would take half of that."""
    code = "import sys, eventyard.tools; print(*sys.modules)"
    path = os.pathsep.join(entry for entry in sys.path if entry)
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    heavy = {"subprocess", "shutil", "tempfile", "urllib.request", "zipfile", "platform"}
    before = subprocess.run(
        [sys.executable, "-c", "import sys; print(*sys.modules)"], capture_output=True, text=True, check=True
    )
    assert not (set(done.stdout.split()) - set(before.stdout.split())) & heavy


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
