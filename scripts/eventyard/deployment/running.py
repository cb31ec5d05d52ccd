"""What an emulator holds of a stack: whether it runs, and whether it is the one that was applied to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eventyard.errors import EventyardError

if TYPE_CHECKING:
    from pathlib import Path

    from eventyard.emulators import Emulator

    from .context import Context


class NotAppliedError(EventyardError):
    """Nothing of the stack is there."""


def require(context: Context) -> Emulator | None:
    """Return the emulator of a local environment; refuse to start one only to find nothing in it.

    Raises
    ------
    NotAppliedError
        The environment's emulator does not run.
    """
    if not context.environment.local:
        return None
    found = context.target.running()
    if found is None:
        raise NotAppliedError(
            f"The emulator of `{context.environment.name}` does not run: nothing is applied there",
            where=str(context.target.folder),
            fix=f"run {context.hint('apply')}",
        )
    return found


def note(context: Context) -> Path:
    """Return the file that says which emulator the local state describes."""
    return context.paths.state.with_name("incarnation")


def applied_to(context: Context) -> str:
    """Return the incarnation of the emulator that the local state describes; empty where that isn't known."""
    file = note(context)
    return file.read_text(encoding="utf-8") if file.is_file() else ""
