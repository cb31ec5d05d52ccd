"""Small named pieces of what AWS does and an emulator does not: what runs, and what the docs list."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Addition:
    """Something AWS does, and the emulator does not.

    Parameters
    ----------
    name
        The module below the launcher's `additions` that holds it.
    reason
        What the emulator does instead, and what breaks by it; one sentence.
    documented
        Where AWS documents the behaviour.
    """

    name: str
    reason: str
    documented: str


def install(launcher: str, additions: Iterable[Addition]) -> list[str]:
    """Install additions into the emulator of this process, in their order, and return their names.

    Parameters
    ----------
    launcher
        Import name of the package whose `additions` hold them.
    additions
        Which.
    """
    names = [addition.name for addition in additions]
    for name in names:
        import_module(f"{launcher}.additions.{name}").install()
    return names
