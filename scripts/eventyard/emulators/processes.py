"""Processes by pid: is it still the one we started, and how it is ended."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

# Those this very process started: their exit status has to be collected, or they stay as zombies.
_children: dict[int, subprocess.Popen[bytes]] = {}


def adopt(process: subprocess.Popen[bytes]) -> None:
    """Remember a child, so that its end is noticed."""
    _children[process.pid] = process


def is_ours(pid: int, token: str) -> bool:
    """Tell whether `pid` runs, and is the process whose command line carries `token`."""
    child = _children.get(pid)
    if child is not None and child.poll() is not None:
        del _children[pid]
        return False
    return token in _command_line(pid)


def end(pid: int, token: str, *, grace: float) -> bool:
    """End the process and what it started: asked first, forced after `grace` seconds; return whether asking did."""
    asked = True
    for sign, patience in ((signal.SIGTERM, grace), (signal.SIGKILL, 5.0)):
        if not is_ours(pid, token):
            break
        asked = sign is signal.SIGTERM
        _signal(pid, sign)
        deadline = time.monotonic() + patience
        while is_ours(pid, token) and time.monotonic() < deadline:
            time.sleep(0.02)
    _collect(pid)
    return asked


def end_group(pid: int) -> None:
    """End what is left of the process group that `pid` led, such as functions that still run."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _collect(pid: int) -> None:
    """Take the exit status of a child: its command line is gone before it is."""
    child = _children.pop(pid, None)
    if child is not None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=5)


def _signal(pid: int, sign: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, sign)


def _command_line(pid: int) -> str:
    """Return the command line of `pid`; empty when it does not run."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        if Path("/proc/self").exists():
            return ""
    # macOS has no /proc.
    answer = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False, timeout=5
    )
    return answer.stdout
