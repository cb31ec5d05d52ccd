"""Starts every function's process from one thread that never ends.

On Linux a function dies with LocalStack, even when that is killed. The kernel sends that signal when the *thread* that
started the process ends, and LocalStack starts environments from threads that come and go.

https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html
"""

from __future__ import annotations

import functools
import os
import queue
import subprocess
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_LAUNCH = Path(__file__).with_name("launch.py")
_MIB = 1024 * 1024
_ALLOWANCE = 2048 * _MIB
_ALLOWANCE_PER_CORE = 64 * _MIB


@dataclass(frozen=True)
class Program:
    """What to start.

    Parameters
    ----------
    command
        Interpreter and its arguments.
    folder
        Working directory.
    variables
        The whole environment: nothing is inherited.
    log
        File that standard output and standard error are appended to.
    memory
        MiB the function may hold.
    """

    command: tuple[str, ...]
    folder: Path
    variables: Mapping[str, str]
    log: Path
    memory: int


class Spawner:
    """The thread."""

    def __init__(self) -> None:
        self._orders: queue.SimpleQueue[tuple[Program, Future[subprocess.Popen[bytes]]]] = queue.SimpleQueue()
        threading.Thread(target=self._work, name="process-executor-spawner", daemon=True).start()

    def start(self, program: Program) -> subprocess.Popen[bytes]:
        """Start a process, in a session of its own.

        Raises
        ------
        OSError
            The interpreter, the working directory or the log can't be opened.
        """
        started: Future[subprocess.Popen[bytes]] = Future()
        self._orders.put((program, started))
        return started.result()

    def _work(self) -> None:
        while True:
            program, started = self._orders.get()
            try:
                started.set_result(_start(program))
            except BaseException as error:  # noqa: BLE001 - raised where it was asked for
                started.set_exception(error)


@functools.cache
def spawner() -> Spawner:
    """Return the one spawner of this process."""
    return Spawner()


def _start(program: Program) -> subprocess.Popen[bytes]:
    # For the kernel's limit on data counts what is reserved, not what is held: thread stacks, the buffers of numerical
    # libraries, which grow with the number of cores. It guards this machine; the function's own limit is watched.
    data = program.memory * _MIB + _ALLOWANCE + _ALLOWANCE_PER_CORE * (os.cpu_count() or 1)
    first = [program.command[0], "-I", "-S", str(_LAUNCH), str(os.getpid()), str(data)]
    with program.log.open("ab") as log:
        return subprocess.Popen(
            [*first, *program.command],
            cwd=program.folder,
            env=dict(program.variables),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
