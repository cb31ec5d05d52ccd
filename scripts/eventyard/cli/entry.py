"""Where `eventyard` begins: errors become words and exit codes.

`package --handlers` is read without the libraries of the other commands: they take longer to load than a run with
nothing to do takes in all.
"""

from __future__ import annotations

import errno
import signal
import sys
from typing import TYPE_CHECKING

from eventyard.errors import INTERRUPTED, EventyardError

if TYPE_CHECKING:
    from types import FrameType

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def main() -> None:
    """Run one command; exits 0, or says on stderr what happened, where, and what to do next."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        _run(sys.argv[1:])
    except EventyardError as error:
        from eventyard.console import Console  # noqa: PLC0415 - nothing went wrong, mostly

        Console().error(error)
        sys.exit(error.exit_code)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            sys.stderr.close()
            sys.exit(1)
        if error.errno not in _FULL:
            raise
        from eventyard.console import Console  # noqa: PLC0415 - as above

        Console().error(
            EventyardError(
                f"The disk is full: {error.strerror}",
                where=str(error.filename or "build/"),
                fix="make room there (`eventyard cache trim` removes what is not of use), then run the same command "
                "again; nothing was left half-written",
            )
        )
        sys.exit(1)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(INTERRUPTED)


def _run(words: list[str]) -> None:
    if words[:1] == ["package"] and any(word.partition("=")[0] == "--handlers" for word in words):
        from . import folder  # noqa: PLC0415 - one of the two is loaded

        folder.main(words[1:])
    else:
        from .app import app  # noqa: PLC0415 - as above

        app()


def _as_interrupt(_signal: int, _frame: FrameType | None) -> None:
    """End as on Ctrl-C: Terraform is told, and finishes what it holds."""
    raise KeyboardInterrupt
