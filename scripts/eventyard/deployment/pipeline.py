"""A deployment: the steps wired together in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from eventyard.console import Console
from eventyard.errors import EventyardError
from eventyard.terraform import TerraformError

from . import (
    applying,
    artefacts,
    carried,
    destroying,
    drifting,
    judgement,
    planning,
    publishing,
    record,
    releases,
    reporting,
    roots,
    running,
    saving,
    uploads,
)
from .carried import Prepared
from .context import Context
from .holder import held
from .target import Target

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path
    from types import ModuleType

    from eventyard.config import Environment, Settings
    from eventyard.packaging import Manifest
    from eventyard.plans import Difference

    from .judgement import Planned
    from .releases import Release
    from .reporting import Outputs

PROD: Final = "prod"


class Deployment:
    """One stack in one environment.

    Parameters
    ----------
    project
        The project's settings.
    environment
        One of its environments, or its name.
    stack
        One of its stacks.
    build
        Where everything is written; the project's own `build/` unless a test has another.
    console
        Where it speaks.
    target
        The environment's target, when several stacks share it.

    Examples
    --------
    ``Deployment(settings, "local", "jobs").apply(approve=True)`` packages, renders, plans, judges, applies exactly
    that plan, publishes, and returns the outputs.
    """

    def __init__(
        self,
        project: Settings,
        environment: Environment | str,
        stack: str,
        *,
        build: Path | None = None,
        console: Console | None = None,
        target: Target | None = None,
    ) -> None:
        chosen = project.environment(environment) if isinstance(environment, str) else environment
        folder = build or project.root / "build"
        project.stack_folder(stack)
        self.context = Context(
            settings=project,
            environment=chosen,
            stack=stack,
            build=folder,
            target=target or Target(chosen, folder),
            console=console or Console(),
        )

    def package(self) -> Manifest:
        """Make the stack's artefacts and their manifest."""
        with self._held():
            self._step("package")
            return artefacts.package(self.context)

    def render(self, out: Path | None = None) -> Path:
        """Write the root module; to `out`, one that plain Terraform takes over with an empty plan."""
        with self._held():
            self.context.target.check()
            if not self.context.paths.manifest.is_file():
                self.package()
            uploads.upload(self.context, artefacts.read(self.context))
            self._step("render")
            return roots.render(self.context, out)

    def validate(self) -> None:
        """Check settings and Terraform code without a plan: nothing is started, nothing is called.

        Raises
        ------
        TerraformError
            Terraform finds the configuration invalid.
        """
        with self._held():
            self._step("validate")
            folder = self.context.paths.folder / "validate"
            roots.render_unapplied(self.context, folder)
            terraform = self.context.terraform(folder, offline=True)
            terraform.init(backend=False)
            found = terraform.validate()
            if any(one.severity == "error" for one in found):
                raise TerraformError("validate", found, folder=folder)

    def plan(self, manifest: str | None = None) -> Planned:
        """Plan what the files say now, save the plan and judge it; a finding that fails is for `apply` to refuse.

        Parameters
        ----------
        manifest
            Id of a kept manifest whose artefacts are taken; without one, the handlers are packaged.
        """
        with self._held():
            prepared = self._prepare(manifest)
            self._step("plan")
            planned = planning.plan(self.context, prepared)
            if self.context.paths.synced.is_file():
                _settling().warn(self.context, prepared.manifest)
            return planned

    def enforce(self, planned: Planned) -> None:
        """Say what the policy found, and refuse a plan that breaks a rule."""
        judgement.enforce(self.context, planned.findings)

    def apply(self, approve: bool | None = None, *, use_saved: bool = False, manifest: str | None = None) -> Outputs:
        """Run every step; return the outputs.

        Parameters
        ----------
        approve
            True goes on by itself. None asks on AWS, and always in `prod`.
        use_saved
            Apply the plan `plan` saved, if nothing it was made from has changed.
        manifest
            Id of a kept manifest whose artefacts are taken; without one, those the saved plan was made from, or the
            handlers are packaged.
        """
        context = self.context
        with self._held():
            prepared = self._prepare(manifest, use_saved=use_saved)
            if use_saved:
                planned = planning.saved(context, context.initialised(), prepared)
            else:
                self._step("plan")
                planned = planning.plan(context, prepared)
            for line in planned.summary.lines():
                context.console.note(f"  {line}")
            self._step("policy")
            self.enforce(planned)
            if planned.changes:
                self._approve(approve, reviewed=use_saved)
                self._step("apply")
            applying.apply(context, context.initialised(), planned)
            if context.paths.synced.is_file():
                _settling().settle(context, prepared.manifest)
            releases.keep(context, prepared.manifest, prepared.release)
            return self.publish()

    def publish(self) -> Outputs:
        """Put the stack's pages where its outputs say."""
        with self._held():
            found = reporting.outputs(self.context)
            if found.pages:
                self._step("publish")
                publishing.publish(self.context, found)
            return found

    def manifests(self, limit: int) -> list[Release]:
        """Return the newest manifests that were kept, newest first: the first is of the last apply."""
        self.context.target.check()
        self.require_running()
        return releases.newest(self.context, limit)

    def outputs(self) -> Outputs:
        """Return the outputs as the last apply left them."""
        self.context.target.check()
        self.require_running()
        return reporting.outputs(self.context)

    def destroy(self, approve: bool | None = None) -> None:
        """Take the stack down; refuses where it is protected, and asks unless approved."""
        context = self.context
        destroying.refuse_protected(context)
        with self._held():
            context.target.check()
            if context.environment.local and context.target.running() is None:
                context.console.note("  the emulator does not run: nothing is there")
                return
            planning.forget_lost_state(context)
            saving.recover(context)
            if roots.stored_state(context, context.stack) is None:
                # Looked at before rendering: what a stack that was never applied refers to need not be there either.
                context.console.note("  nothing is there")
                return
            self._render_for_destroy()
            terraform = context.initialised()
            self._step("plan")
            summary = destroying.plan(context, terraform)
            if summary is None:
                context.console.note("  nothing is there")
                return
            destroying.describe(context, summary)
            if not approve:
                context.console.confirm(
                    f"Destroy `{context.stack}` in `{context.environment.name}`?", answer=context.stack
                )
            self._step("destroy")
            destroying.destroy(context, terraform)

    def drift(self) -> list[Difference]:
        """Return what moved away from the state."""
        with self._held():
            self._prepare(put=False)
            self._step("drift")
            return drifting.drift(self.context)

    def _render_for_destroy(self) -> None:
        """Bring the root up to date where that is possible; what is there already will do otherwise.

        A stack must be able to go when its handlers don't build, or what it refers to has gone before it.
        """
        paths = self.context.paths
        if not (paths.root / ".terraform").is_dir():
            if not paths.manifest.is_file():
                self.package()
            self._step("render")
            roots.render(self.context)
            return
        try:
            self._step("render")
            roots.render(self.context)
        except EventyardError as error:
            self.context.console.note(f"  the root stays as it was: {error.what}")

    def require_running(self) -> None:
        """Refuse to start an emulator only to find nothing in it."""
        running.require(self.context)

    def _prepare(self, manifest: str | None = None, *, use_saved: bool = False, put: bool = True) -> Prepared:
        """Make artefacts, or take those of a kept manifest, see to it that they can be deployed, and render.

        Looking at drift puts nothing anywhere.
        """
        context = self.context
        context.target.check()
        prepared = self._artefacts(manifest, use_saved=use_saved)
        if put:
            uploads.upload(context, prepared.manifest)
        self._step("render")
        roots.render(context)
        return prepared

    def _artefacts(self, manifest: str | None, *, use_saved: bool) -> Prepared:
        """Return what is to be deployed; nothing is packaged without need."""
        context = self.context
        then = record.Record.read(context.paths.record) if use_saved else None
        wanted = manifest or (then.manifest if then else "")
        if wanted:
            self._step("manifest")
            release = releases.use(context, wanted)
            return Prepared(release.manifest, release)
        self._step("package")
        now = carried.sources(context)
        made = carried.take(context, now) if use_saved else None
        if made is None:
            return Prepared(artefacts.made(context), sources=now)
        context.console.note(f"  {len(made.handlers)} artefacts of the saved plan: no file has changed since")
        made.write(context.paths.manifest)
        return Prepared(made, sources=now)

    def _approve(self, approve: bool | None, *, reviewed: bool) -> None:
        """Ask on AWS. In `prod`, `--yes` is enough only for a saved plan, which somebody has seen."""
        environment = self.context.environment
        if environment.name == PROD:
            if approve and reviewed:
                return
        elif approve or environment.local:
            return
        self.context.console.confirm(
            f"Apply this to `{environment.name}` (account {environment.account_id}, {environment.region})?",
            answer=environment.name,
        )

    def _held(self) -> AbstractContextManager[None]:
        context = self.context
        return held(context.paths.folder, f"`{context.stack}` in `{context.environment.name}`")

    def _step(self, name: str) -> None:
        self.context.console.step(f"{name} {self.context.stack} ({self.context.environment.name})")


def _settling() -> ModuleType:
    """Return what sees to the edits `sync` left: it stands on this package, and is loaded where `sync` was used."""
    from eventyard.sync import settling  # noqa: PLC0415 - as said

    return settling
