"""Processes of this machine, as `ps` tells them."""

from __future__ import annotations

import subprocess


def family(pid: int | None) -> set[str]:
    """Return the pids of a process and of all below it."""
    rows = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [row.split() for row in rows.splitlines()]
    found, size = {str(pid)}, 0
    while len(found) > size:
        size = len(found)
        found |= {child for child, parent in pairs if parent in found}
    return found
