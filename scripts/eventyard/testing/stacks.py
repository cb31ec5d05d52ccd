"""Real stacks for tests: applied once a run, planned a second time, destroyed at the end with nothing left."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from eventyard import emulators, plans
from eventyard.config import StackSettings
from eventyard.deployment import Deployment
from eventyard.deployment.record import state_of
from eventyard.plans.prices import CURRENCY

from .leftovers import inventory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from eventyard.config import Environment, Settings
    from eventyard.deployment import Target


@dataclass(frozen=True)
class Stack:
    """One applied stack."""

    name: str
    deployment: Deployment
    outputs: dict[str, Any]
    """As the stack gives them: AWS's addresses, secrets included."""
    addresses: dict[str, Any]
    """The same, with addresses that open from here."""
    second_plan: tuple[plans.Difference, ...]
    """What a plan right after the apply would still change; empty when all is well."""


def _silent(_: str) -> None:
    """Write nothing."""


@dataclass
class Yard:
    """The stacks of one test run in one environment.

    Parameters
    ----------
    settings
        The project.
    environment
        Where to; a local one is a copy with a name, an emulator and a folder of its own.
    target
        Shared by all stacks of the run.
    keep
        Leave everything up at the end, for a person who iterates.
    tell
        Writes a line to the person's terminal.
    """

    settings: Settings
    environment: Environment
    target: Target
    keep: bool = False
    tell: Callable[[str], None] = _silent
    _applied: dict[str, Stack] = field(default_factory=dict)
    _before: set[str] = field(default_factory=set)

    def stack(self, name: str, inputs: Mapping[str, Any] | None = None) -> Stack:
        """Return stack `name`, applying it when this run has not yet, or when other inputs are asked for."""
        known = self._applied.get(name)
        if known is not None and inputs is None:
            return known
        if not self._applied:
            self.target.check()  # whose account it is, before anything in it is looked at
            self._before = inventory(self.target.session)
        deployment = self.deployment(name, inputs)
        # Registered before the apply, so that what a failed one leaves behind is destroyed too.
        self._applied[name] = Stack(name, deployment, {}, {}, ())
        if not self.environment.local:
            self._price(name, deployment)
        addresses = deployment.apply(approve=True).values
        context = deployment.context
        state = state_of(context, context.initialised()) or {}
        planned = deployment.plan().document
        tolerated = emulators.tolerated(self.environment.target) if self.environment.local else []
        self._applied[name] = Stack(
            name,
            deployment,
            state["outputs"]["stack"]["value"],
            addresses,
            tuple(plans.differences(planned, tolerated)),
        )
        return self._applied[name]

    def deployment(self, name: str, inputs: Mapping[str, Any] | None = None) -> Deployment:
        """Return a deployment of stack `name` in this run's environment, without applying it."""
        environment = self.environment
        if inputs is not None:
            stacks = {**environment.stacks, name: StackSettings(inputs=dict(inputs))}
            environment = environment.model_copy(update={"stacks": stacks})
        return Deployment(self.settings, environment, name, target=self.target)

    @property
    def applied(self) -> tuple[Stack, ...]:
        """The stacks this run has applied, in order."""
        return tuple(self._applied.values())

    def _price(self, name: str, deployment: Deployment) -> None:
        """Tell what a stack will cost a month, while nothing happens, before it is made."""
        summary = plans.summarise(deployment.plan().document)
        more = " or more" if summary.at_least else ""
        self.tell(f"eventyard: {name} costs about {summary.monthly:.2f} {CURRENCY}{more} a month while it stands")

    def _ours(self, thing: str) -> bool:
        """Tell whether this run can have made a thing: an account on AWS is not ours alone, an emulator is."""
        return self.environment.local or self.environment.name in thing

    def close(self) -> None:
        """Destroy every stack, the last first, and compare what is there with what was there before.

        Raises
        ------
        AssertionError
            Something was left behind; names it.
        """
        if self.keep or not self._applied:
            return
        failures = [failure for stack in reversed(self.applied) if (failure := _destroyed(stack))]
        left = {one for one in inventory(self.target.session) - self._before if self._ours(one)}
        if failures or left:
            raise AssertionError("\n".join(["destroy left something behind:", *failures, *sorted(left)]))


def _destroyed(stack: Stack) -> str | None:
    """Destroy one stack; a failure is told and does not keep the others from being destroyed."""
    try:
        stack.deployment.destroy(approve=True)
    except Exception as error:  # noqa: BLE001 - whatever it is, the next stack must go too
        return f"{stack.name}: {error}"
    return None
