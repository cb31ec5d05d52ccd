"""Least privilege, measured: what a stack's roles may do beside what they were seen to do on the emulator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eventyard.deployment import record, running
from eventyard.errors import EventyardError
from eventyard.operations.audit.calls import Call, Observation, observed
from eventyard.operations.audit.comparing import Audit, Denied, Unseen, Unused, compare
from eventyard.operations.audit.policies import Statement, statements
from eventyard.operations.audit.roles import Role, of_stack
from eventyard.operations.audit.unsigned import Unsigned, arns_by_place, of_ministack

if TYPE_CHECKING:
    from eventyard.deployment import Context
    from eventyard.emulators import Emulator

__all__ = [
    "Audit",
    "Call",
    "Denied",
    "Observation",
    "Role",
    "Statement",
    "Unseen",
    "Unsigned",
    "Unused",
    "audit",
    "compare",
    "observed",
    "statements",
]


def audit(context: Context) -> Audit:
    """Compare the policies of an applied stack's roles with the calls the emulator has seen since it started.

    Parameters
    ----------
    context
        The stack, in an environment with an emulator of the kit's own.

    Raises
    ------
    EventyardError
        Nobody records calls there, or nothing is applied there.
    """
    emulator = _recording(context)
    remote = context.environment.state is not None
    state = record.state_of(context, context.initialised() if remote else context.terraform(offline=True))
    if not state or not state.get("resources") or running.applied_to(context) not in ("", emulator.incarnation):
        raise EventyardError(
            f"`{context.stack}` is not applied in `{context.environment.name}`",
            where=str(context.paths.folder),
            fix=f"run {context.hint('apply')}, and then what the stack is for",
        )
    roles = of_stack(state, emulator.session(context.environment.account_id))
    return compare(roles, observed(emulator), unsigned=of_ministack(), named=arns_by_place(state))


def _recording(context: Context) -> Emulator:
    """Return the emulator that has kept the calls."""
    environment = context.environment
    where = f"eventyard.toml: environments.{environment.name}"
    if not environment.local:
        raise EventyardError(
            f"`{environment.name}` is on AWS, where AWS keeps the calls and eventyard none",
            where=where,
            fix="IAM Access Analyzer's findings of unused access say what is never used there\n"
            "(https://docs.aws.amazon.com/IAM/latest/UserGuide/what-is-access-analyzer.html),\n"
            "CloudTrail's events with the error code `AccessDenied` what is denied;\n"
            "here name a local environment with `--env`",
        )
    if environment.target != "ministack":
        raise EventyardError(
            f"`{environment.name}` is LocalStack, whose core enforces no IAM: all calls are allowed, and none is kept",
            where=f"{where}.target",
            fix="name an environment of the embedded emulator with `--env`",
        )
    if environment.endpoint:
        raise EventyardError(
            f"`{environment.endpoint}` was not started from here: nothing in it keeps the calls it gets",
            where=f"{where}.endpoint",
            fix="name an environment of the embedded emulator with `--env`, one without `endpoint`",
        )
    if environment.settings.get("AUTH", "true").lower() != "true":
        raise EventyardError(
            f"IAM is not enforced in `{environment.name}`: every call is allowed, and none is kept",
            where=f"{where}.settings.AUTH",
            fix="take the setting out, start anew and run what the stack is for",
        )
    found = context.target.running()
    if found is None:
        raise EventyardError(
            f"The emulator of `{environment.name}` does not run: it has seen nothing",
            where=str(context.target.folder),
            fix=f"run {context.hint('apply')}, and then what the stack is for",
        )
    return found
