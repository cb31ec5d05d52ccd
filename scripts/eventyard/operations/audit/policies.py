"""Statements of identity policies, and whether one speaks of a call."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# `${aws:username}` and the like stand for something that is only known in a request. `${*}` is a plain asterisk.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
_PARTS = re.compile(r"\$\{([*?$])\}|\$\{[^}]*\}|\*|\?|[^*?$]+|\$")

Effect = Literal["Allow", "Deny"]


@dataclass(frozen=True)
class Statement:
    """One statement of one policy of a role.

    Parameters
    ----------
    place
        `policy#Sid`, or `policy#2` for a third statement without a Sid: as the emulator names what allowed a call.
    effect
        What it does.
    actions, not_actions
        Patterns of actions; one of the two is empty.
    resources, not_resources
        Patterns of ARNs; one of the two is empty.
    conditional
        Whether it has conditions. They are the emulator's to judge: only a call can tell what it was made under.
    """

    place: str
    effect: Effect
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()
    conditional: bool = False

    def is_of_action(self, action: str) -> bool:
        """Tell whether it speaks of an action; AWS takes small and capital letters there for the same."""
        if self.actions:
            return any(action_matches(pattern, action) for pattern in self.actions)
        return not any(action_matches(pattern, action) for pattern in self.not_actions)

    def is_of_resource(self, arn: str) -> bool:
        """Tell whether it speaks of a resource."""
        if self.resources:
            return any(resource_matches(pattern, arn) for pattern in self.resources)
        return not any(resource_matches(pattern, arn) for pattern in self.not_resources)

    def is_of(self, action: str, arn: str) -> bool:
        """Tell whether it speaks of a call, its conditions left out of account."""
        return self.is_of_action(action) and self.is_of_resource(arn)


def action_matches(pattern: str, action: str) -> bool:
    """Tell whether a pattern such as `sqs:Send*` stands for an action."""
    return bool(_compiled(pattern.lower()).fullmatch(action.lower()))


def resource_matches(pattern: str, arn: str) -> bool:
    """Tell whether a pattern such as `arn:aws:s3:::logs-${aws:username}/*` can stand for an ARN."""
    return bool(_compiled(pattern).fullmatch(arn))


def statements(policy: str, document: str | Mapping[str, Any]) -> tuple[Statement, ...]:
    """Return what a policy says.

    Parameters
    ----------
    policy
        The policy's name, or the ARN of an attached one.
    document
        Its JSON, as text or read.
    """
    read = json.loads(document) if isinstance(document, str) else document
    return tuple(_statements(policy, _list(read.get("Statement"))))


def _statements(policy: str, bodies: list[Any]) -> Iterator[Statement]:
    for number, body in enumerate(bodies):
        actions, not_actions, resources, not_resources = (
            tuple(str(one) for one in _list(body.get(name)))
            for name in ("Action", "NotAction", "Resource", "NotResource")
        )
        yield Statement(
            place=f"{policy}#{body.get('Sid') or number}",
            effect=cast("Effect", body["Effect"]),
            actions=actions,
            not_actions=not_actions,
            resources=resources,
            not_resources=not_resources,
            conditional=bool(body.get("Condition")),
        )


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile("".join(_part(found) for found in _PARTS.finditer(pattern)), re.DOTALL)


def _part(found: re.Match[str]) -> str:
    text = found[0]
    if found[1]:
        return re.escape(found[1])
    if text == "*" or text.startswith("${"):
        return ".*"
    return "." if text == "?" else re.escape(text)
