"""What `eventyard.toml` can be refused for."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from eventyard.errors import EventyardError

if TYPE_CHECKING:
    from collections.abc import Iterable


class ConfigError(EventyardError):
    """The settings can't be right; names the key, and the nearest right one."""


class GuardError(EventyardError):
    """Settings, endpoint and credentials don't belong together; nothing has run."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return advice that names the key a person most likely meant, or all there are."""
    names = sorted(known)
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.5)
    if close:
        return f"did you mean `{close[0]}`?"
    return f"known are {', '.join(f'`{name}`' for name in names)}" if names else "none are known here"
