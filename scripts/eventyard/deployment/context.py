"""What every step is given: settings, the stack, its folders, its target, and where to speak."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

from eventyard import tools
from eventyard.console import command
from eventyard.errors import EventyardError
from eventyard.rendering import StackSource
from eventyard.terraform import Terraform, TerraformError
from eventyard.terraform.process import Watch, run
from eventyard.terraform.readiness import lock_file, ready
from eventyard.terraform.runner import LOCAL_PARALLELISM

from .holder import remember_terraform

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from eventyard.config import Environment, Settings
    from eventyard.console import Console

    from .target import Target


PATIENCE_VARIABLE: Final = "EVENTYARD_PATIENCE"
PATIENCE_SECONDS: Final = 120.0
"""How long an emulator may keep silent while Terraform works on it; the variable names another time, in seconds."""


class LostError(EventyardError):
    """A local target no longer answers; Terraform was stopped."""


@dataclass(frozen=True)
class Paths:
    """Where one stack's files of one environment lie."""

    folder: Path

    @property
    def manifest(self) -> Path:
        """What packaging made."""
        return self.folder / "package/manifest.json"

    @property
    def root(self) -> Path:
        """The rendered root module."""
        return self.folder / "root"

    @property
    def plan(self) -> Path:
        """Terraform's saved plan."""
        return self.folder / "plan/plan.tfplan"

    @property
    def plan_json(self) -> Path:
        """The same plan as JSON; holds values, so its mode is 0600."""
        return self.folder / "plan/plan.json"

    @property
    def summary(self) -> Path:
        """What a reviewer reads of the plan."""
        return self.folder / "plan/summary.json"

    @property
    def record(self) -> Path:
        """What the saved plan was made from."""
        return self.folder / "plan/record.json"

    @property
    def planned(self) -> Path:
        """The manifest the saved plan was made from, where a bucket has its artefacts."""
        return self.folder / "plan/manifest.json"

    @property
    def state(self) -> Path:
        """The state, where it is kept on this machine."""
        return self.folder / "state/terraform.tfstate"

    @property
    def judged(self) -> Path:
        """What the policy said of the last plan."""
        return self.folder / "plan/judged.json"

    @property
    def secrets(self) -> Path:
        """Names of the outputs that are secret, as the last plan said."""
        return self.folder / "secrets.json"

    @property
    def synced(self) -> Path:
        """What `sync` put into the functions since the last apply; there only where it was used."""
        return self.folder / "sync.json"

    @property
    def events(self) -> Path:
        """When each resource of the last apply began, and how long it took."""
        return self.folder / "apply-events.json"


@dataclass(frozen=True)
class Context:
    """One stack in one environment, and the collaborators of its steps."""

    settings: Settings
    environment: Environment
    stack: str
    build: Path
    target: Target
    console: Console

    @cached_property
    def paths(self) -> Paths:
        """The stack's folders under `build/`."""
        return Paths(self.build / self.environment.name / self.stack)

    @cached_property
    def source(self) -> StackSource:
        """The stack's Terraform files."""
        return StackSource(self.settings.stack_folder(self.stack))

    @cached_property
    def binary(self) -> Path:
        """The Terraform that is used."""
        return tools.terraform(self.settings.project.terraform, self.build)

    def hint(self, words: str, options: str = "") -> str:
        """Return the command to suggest for this stack and environment."""
        return command(words, environment=self.environment.name, stack=self.stack, options=options)

    def terraform(self, folder: Path | None = None, *, offline: bool = False) -> Terraform:
        """Return the adapter, with credentials of this target and no other; offline, with none at all."""
        return Terraform(
            binary=self.binary,
            start=partial(run, watch=None if offline else self._watch()),
            folder=folder or self.paths.root,
            variables={**tools.terraform_environment(self.build), **({} if offline else self.target.variables())},
            hidden=("AWS_",) if self.environment.local or offline else (),
            parallelism=LOCAL_PARALLELISM if self.environment.local else None,
            unlock=f"wait for it to end, or {self.hint('state unlock')} when it never will"
            if self.environment.state
            else "wait for it to end; a process that died holds nothing",
            on_interrupt=lambda: self.console.warn(
                "interrupted: Terraform finishes what it is doing, then stops; asking again doesn't hurry it"
            ),
        )

    def _watch(self) -> Watch:
        """Return what is done beside Terraform: its process is noted, and a local target must go on answering."""
        emulator = self.target.emulator
        patience = _patience()
        return Watch(
            started=partial(remember_terraform, self.paths.folder),
            answers=emulator.healthy if emulator else None,
            lost=lambda: LostError(
                f"The emulator has not answered for {patience:.0f} s: Terraform was told to stop",
                where=emulator.endpoint if emulator else None,
                fix=self._lost_fix(),
            ),
            patience=patience,
        )

    @contextmanager
    def reached(self) -> Iterator[None]:
        """Say of a failure that the emulator is gone, where it is: Terraform tells of the one call that met it.

        Raises
        ------
        LostError
            Terraform failed, and the emulator does not answer.
        """
        try:
            yield
        except TerraformError as error:
            emulator = self.target.emulator
            if emulator is None or emulator.healthy():
                raise
            raise LostError(
                f"The emulator does not answer: {error.what}",
                where=f"{emulator.endpoint}\n{error.where or ''}".strip(),
                fix=self._lost_fix(),
            ) from error

    def _lost_fix(self) -> str:
        return f"see what became of it (`eventyard local status`); then {self.hint('apply')} goes on from there"

    def initialised(self) -> Terraform:
        """Return the adapter of the root, after `init` where that was needed."""
        terraform = self.terraform()
        lock = lock_file(self.settings.root, self.environment.heading) if self.environment.state else None
        bootstrap = command("state bootstrap", environment=self.environment.heading)
        if ready(terraform, needs=self.source.needs(), lock=lock, bootstrap=bootstrap):
            self.console.note("  initialised Terraform")
        return terraform


def _patience() -> float:
    given = os.environ.get(PATIENCE_VARIABLE)
    try:
        return float(given) if given else PATIENCE_SECONDS
    except ValueError:
        raise EventyardError(
            f"`{PATIENCE_VARIABLE}` is no number of seconds: `{given}`",
            where=PATIENCE_VARIABLE,
            fix=f"set it to one, or unset it for {PATIENCE_SECONDS:.0f}",
        ) from None
