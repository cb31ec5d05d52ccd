"""Which box a resource, an ARN or a reference belongs to."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from eventyard.diagrams.graph import Node
from eventyard.diagrams.services import KINDS, OUTSIDE, named_by
from eventyard.plans.document import UNKNOWN, Document

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from eventyard.plans.document import Resource

STACK: Final = "module.stack"
_MODULE = re.compile(r'module\.stack\.module\.([\w-]+(?:\[(?:"[^"]*"|\d+)\])?)')
_REFERENCE = re.compile(r"module\.([\w-]+)")
_OF_TYPE: Final = {kind.type: (rank, kind) for rank, kind in enumerate(KINDS)}


class Owners:
    """The boxes of one plan, and who owns what.

    Parameters
    ----------
    plan
        What `terraform show -json PLAN` says of a root that calls a stack as `module.stack`.
    """

    def __init__(self, plan: Mapping[str, Any]) -> None:
        self.document = Document.of_plan(plan)
        prefix = plan.get("variables", {}).get("prefix", {}).get("value")
        self._prefix = prefix if isinstance(prefix, str) else ""
        root = plan.get("configuration", {}).get("root_module", {})
        stack = root.get("module_calls", {}).get("stack", {}).get("module", {})
        self._calls: Mapping[str, Any] = stack.get("module_calls", {})

    def of(self, resource: Resource) -> str:
        """Return the module a resource is in, or the resource's own address where it is the stack's itself."""
        found = _MODULE.match(resource.module)
        return found[1] if found else resource.address.removeprefix(f"{STACK}.")

    def of_arn(self, arn: object) -> str | None:
        """Return who owns what an ARN names; None where this plan doesn't."""
        if arn is UNKNOWN:
            return None
        named = named_by(arn)
        return self._names.get(named) if named else None

    def referred(self, node: str, argument: str) -> list[str]:
        """Return the boxes that an argument of a module's call refers to, in the stack."""
        call = self._calls.get(re.sub(r"\[.*", "", node), {})
        expression = call.get("expressions", {}).get(argument, {})
        names = {found[1] for name in _references(expression) if (found := _REFERENCE.match(name))}
        return sorted(one for one in self.nodes if re.sub(r"\[.*", "", one) in names)

    def granted(self, node: str) -> list[tuple[str, str]]:
        """Return (module, grant) for each ready grant that a module's call hands on."""
        call = self._calls.get(re.sub(r"\[.*", "", node), {})
        names = _references(call.get("expressions", {}).get("grants", {}))
        found = (re.fullmatch(r"module\.([\w-]+)\.grants\.(\w+)", name) for name in names)
        return sorted({(one[1], one[2]) for one in found if one and one[1] in self.nodes})

    def short(self, name: str) -> str:
        """Return a physical name without what every name of the stack begins with."""
        return name.lstrip("/").removeprefix(self._prefix).lstrip("-/") if self._prefix else name

    @cached_property
    def nodes(self) -> dict[str, Node]:
        """Return the boxes by id: each module, and each resource of the stack's own, that is of a kind people name."""
        best: dict[str, tuple[tuple[int, bool, str], Resource]] = {}
        for resource in self.document.resources:
            if resource.type in _OF_TYPE:
                # beside its queue a module may have one of dead letters: what it is about is called `this`
                rank = (_OF_TYPE[resource.type][0], not resource.local_name.endswith(".this"), resource.address)
                owner = self.of(resource)
                best[owner] = min(best.get(owner, (rank, resource)), (rank, resource), key=lambda one: one[0])
        return {owner: self._node(owner, resource) for owner, (_, resource) in sorted(best.items())}

    def _node(self, owner: str, resource: Resource) -> Node:
        kind = _OF_TYPE[resource.type][1]
        name = resource.value(kind.name)
        short = self.short(name) if isinstance(name, str) else ""
        # a bucket's name ends with the account's number
        short = re.sub(r"-\d{12}$", "", short)
        said = short and _plain(short) != _plain(owner) and _plain(short) not in _plain(owner)
        return Node(owner, kind.says, kind.family, short if said else "")

    @cached_property
    def _names(self) -> dict[tuple[str, str], str]:
        """Return who owns what, by the service and the name that ARNs have."""
        found: dict[tuple[str, str], str] = {}
        for resource in self.document.resources:
            if resource.type in _OF_TYPE:
                kind = _OF_TYPE[resource.type][1]
                name = resource.value(kind.name)
                if kind.arn and isinstance(name, str):
                    # a parameter's name may begin with a slash, which its ARN has anyway
                    found[(kind.arn, name.removeprefix("/"))] = self.of(resource)
        return found


def outside(service: str) -> Node:
    """Return the box of what a stack uses without owning it."""
    return Node(OUTSIDE.get(service, service.upper()), "outside the stack", "outside")


def _references(expression: Any) -> Iterator[str]:
    if isinstance(expression, dict):
        yield from expression.get("references", ())
        for key, inner in expression.items():
            if key not in {"references", "constant_value"}:
                yield from _references(inner)
    elif isinstance(expression, list):
        for inner in expression:
            yield from _references(inner)


def _plain(name: str) -> str:
    return re.sub(r"\W|_", "", name.lower())
