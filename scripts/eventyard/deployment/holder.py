"""One run at a time for one stack in one environment; the second learns who holds it."""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from eventyard.errors import EventyardError
from eventyard.rendering.files import write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class HeldError(EventyardError):
    """Another run is at work on the same stack in the same environment."""


@contextlib.contextmanager
def held(folder: Path, what: str) -> Iterator[None]:
    """Hold `folder` for this process while the body runs; within the same process, again and again.

    Parameters
    ----------
    folder
        The stack's folder in its environment.
    what
        Words for the second run to read, such as `pet-cuddle-o-tron in local`.

    Raises
    ------
    HeldError
        Another process holds it: names its pid, user, command, and since when. Or the Terraform of a run that was
        killed has not ended yet.
    """
    folder.mkdir(parents=True, exist_ok=True)
    note = folder / "holder.json"
    # A singleton per path counts nested holds; the system lets go of it when the process ends, however it ends.
    lock = FileLock(folder / "lock", is_singleton=True)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise HeldError(
            f"Another run is at work on {what}: {_read(note)}",
            where=str(note),
            fix="wait for it to end; a run that died holds nothing",
        ) from None
    try:
        if lock.lock_counter == 1:
            _refuse_orphan(folder, what)
    except HeldError:
        lock.release()
        raise
    try:
        if lock.lock_counter == 1:
            write(note, json.dumps(_me(), indent=2) + "\n")
        yield
    finally:
        if lock.lock_counter == 1:
            note.unlink(missing_ok=True)
            _note_of_terraform(folder).unlink(missing_ok=True)
        lock.release()


def remember_terraform(folder: Path, pid: int) -> None:
    """Note the Terraform that this run has started: it goes on when this process is killed.

    Parameters
    ----------
    folder
        The stack's folder in its environment; the process's command line names it.
    pid
        The process.
    """
    if not FileLock(folder / "lock", is_singleton=True).is_locked:
        return  # only looks: another run may be at work
    with contextlib.suppress(OSError):  # a full disk: no run may fail for the want of a note
        write(_note_of_terraform(folder), json.dumps(_me() | {"terraform": pid}) + "\n")


def _refuse_orphan(folder: Path, what: str) -> None:
    """Refuse while the Terraform of a run that was killed still works."""
    note = _note_of_terraform(folder)
    try:
        left = json.loads(note.read_text(encoding="utf-8"))
        pid, run = int(left["terraform"]), _words(left)
    except (OSError, ValueError, TypeError, KeyError):
        return
    from eventyard.emulators import processes  # noqa: PLC0415 - heavy, and a run is hardly ever killed

    if processes.is_ours(pid, str(folder)):
        raise HeldError(
            f"The Terraform of a run that was killed still works on {what}: {run}",
            where=f"process {pid}",
            fix=f"wait for it to end, which keeps what it makes in the state; or `kill -INT {pid}`, and wait",
        )


def _note_of_terraform(folder: Path) -> Path:
    return folder / "terraform.json"


def _me() -> dict[str, str | int]:
    return {
        "pid": os.getpid(),
        "user": _user(),
        "command": " ".join(["eventyard", *sys.argv[1:]]),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def _read(note: Path) -> str:
    try:
        holder = json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "it has not said who it is yet"
    return _words(holder)


def _words(holder: dict[str, Any]) -> str:
    return f"{holder['user']}'s `{holder['command']}`, process {holder['pid']}, since {holder['since']}"
