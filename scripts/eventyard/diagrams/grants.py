"""Rights as arrows: what the policies of a module's roles allow, on which box."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eventyard.diagrams.graph import Edge
from eventyard.diagrams.owners import outside
from eventyard.diagrams.services import ORDER, PUSHES, UNSEEN, words
from eventyard.plans.document import UNKNOWN, as_list, parsed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from eventyard.diagrams.owners import Owners
    from eventyard.plans.document import Resource

_POLICY = "aws_iam_role_policy"
_OWN = "service"
"""Policies of this name hold what a module's own service needs: what of it lies outside the stack tells nothing."""


@dataclass(frozen=True, slots=True)
class Right:
    """One statement of a policy that allows something."""

    label: str
    actions: tuple[str, ...]
    resources: tuple[Any, ...]

    @property
    def telling(self) -> list[str]:
        """Return the actions that say who works with whom."""
        return [action for action in self.actions if action.partition(":")[0] not in UNSEEN]


def rights(owners: Owners, reached: AbstractSet[tuple[str, str]]) -> Iterator[Edge]:
    """Yield an arrow for each right, but for what `reached` shows already: a trigger comes with its right."""
    for policy in owners.document.of(_POLICY):
        node = owners.of(policy)
        for right in allowed(owners, policy) if node in owners.nodes else ():
            known = sorted({owner for arn in right.resources if (owner := owners.of_arn(arn))})
            for other in known:
                yield from _inside(node, other, right, reached)
            if not known and UNKNOWN not in right.resources and policy.value("name") != _OWN:
                yield from _outside(node, right, reached)
    # An ARN that the plan doesn't know yet has its owner in the stack's own text.
    for node in owners.nodes:
        for other, grant in owners.granted(node):
            if (node, other) not in reached and grant in ORDER:
                yield _arrow(node, other, [grant])


def _inside(node: str, other: str, right: Right, reached: AbstractSet[tuple[str, str]]) -> Iterator[Edge]:
    """Yield the arrow to another box, and one from it where something is taken there: that flows towards the taker."""
    said = words(right.telling)
    if "consume" in said and (other, node) not in reached:
        yield Edge(other, node, "flow", says=("messages",))
    rest = [word for word in said if word != "consume"]
    if rest and (node, other) not in reached:
        yield _arrow(node, other, rest)


def _outside(node: str, right: Right, reached: AbstractSet[tuple[str, str]]) -> Iterator[Edge]:
    """Yield the arrow to what the stack doesn't own, in the words its author has for the right."""
    actions = right.telling
    end = outside(actions[0].partition(":")[0]).id if actions else node
    if (node, end) not in reached and end != node:
        name = _told(right.label) or ", ".join(words(actions))
        yield Edge(node, end, "flow", words=(name,) if name else ())


def _arrow(node: str, other: str, said: list[str]) -> Edge:
    return Edge(node, other, "flow" if PUSHES & set(said) else "grant", words=tuple(said))


def allowed(owners: Owners, policy: Resource) -> Iterator[Right]:
    """Yield what a policy allows, also where only the document behind it is known."""
    document = parsed(policy.value("policy"))
    if isinstance(document, Mapping):
        for one in as_list(document.get("Statement")):
            if one.get("Effect") == "Allow":
                actions, resources = as_list(one.get("Action")), as_list(one.get("Resource"))
                yield Right(str(one.get("Sid", "")), tuple(actions), tuple(resources))
        return
    data = owners.document.source(policy, "policy", "aws_iam_policy_document")
    statements = data.value("statement") if data else None
    for one in statements if isinstance(statements, list) else ():
        if one.get("effect") in {None, "Allow"} and isinstance(one.get("actions"), list):
            resources = one.get("resources")
            known = [UNKNOWN] if resources is UNKNOWN else as_list(resources)
            yield Right(str(one.get("sid") or ""), tuple(one["actions"]), tuple(known))


def _told(label: str) -> str:
    """Return a statement's id as words: `FindPerson` is `find person`."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in label).strip()
