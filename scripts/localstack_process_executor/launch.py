"""The first moments of a function's process: limits, then the runtime in its place.

Run as a script, `python -I -S launch.py PARENT DATA PROGRAM ARGUMENT…`, by the interpreter functions run on. A process
of its own, because what `subprocess` runs between fork and exec (`preexec_fn`) can lock up in a parent with threads.
"""

from __future__ import annotations

import os
import resource
import sys

_PR_SET_PDEATHSIG = 1
_SIGKILL = 9
_OPEN_FILES = 1024
"""As on Lambda: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""


def main(parent: int, data: int, command: list[str]) -> None:
    """Die with the parent, hold no more than `data` bytes of private memory, become `command`."""
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 - only needed here, and a third of this program's time

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, _SIGKILL)
        if os.getppid() != parent:
            os._exit(1)  # it ended before the line above
        _lower(resource.RLIMIT_DATA, data)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_NOFILE, _OPEN_FILES)
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted


def _lower(limit: int, value: int) -> None:
    hard = resource.getrlimit(limit)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(limit, (value, value))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
