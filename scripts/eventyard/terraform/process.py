"""Runs one Terraform process: streams its lines, and lets it finish what it began when a person interrupts."""

from __future__ import annotations

import signal
import subprocess
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from eventyard.errors import EventyardError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Finished:
    """How a process ended."""

    code: int
    stdout: str
    stderr: str
    interrupted: bool = False


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
    """
    try:
        process = subprocess.Popen(
            list(command),
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:
        raise EventyardError(
            f"`{command[0]}` can't be run: {error.strerror}", where=str(cwd), fix="run `eventyard doctor`"
        ) from error
    lines: list[str] = []
    errors: list[str] = []
    readers = [
        threading.Thread(target=_read, args=(process.stdout, lines, on_line), daemon=True),
        threading.Thread(target=_read, args=(process.stderr, errors, None), daemon=True),
    ]
    for reader in readers:
        reader.start()
    with process:
        interrupted = _wait(process, on_interrupt)
        for reader in readers:
            reader.join()
    return Finished(process.returncode, "".join(lines), "".join(errors), interrupted)


def _read(stream: object, into: list[str], on_line: Callable[[str], None] | None) -> None:
    for line in stream:  # type: ignore[attr-defined]
        into.append(line)
        if on_line:
            on_line(line)


def _wait(process: subprocess.Popen[str], on_interrupt: Callable[[], None] | None) -> bool:
    """Wait for the end; the first interrupt is passed on, later ones would make Terraform drop what it holds."""
    interrupted = False
    while True:
        try:
            process.wait()
        except KeyboardInterrupt:
            if not interrupted:
                interrupted = True
                process.send_signal(signal.SIGINT)
                if on_interrupt:
                    on_interrupt()
        else:
            return interrupted
