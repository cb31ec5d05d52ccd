"""Terraform in one folder: init, plan, show, apply, outputs, and no more."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

from . import events as streamed
from .commands import FLAG, Commands
from .errors import Diagnostic, StateLockedError, TerraformError, from_events, is_lock, plain
from .process import Finished, Run, run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from .events import Event, Timing

LOCAL_PARALLELISM: Final = 30
"""On an emulator nothing throttles: resources without an edge between them wait side by side."""

_CHANGES: Final = 2
_FULL: Final = "no space left on device"
_OWN_VARIABLES: Final = ("TF_CLI_ARGS", "TF_WORKSPACE", "TF_DATA_DIR", "TF_VAR_")


@dataclass(frozen=True)
class PlanResult:
    """What `plan` found."""

    changes: bool
    warnings: tuple[Diagnostic, ...] = ()


@dataclass
class Terraform:
    """Drives one Terraform binary in one root module's folder.

    Parameters
    ----------
    binary
        Terraform or OpenTofu.
    folder
        The root module.
    variables
        Environment variables on top of the process's own, credentials included.
    parallelism
        How many resources at once; None for Terraform's own default.
    unlock
        What to run when somebody's lock was left behind, for the error.
    """

    binary: Path
    folder: Path
    variables: Mapping[str, str] = field(default_factory=dict)
    parallelism: int | None = None
    unlock: str = "wait for it to end"
    start: Run = run
    on_interrupt: Callable[[], None] | None = None
    hidden: tuple[str, ...] = ()
    """Prefixes of the process's own variables Terraform must not see."""

    def init(self, *, readonly_lock: bool = False, backend: bool = True) -> None:
        """Fetch what the root needs: providers and modules.

        Without a lock of the environment's own the root's pin alone decides, so that a newer pin is taken.
        """
        self._plain(
            "init",
            input=False,
            no_color=FLAG,
            lockfile="readonly" if readonly_lock else None,
            upgrade=None if readonly_lock else FLAG,
            backend=None if backend else False,
            reconfigure=FLAG if backend else None,
        )

    def validate(self) -> list[Diagnostic]:
        """Check the configuration without touching state or targets; return what is wrong."""
        done = self._run(self._commands.build("validate", json=FLAG, no_color=FLAG))
        document = self._json("validate", done)
        return [Diagnostic.read(one) for one in document.get("diagnostics", [])]

    def plan(self, out: Path, *, destroy: bool = False, refresh_only: bool = False) -> PlanResult:
        """Write a plan to `out`, and say whether it holds changes."""
        command = self._commands.build(
            "plan",
            json=FLAG,
            input=False,
            detailed_exitcode=FLAG,
            destroy=FLAG if destroy else None,
            refresh_only=FLAG if refresh_only else None,
            parallelism=self.parallelism,
            out=str(out),
        )
        done, seen = self._stream("plan", command, accepted=(0, _CHANGES))
        warnings = [one for one in from_events([event.document for event in seen]) if one.severity == "warning"]
        return PlanResult(done.code == _CHANGES, tuple(warnings))

    def show(self, plan: Path | None = None) -> dict[str, Any]:
        """Return a saved plan as Terraform's JSON; without one, the state."""
        done = self._run(self._commands.build("show", *([str(plan)] if plan else []), json=FLAG, no_color=FLAG))
        return self._json("show", done)

    def apply(self, plan: Path, sink: Callable[[Event], None], *, fix: str | None = None) -> list[Timing]:
        """Apply exactly `plan`; each event goes to `sink` as it comes. Return the time of every resource."""
        command = self._commands.build("apply", str(plan), json=FLAG, input=False, parallelism=self.parallelism)
        seen: list[Event] = []

        def keep(event: Event) -> None:
            seen.append(event)
            sink(event)

        try:
            self._stream("apply", command, sink=keep, fix=fix)
        finally:
            self.timings = streamed.timings(seen)
        return self.timings

    def output(self) -> dict[str, Any]:
        """Return every output's value; no provider is started."""
        document = self._json("output", self._run(self._commands.build("output", json=FLAG, no_color=FLAG)))
        return {name: entry["value"] for name, entry in document.items()}

    def pull(self) -> dict[str, Any] | None:
        """Return the raw state, wherever it is kept; None when there is none yet."""
        done = self._run(self._commands.build("state pull"))
        if done.code:
            raise self._error("state pull", _said("state pull", done))
        return cast("dict[str, Any]", json.loads(done.stdout)) if done.stdout.strip() else None

    def push(self, state: Path) -> None:
        """Put the state of a file in the place of the one that is kept; refused where that is newer, or another's."""
        self._plain("state push", str(state))

    def force_unlock(self, lock_id: str) -> None:
        """Remove a lock that was left behind."""
        self._plain("force-unlock", lock_id, force=FLAG)

    timings: list[Timing] = field(default_factory=list, init=False)
    dumped: dict[str, Any] | None = field(default=None, init=False)
    """A state that could be saved nowhere: Terraform prints it then."""

    @property
    def _commands(self) -> Commands:
        return Commands(self.binary)

    def _environment(self) -> dict[str, str]:
        hidden = (*_OWN_VARIABLES, *self.hidden)
        own = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
        return own | dict(self.variables)

    def _run(self, command: list[str], on_line: Callable[[str], None] | None = None) -> Finished:
        return self.start(
            command, cwd=self.folder, env=self._environment(), on_line=on_line, on_interrupt=self.on_interrupt
        )

    def _plain(self, command: str, *arguments: str, **options: Any) -> None:
        done = self._run(self._commands.build(command, *arguments, **options))
        if done.code:
            raise self._error(command, _said(command, done))

    def _stream(
        self,
        name: str,
        command: list[str],
        *,
        sink: Callable[[Event], None] | None = None,
        accepted: tuple[int, ...] = (0,),
        fix: str | None = None,
    ) -> tuple[Finished, list[Event]]:
        seen: list[Event] = []

        def take(line: str) -> None:
            self.dumped = streamed.dumped_state(line) or self.dumped
            event = streamed.parse(line)
            if event:
                seen.append(event)
                if sink:
                    sink(event)

        done = self._run(command, take)
        if done.code not in accepted or done.interrupted:
            found = from_events([event.document for event in seen])
            if done.code < 0 or not found:
                found = [*_said(name, done), *found]
            if done.interrupted:
                found = [Diagnostic("error", f"`terraform {name}` was interrupted"), *found]
            raise self._error(name, found, fix)
        return done, seen

    def _json(self, name: str, done: Finished) -> dict[str, Any]:
        try:
            return cast("dict[str, Any]", json.loads(done.stdout))
        except ValueError:
            raise self._error(name, _said(name, done)) from None

    def _error(self, name: str, found: list[Diagnostic], fix: str | None = None) -> TerraformError | StateLockedError:
        held = next((one for one in found if is_lock(one)), None)
        if held:
            return StateLockedError(held, fix=self.unlock)
        if any(_FULL in one.detail or _FULL in one.summary for one in found):
            fix = f"make room on the disk of `{self.folder}`, then run the same command again"
        return TerraformError(name, found, folder=self.folder, fix=fix)


def _said(name: str, done: Finished) -> list[Diagnostic]:
    """Return what a command that failed printed for people, and who ended it where it did not end by itself."""
    if done.code >= 0:
        return plain(done.stderr or done.stdout)
    by = signal.Signals(-done.code).name
    ended = Diagnostic(
        "error", f"`terraform {name}` was ended by {by}: by somebody, or by the system for want of memory"
    )
    return [ended, *plain(done.stderr)]
