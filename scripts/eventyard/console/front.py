"""How a person calls the kit from where they stand: through make, or directly."""

from __future__ import annotations

import os
from typing import Final

_TARGETS: Final = {"local mail": "mail", "local up": "up", "local reset": "reset", "ops logs": "logs"}
_STACKLESS: Final = ("local", "state bootstrap", "doctor")


def command(words: str, *, environment: str, stack: str | None = None, options: str = "") -> str:
    """Return the command to suggest, in backticks.

    Examples
    --------
    >>> command("apply", environment="dev", stack="jobs")
    '`eventyard apply --stack jobs --env dev`'
    """
    target = _TARGETS.get(words, words)
    if "MAKELEVEL" in os.environ and " " not in target:
        text = f"make {target}"
        if stack and not words.startswith(_STACKLESS):
            text += f" STACK={stack}"
        text += f" ENV={environment}" if environment != "local" else ""
        return f'`{text} ARGS="{options}"`' if options else f"`{text}`"
    text = f"eventyard {words}"
    if stack and not words.startswith(_STACKLESS):
        text += f" --stack {stack}"
    return f"`{text} --env {environment}{' ' + options if options else ''}`"
