"""Runs one Terraform process: streams its lines, and lets it finish what it began, whatever happens to this one.

What Terraform prints goes to a file in memory and not to a pipe: a process that writes to a pipe nobody reads any
more is ended by the system, and with it the state of what it was making.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from eventyard.errors import EventyardError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

_LOOK_SECONDS: Final = 0.05
_ASK_SECONDS: Final = 2.0
_CHUNK: Final = 1 << 16


@dataclass(frozen=True)
class Finished:
    """How a process ended."""

    code: int
    stdout: str
    stderr: str
    interrupted: bool = False


@dataclass(frozen=True)
class Watch:
    """What is done beside a process that runs.

    Parameters
    ----------
    started
        Told the process's id as soon as there is one.
    answers
        Whether what the process talks to still answers; None where nobody asks. Called from a thread.
    lost
        Makes the error to raise when it did not answer for as long as `patience`.
    patience
        Seconds.
    grace
        Seconds a process has to end after it was told to, for want of answers, before it is killed.
    """

    started: Callable[[int], None]
    answers: Callable[[], bool] | None
    lost: Callable[[], EventyardError]
    patience: float = 60.0
    grace: float = 60.0


class Run(Protocol):
    """What runs a command; tests pass a recorder."""

    def __call__(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        on_line: Callable[[str], None] | None = None,
        on_interrupt: Callable[[], None] | None = None,
    ) -> Finished:
        """Run `command` to its end."""
        ...


def run(
    command: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    on_line: Callable[[str], None] | None = None,
    on_interrupt: Callable[[], None] | None = None,
    watch: Watch | None = None,
) -> Finished:
    """Run `command` in a session of its own, so that Ctrl-C reaches it once and from here only.

    Parameters
    ----------
    command
        The argument list.
    cwd
        Where it runs.
    env
        All of its environment variables.
    on_line
        Called with each line of stdout as it comes.
    on_interrupt
        Called once when a person interrupts; Terraform then stops after what it is doing.
    watch
        What else is done while it runs.

    Raises
    ------
    EventyardError
        The command can't be run, or what it talks to was lost, as `watch` says.
    """
    with _scratch(cwd) as out, _scratch(cwd) as err:
        process = _start(command, cwd, env, (out, err))
        ended = threading.Event()
        lines: list[str] = []
        errors: list[str] = []
        guard = _Guard(process, watch, ended)
        helpers = [
            threading.Thread(target=_follow, args=(out, lines, on_line, ended), daemon=True),
            threading.Thread(target=_follow, args=(err, errors, None, ended), daemon=True),
            *([threading.Thread(target=guard.keep, daemon=True)] if watch and watch.answers else []),
        ]
        for helper in helpers:
            helper.start()
        interrupted = _wait(process, on_interrupt, watch.started if watch else None)
        if process.returncode < 0:
            _end_group(process.pid)  # providers outlive a Terraform that was killed
        ended.set()
        for helper in helpers:
            helper.join()
    if guard.lost and watch:
        raise watch.lost()
    return Finished(process.returncode, "".join(lines), "".join(errors), interrupted)


@contextlib.contextmanager
def _scratch(folder: Path) -> Iterator[int]:
    """Give the descriptor of a file without a name, that a full disk does not concern where the system can do so."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("terraform")
        try:
            yield descriptor
        finally:
            os.close(descriptor)
    else:
        with tempfile.TemporaryFile(dir=folder) as file:
            yield file.fileno()


def _start(
    command: Sequence[str], cwd: Path, env: Mapping[str, str], streams: tuple[int, int]
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            list(command),
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=streams[0],
            stderr=streams[1],
            start_new_session=True,
        )
    except OSError as error:
        raise EventyardError(
            f"`{command[0]}` can't be run: {error.strerror}", where=str(cwd), fix="run `eventyard doctor`"
        ) from error


def _follow(file: int, into: list[str], on_line: Callable[[str], None] | None, ended: threading.Event) -> None:
    """Read a file as it grows, until the process that writes it has ended; hand on whole lines."""
    at = 0
    rest = b""
    while True:
        last = ended.is_set()
        while chunk := os.pread(file, _CHUNK, at):
            at += len(chunk)
            *whole, rest = (rest + chunk).split(b"\n")
            for line in whole:
                _take(line + b"\n", into, on_line)
        if last:
            break
        ended.wait(_LOOK_SECONDS)
    if rest:
        _take(rest, into, on_line)


def _take(line: bytes, into: list[str], on_line: Callable[[str], None] | None) -> None:
    text = line.decode("utf-8", errors="replace")
    into.append(text)
    if on_line:
        on_line(text)


def _wait(
    process: subprocess.Popen[bytes], on_interrupt: Callable[[], None] | None, started: Callable[[int], None] | None
) -> bool:
    """Wait for the end; the first interrupt is passed on, later ones would make Terraform drop what it holds."""
    interrupted = False
    while True:
        try:
            if started:
                started(process.pid)
                started = None
            process.wait()
        except KeyboardInterrupt:
            if not interrupted:
                interrupted = True
                process.send_signal(signal.SIGINT)
                if on_interrupt:
                    on_interrupt()
        else:
            return interrupted


@dataclass
class _Guard:
    """Stops a process that waits for answers that don't come: the provider would wait for ever."""

    process: subprocess.Popen[bytes]
    watch: Watch | None
    ended: threading.Event
    lost: bool = False

    def keep(self) -> None:
        """Ask until the process has ended, or no answer has come for too long."""
        watch = self.watch
        if watch is None or watch.answers is None:
            return
        answered = time.monotonic()
        while not self.ended.wait(min(_ASK_SECONDS, watch.patience / 4)):
            if watch.answers():
                answered = time.monotonic()
            elif time.monotonic() - answered > watch.patience:
                self.lost = True
                self.process.send_signal(signal.SIGINT)
                if not self.ended.wait(watch.grace):
                    _end_group(self.process.pid)
                return


def _end_group(leader: int) -> None:
    """End what is left of the process group that `leader` led: providers, and commands they started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
