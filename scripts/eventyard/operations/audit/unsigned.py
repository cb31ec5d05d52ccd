"""What services do with a role without signing for it on the emulator, as data with reasons."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from eventyard.deployment.functions import instances
from eventyard.operations.audit.policies import action_matches, resource_matches

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from eventyard.operations.audit.policies import Statement
    from eventyard.operations.audit.roles import Role


@dataclass(frozen=True)
class Unsigned:
    """Something a service does under a role, which the emulator does without asking IAM.

    Parameters
    ----------
    service
        The service that takes the role; `*` for any.
    actions
        What it does; patterns.
    reason
        Who does it on AWS, and what the emulator does instead.
    named_by
        Types of Terraform's resources, or arguments of one (`type.argument`), one of which has to name the statement's
        resource: without an event source mapping of a queue, taking from it is the code's own. Empty where it's always
        so.
    taken_by
        Types of Terraform's resources, one of which has to name the role. Empty where it's always so.
    """

    service: str
    actions: tuple[str, ...]
    reason: str
    named_by: tuple[str, ...] = ()
    taken_by: tuple[str, ...] = ()

    def covers(self, role: Role, statement: Statement, action: str, named: Mapping[str, frozenset[str]]) -> bool:
        """Tell whether an action of a statement is the service's.

        Parameters
        ----------
        role, statement, action
            One pattern of an action in one statement of a role.
        named
            The ARNs, and texts that hold one, of the stack's resources; see :func:`arns_by_place`.
        """
        if self.service != "*" and self.service not in role.services:
            return False
        if not any(action_matches(pattern, action) for pattern in self.actions):
            return False
        naming, taking = (
            [text for type_ in types for text in named.get(type_, ())] for types in (self.named_by, self.taken_by)
        )
        if self.taken_by and not any(role.arn in text for text in taking):
            return False
        return not self.named_by or any(resource_matches(one, arn) for one in statement.resources for arn in naming)


@cache
def of_ministack() -> tuple[Unsigned, ...]:
    """Return what MiniStack's services do unsigned."""
    text = (files("eventyard.emulators") / "data" / "ministack-unsigned.toml").read_text(encoding="utf-8")
    return tuple(
        Unsigned(
            service=entry["service"],
            actions=tuple(entry["actions"]),
            reason=entry["reason"],
            named_by=tuple(entry.get("named_by", ())),
            taken_by=tuple(entry.get("taken_by", ())),
        )
        for entry in tomllib.loads(text)["unsigned"]
    )


def arns_by_place(state: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """Return every ARN, and every text that holds one, of a state's resources, by `type` and by `type.argument`."""
    found: dict[str, set[str]] = {}
    for type_ in {entry["type"] for entry in state.get("resources", [])}:
        for _, values in instances(state, type_):
            for argument, value in values.items():
                arns = {text for text in _texts(value) if "arn:" in text}
                found.setdefault(type_, set()).update(arns)
                found.setdefault(f"{type_}.{argument}", set()).update(arns)
    return {place: frozenset(arns) for place, arns in found.items()}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
