"""What all executors of one LocalStack share: settings, and a folder that goes with it."""

from __future__ import annotations

import atexit
import functools
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localstack_process_executor.settings import Settings
from localstack_process_executor.unpacked import Unpacked, delete

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_PREFIX = "run-"


@dataclass(frozen=True)
class Instance:
    """One LocalStack process.

    Parameters
    ----------
    settings
        As it was started with.
    environments
        Folder of the execution environments' folders.
    unpacked
        Code and layers.
    """

    settings: Settings
    environments: Path
    unpacked: Unpacked

    @classmethod
    def begin(cls, variables: Mapping[str, str], *, folder: Path) -> Instance:
        """Make a folder for this process, delete those of processes that were killed."""
        settings = Settings.of(variables, folder=folder)
        _sweep(settings.folder)
        own = settings.folder / f"{_PREFIX}{os.getpid()}"
        own.mkdir(parents=True, mode=0o700)
        atexit.register(delete, own)
        return cls(settings, own / "environments", Unpacked(own / "versions"))


@functools.cache
def instance(folder: Path) -> Instance:
    """Return this process's; `folder` where nothing else is set."""
    return Instance.begin(os.environ, folder=folder)


def _sweep(folder: Path) -> None:
    """Delete the folders of ended processes, and one of an earlier process with this one's id."""
    for left in folder.glob(f"{_PREFIX}*"):
        pid = left.name.removeprefix(_PREFIX)
        if pid == str(os.getpid()) or (pid.isdigit() and not _lives(int(pid))):
            delete(left)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
