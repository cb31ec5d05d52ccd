"""How much memory a process and its descendants hold.

Linux tells it in /proc. Elsewhere `ps` knows the resident size, and nothing tells anonymous memory from files apart.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True)
class Memory:
    """Of one moment.

    Parameters
    ----------
    held
        Bytes that only these processes can give back: anonymous and shared memory, not mapped files, which the kernel
        can drop, and which Lambda's limit does not kill for either.
    peak
        Most bytes that were ever resident in the first process, files included: what Lambda's REPORT line says.
    """

    held: int
    peak: int


def look(pid: int) -> Memory:
    """Return what a process holds; nothing when it has ended."""
    if sys.platform != "linux":
        size = _asked(pid)
        return Memory(size, size)
    first = _status(pid)
    held = sum(
        status.get("RssAnon", 0) + status.get("RssShmem", 0)
        for status in (first, *(_status(child) for child in descendants(pid)))
    )
    return Memory(held, first.get("VmHWM", 0))


def descendants(pid: int) -> list[int]:
    """Return the processes that descend from one; none where the kernel does not say (`CONFIG_PROC_CHILDREN`)."""
    found: list[int] = []
    for listing in _PROC.glob(f"{pid}/task/*/children"):
        try:
            children = [int(child) for child in listing.read_text().split()]
        except OSError:
            continue
        for child in children:
            found += [child, *descendants(child)]
    return found


def _status(pid: int) -> dict[str, int]:
    """Return the sizes of /proc/<pid>/status, in bytes."""
    try:
        text = (_PROC / str(pid) / "status").read_text()
    except OSError:
        return {}
    lines = (line.split() for line in text.splitlines() if line.endswith(" kB"))
    return {name.rstrip(":"): int(size) * 1024 for name, size, _ in lines}


def _asked(pid: int) -> int:
    answer = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return int(answer.stdout.strip() or 0) * 1024
