"""The calls an emulator has kept, with what IAM said of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from eventyard.emulators import http
from eventyard.errors import EventyardError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eventyard.emulators import Emulator

Decision = Literal["allowed", "implicitly denied", "explicitly denied"]
_PATH = "/_eventyard/calls"


@dataclass(frozen=True)
class Call:
    """One check of IAM.

    Parameters
    ----------
    at
        When (UTC).
    principal
        The ARN of the role behind the session, of a user, or of the root.
    action, resource
        What it was for, as the emulator's IAM sees it; `*` where the service has no resource.
    decision
        What was decided.
    by
        The statements (`policy#Sid`) that allow it, or the one that denies.
    """

    at: datetime
    principal: str
    action: str
    resource: str
    decision: Decision
    by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Observation:
    """What was seen, and for how long.

    Parameters
    ----------
    since
        When the emulator began to look: its start, or the last time it was emptied (UTC).
    calls
        Oldest first.
    dropped
        How many of the oldest calls are not kept any more.
    """

    since: datetime
    calls: tuple[Call, ...]
    dropped: int = 0


def observed(emulator: Emulator) -> Observation:
    """Return what an emulator that was started here has seen.

    Raises
    ------
    EventyardError
        It doesn't answer.
    """
    answer = http.get_json(f"{emulator.endpoint}{_PATH}", timeout=60)
    if not isinstance(answer, dict) or "calls" not in answer:
        raise EventyardError(
            "The emulator doesn't say which calls it has seen",
            where=f"{emulator.endpoint}{_PATH}",
            fix="stop it, which empties it: `eventyard local down`; then apply, and run what the stack is for",
        )
    return read(answer)


def read(answer: Mapping[str, Any]) -> Observation:
    """Return the gateway's answer as values."""
    return Observation(
        since=datetime.fromisoformat(answer["since"]),
        calls=tuple(
            Call(**{**call, "at": datetime.fromisoformat(call["at"]), "by": tuple(call["by"])})
            for call in answer["calls"]
        ),
        dropped=answer["dropped"],
    )
