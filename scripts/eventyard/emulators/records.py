"""What `start` leaves in the emulator's folder, so that a later command finds the same process again."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_KEPT = "kept.json"


@dataclass(frozen=True)
class Record:
    """One start of an emulator.

    Parameters
    ----------
    token
        A random word on the process's command line, also answered by its health check. It tells this process from
        another that was given the same pid later.
    incarnation
        Changes with each start and each reset: whoever keeps a state of what was created compares it.
    keeps
        Whether it writes down what it holds when it is asked to end.
    """

    kind: str
    pid: int
    port: int
    region: str
    token: str
    incarnation: str
    launch: str
    keeps: bool = False

    @property
    def endpoint(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def renewed(self) -> Record:
        """Return the record of the same process after a reset."""
        return replace(self, incarnation=os.urandom(8).hex())


@dataclass(frozen=True)
class Kept:
    """What an emulator that wrote down what it holds is known by when it starts again.

    Parameters
    ----------
    incarnation
        The one it had: states that were written for it are true still.
    port
        The one it had: addresses of its queues are written with it.
    """

    incarnation: str
    port: int


def keep(folder: Path, record: Record) -> None:
    """Note that the emulator wrote down all it held, and ended by itself."""
    kept = Kept(record.incarnation, record.port)
    (folder / _KEPT).write_text(json.dumps(asdict(kept)) + "\n", encoding="utf-8")


def take_kept(folder: Path) -> Kept | None:
    """Return that note and remove it: it is good for one start, since a killed emulator leaves what it last wrote."""
    try:
        kept = Kept(**json.loads((folder / _KEPT).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    (folder / _KEPT).unlink()
    return kept


def path(folder: Path) -> Path:
    """Return where the record of the emulator in `folder` is."""
    return folder / "emulator.json"


def read(folder: Path) -> Record | None:
    """Return the last start's record; None when there is none, or none that can be read."""
    try:
        return Record(**json.loads(path(folder).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write(folder: Path, record: Record) -> None:
    """Keep `record`, whole or not at all, and the pid by itself for people and other tools."""
    for target, text in (
        (path(folder), json.dumps(asdict(record), indent=2) + "\n"),
        (folder / "pid", f"{record.pid}\n"),
    ):
        scratch = target.with_name(f"{target.name}.{os.getpid()}")
        scratch.write_text(text, encoding="utf-8")
        scratch.replace(target)


def remove(folder: Path) -> None:
    """Forget the last start."""
    for target in (path(folder), folder / "pid"):
        with contextlib.suppress(FileNotFoundError):
            target.unlink()
