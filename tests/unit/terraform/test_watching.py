"""What goes on beside a Terraform process: its end without a reader, without answers, and by force."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from eventyard.errors import EventyardError
from eventyard.terraform import Terraform, TerraformError
from eventyard.terraform.process import Finished, Watch, run
from eventyard.testing.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

PRINTS_ON = """
import pathlib, sys, time
print("begun", flush=True)
while not pathlib.Path("go").exists():
    print("at work", flush=True)
    time.sleep(0.01)
print("x" * 1_000_000, flush=True)
pathlib.Path("ended").touch()
"""
RUNS = f"""
import os, pathlib, sys
from eventyard.terraform.process import run
run([sys.executable, "-c", {PRINTS_ON!r}], cwd=pathlib.Path.cwd(), env=dict(os.environ), on_line=print)
"""
DEAF = "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
WITH_CHILD = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


class GoneError(EventyardError):
    """The other end is gone."""


def watch(answers: Callable[[], bool] | None = None, **more: float) -> Watch:
    return Watch(started=lambda _: None, answers=answers, lost=lambda: GoneError("lost"), **more)


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"
    except FileNotFoundError:
        return True


def test_it_comes_to_its_end_when_nobody_is_left_to_read_what_it_prints(tmp_path: Path) -> None:
    runner = subprocess.Popen([sys.executable, "-c", RUNS], cwd=tmp_path, stdout=subprocess.PIPE)
    with runner:
        assert runner.stdout is not None
        assert runner.stdout.readline() == b"begun\n"
        runner.kill()
    (tmp_path / "go").touch()
    eventually((tmp_path / "ended").exists, timeout=30)


def test_silence_for_too_long_stops_it(tmp_path: Path) -> None:
    begun = threading.Event()
    code = "import time; print('begun', flush=True); time.sleep(60)"
    with pytest.raises(GoneError):
        run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env=dict(os.environ),
            on_line=lambda _: begun.set(),
            watch=watch(lambda: not begun.is_set(), patience=0.2),
        )


def test_what_does_not_stop_when_it_is_told_to_is_killed(tmp_path: Path) -> None:
    heard = threading.Event()
    with pytest.raises(GoneError):
        run(
            [sys.executable, "-c", DEAF],
            cwd=tmp_path,
            env=dict(os.environ),
            on_line=lambda _: heard.set(),
            watch=watch(lambda: not heard.is_set(), patience=0.2, grace=0.2),
        )


def test_its_children_end_with_one_that_was_killed(tmp_path: Path) -> None:
    children: list[int] = []
    killed: list[int] = []

    def kill(line: str) -> None:
        children.append(int(line))
        os.kill(killed[0], signal.SIGKILL)

    started = Watch(started=killed.append, answers=None, lost=lambda: GoneError("lost"))
    done = run([sys.executable, "-c", WITH_CHILD], cwd=tmp_path, env=dict(os.environ), on_line=kill, watch=started)
    assert done.code == -signal.SIGKILL
    eventually(lambda: gone(children[0]), timeout=10)


def answering(folder: Path, done: Finished) -> Terraform:
    def start(*_: Any, on_line: Callable[[str], None] | None = None, **__: Any) -> Finished:
        for line in done.stdout.splitlines():
            if on_line:
                on_line(line)
        return done

    return Terraform(binary=Path("terraform"), folder=folder, start=start)


def diagnostic(severity: str, summary: str) -> str:
    return json.dumps({"type": "diagnostic", "diagnostic": {"severity": severity, "summary": summary, "detail": ""}})


@pytest.mark.parametrize("printed", ["", diagnostic("warning", "deprecated")])
def test_who_ended_it_is_said(tmp_path: Path, printed: str) -> None:
    with pytest.raises(TerraformError, match="`terraform apply` was ended by SIGKILL") as told:
        answering(tmp_path, Finished(-9, printed, "")).apply(tmp_path / "p", lambda _: None, fix="go on")
    assert told.value.fix == "go on"


def test_a_state_that_is_printed_is_kept_and_the_disk_is_named(tmp_path: Path) -> None:
    state = {"version": 4, "serial": 3, "lineage": "one", "resources": []}
    dump = json.dumps({"@level": "info", "@message": "Emergency state dump", "state": state}, separators=(",", ":"))
    full = diagnostic("error", "write terraform.tfstate: no space left on device")
    terraform = answering(tmp_path, Finished(1, f"{dump}\n{full}\n", ""))
    with pytest.raises(TerraformError) as told:
        terraform.apply(tmp_path / "p", lambda _: None, fix="go on")
    assert terraform.dumped == state
    assert told.value.fix == f"make room on the disk of `{tmp_path}`, then run the same command again"
