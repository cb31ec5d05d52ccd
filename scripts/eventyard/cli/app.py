"""Puts the commands together, and turns errors into words and exit codes."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

import typer

from eventyard.console import Console
from eventyard.errors import EventyardError

from . import deploy, local, look, ops, state

if TYPE_CHECKING:
    from types import FrameType

INTERRUPTED = 130

app = typer.Typer(
    name="eventyard",
    help="Deploy event-driven systems on AWS, or on an emulator of it on this machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
deploy.add_to(app)
look.add_to(app)
app.add_typer(local.app, name="local")
app.add_typer(ops.app, name="ops")
app.add_typer(state.app, name="state")


def main() -> None:
    """Run one command; exits 0, or says on stderr what happened, where, and what to do next."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        app()
    except EventyardError as error:
        Console().error(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        Console().note("interrupted")
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)


def _as_interrupt(_signal: int, _frame: FrameType | None) -> None:
    """End as on Ctrl-C: Terraform is told, and finishes what it holds."""
    raise KeyboardInterrupt
