from __future__ import annotations

import os
import signal
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from eventyard.errors import EventyardError
from eventyard.terraform.process import run

if TYPE_CHECKING:
    from pathlib import Path

SLOW = """
import signal, sys, time
def stop(*_):
    print("stopping", flush=True)
    time.sleep(0.2)
    sys.exit(1)
signal.signal(signal.SIGINT, stop)
print("ready", flush=True)
time.sleep(20)
"""


def test_lines_come_while_it_runs(tmp_path: Path) -> None:
    lines: list[str] = []
    done = run(
        [sys.executable, "-c", "import sys; print('a'); print('b'); print('c', file=sys.stderr)"],
        cwd=tmp_path,
        env=dict(os.environ),
        on_line=lines.append,
    )
    assert (done.code, done.stdout, done.stderr, lines) == (0, "a\nb\n", "c\n", ["a\n", "b\n"])


def test_an_interrupt_is_passed_on_once_and_waited_for(tmp_path: Path) -> None:
    told: list[str] = []

    def interrupt(line: str) -> None:
        if line == "ready\n":
            for _ in range(2):
                threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()

    done = run(
        [sys.executable, "-c", SLOW],
        cwd=tmp_path,
        env=dict(os.environ),
        on_line=interrupt,
        on_interrupt=lambda: told.append("once"),
    )
    assert done.interrupted
    assert (done.code, done.stdout, told) == (1, "ready\nstopping\n", ["once"])


def test_a_missing_binary_is_an_error_for_people(tmp_path: Path) -> None:
    with pytest.raises(EventyardError, match="can't be run"):
        run([str(tmp_path / "none")], cwd=tmp_path, env={})
