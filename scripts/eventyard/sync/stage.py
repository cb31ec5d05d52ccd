"""Where `sync` works: the emulator or account, and what is applied there; found anew when either has changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from eventyard.deployment import Target, roots, running
from eventyard.deployment.pipeline import PROD
from eventyard.deployment.running import NotAppliedError
from eventyard.errors import EventyardError

from .deployed import Function, functions

if TYPE_CHECKING:
    from pathlib import Path

    from eventyard.deployment import Context


@dataclass(frozen=True)
class Scene:
    """What a round works on.

    Parameters
    ----------
    client
        Lambda's client.
    deployed
        The stack's functions.
    incarnation
        Of the emulator; empty where that can't be known.
    version
        Differs whenever the state or the place is another.
    """

    client: Any
    deployed: tuple[Function, ...]
    incarnation: str
    version: object


class Stage:
    """The one place a `sync` serves.

    Parameters
    ----------
    context
        Stack and environment.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self._place: object = None
        self._client: Any = None
        self._stamp: object = None
        self._deployed: tuple[Function, ...] = ()

    def check(self) -> None:
        """Refuse credentials of another account, an emulator that does not run, and a stack that isn't applied."""
        self.context.target.check()
        self.now()

    def now(self) -> Scene:
        """Return what is there at this moment.

        Raises
        ------
        EventyardError
            The emulator does not run or has lost what was applied, or nothing is applied yet.
        """
        incarnation = self._arrive() if self.context.environment.local else self._sign_in()
        self._read_state(incarnation)
        return Scene(self._client, self._deployed, incarnation, (self._place, self._stamp))

    def _arrive(self) -> str:
        """Go where the emulator is now; return its incarnation."""
        context = self.context
        emulator = running.require(context)
        if emulator is None:
            raise AssertionError  # pragma: no cover - local environments have one
        place = (emulator.endpoint, emulator.incarnation)
        if place != self._place:
            # What the target remembers of the emulator is of the former one.
            self.context = replace(context, target=Target(context.environment, context.build))
            self._client = emulator.session(context.environment.account_id).client("lambda")
            self._place, self._stamp = place, None
        return emulator.incarnation

    def _sign_in(self) -> str:
        if self._client is None:
            self._client = self.context.target.session.client("lambda")
            self._place = self.context.environment.account_id
        return ""

    def _read_state(self, incarnation: str) -> None:
        """Read the state again if it may be another."""
        context = self.context
        file = context.paths.state
        stamp = None if context.environment.state else _stamp(file)
        if stamp is not None and stamp == self._stamp:
            return
        state = roots.stored_state(context, context.stack)
        if state is None or not state.get("resources"):
            raise NotAppliedError(
                f"`{context.stack}` is not applied in `{context.environment.name}`: nothing is there to give code to",
                where=None if context.environment.state else str(file),
                fix=f"run {context.hint('apply')} first",
            )
        if incarnation and running.applied_to(context) not in ("", incarnation):
            raise NotAppliedError(
                "The emulator was started anew or emptied since the last apply: the functions are gone",
                where=str(file),
                fix=f"run {context.hint('apply')}, which creates everything again",
            )
        self._stamp = stamp or (state.get("lineage"), state.get("serial"))
        self._deployed = tuple(functions(state))


def refuse(context: Context) -> None:
    """Refuse environments whose functions come from `apply` alone.

    Raises
    ------
    EventyardError
        The environment is protected, or is named `prod`.
    """
    environment = context.environment
    if environment.name == PROD:
        what, fix = "is not for `sync`, whatever its settings", ""
    elif environment.protected:
        what = "is protected, and `sync` changes functions past Terraform"
        fix = "; set `protect = false` there if it is for development"
    else:
        return
    raise EventyardError(
        f"`{environment.name}` {what}",
        where=f"eventyard.toml: environments.{environment.name}",
        fix=f"deploy with {context.hint('apply')}{fix}",
    )


def _stamp(file: Path) -> tuple[int, int, int] | None:
    """Return what differs whenever a file was written; None where there is none."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
