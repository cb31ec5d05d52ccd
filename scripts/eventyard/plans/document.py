"""A plan or a state as what the rules read: resources with their values, and holes where a value is not known yet."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any, Final

from eventyard.plans.wiring import Wiring, refers

_INDEX = re.compile(r"\[(?:\d+|\"(?:[^\"\\]|\\.)*\")\]")


class Hole(Enum):
    """The type of `UNKNOWN`, so that signatures can name it."""

    UNKNOWN = "unknown until apply"


UNKNOWN: Final = Hole.UNKNOWN
"""Stands where Terraform knows a value only after the apply; never equal to anything a rule looks for."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One managed resource as it will be (a plan) or is (a state).

    Parameters
    ----------
    address
        As Terraform prints it, with modules and keys.
    type
        `aws_sqs_queue`.
    module
        Address of the module it is in, with keys; empty at the root.
    values
        Its attributes, `UNKNOWN` wherever the plan does not know them.
    configured
        Names of the arguments the configuration sets; None in a state, which has no configuration.
    references
        Argument → addresses it refers to, as written in its own module.
    provider
        Which of the root's provider configurations makes it (`aws`, `aws.east`); empty in a state, which doesn't say.
    """

    address: str
    type: str
    module: str
    values: Mapping[str, Any]
    configured: frozenset[str] | None = None
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    provider: str = ""

    @property
    def local_name(self) -> str:
        """Return its address as references in its own module write it, without keys."""
        return _INDEX.sub("", self.address.removeprefix(f"{self.module}." if self.module else ""))

    @property
    def key(self) -> str:
        """Return its own key, brackets included, or nothing."""
        found = list(_INDEX.finditer(self.address))
        return found[-1][0] if found and found[-1].end() == len(self.address) else ""

    def value(self, *path: str | int) -> Any:
        """Return what is at `path`: None where there is nothing, `UNKNOWN` at or under a hole."""
        at: Any = self.values
        for step in path:
            if at is UNKNOWN:
                return UNKNOWN
            if isinstance(at, Mapping) and isinstance(step, str):
                at = at.get(step)
            elif isinstance(at, Sequence) and not isinstance(at, str) and isinstance(step, int):
                at = at[step] if step < len(at) else None
            else:
                return None
        return at

    def optional(self, argument: str) -> Any:
        """Return an optional argument that AWS fills in when it is left out: None where nobody set it.

        The plan shows such an argument as unknown, although nothing about it is open.
        """
        if self.configured is not None and argument not in self.configured:
            return None
        return self.value(argument)


@dataclass(frozen=True)
class Document:
    """All managed resources of a plan or a state."""

    resources: tuple[Resource, ...]
    data: tuple[Resource, ...] = ()
    """Data a plan puts off until the apply, with what of its arguments is known."""
    wiring: Wiring = field(default_factory=lambda: Wiring({}))
    """What refers to what in a plan's configuration; a state has none."""

    @classmethod
    def of_plan(cls, plan: Mapping[str, Any]) -> Document:
        """Read `terraform show -json PLAN`: what will be there after the apply, unchanged resources included."""
        root = plan.get("configuration", {}).get("root_module", {})
        configured = dict(_configurations(root, ""))
        found: dict[str, list[Resource]] = {"managed": [], "data": []}
        for entry in plan.get("resource_changes", ()):
            change = entry["change"]
            if change.get("after") is None:
                continue
            module = entry.get("module_address", "")
            arguments, provider = configured.get(_INDEX.sub("", entry["address"]), ({}, ""))
            found[entry["mode"]].append(
                Resource(
                    address=entry["address"],
                    type=entry["type"],
                    module=module,
                    values=_merge(change["after"], change.get("after_unknown", {})),
                    configured=frozenset(arguments),
                    references=arguments,
                    provider=provider,
                )
            )
        return cls(tuple(found["managed"]), tuple(found["data"]), Wiring(root))

    @classmethod
    def of_state(cls, state: Mapping[str, Any]) -> Document:
        """Read `terraform show -json` of a state: everything is known."""
        root = (state.get("values") or {}).get("root_module", {})
        return cls(tuple(_of_module(root)))

    @cached_property
    def _by_type(self) -> dict[str, list[Resource]]:
        found: dict[str, list[Resource]] = {}
        for resource in self.resources:
            found.setdefault(resource.type, []).append(resource)
        return found

    def of(self, *types: str) -> Iterator[Resource]:
        """Iterate over the resources of these types."""
        for type_ in types:
            yield from self._by_type.get(type_, ())

    def referred(self, resource: Resource, argument: str, type_: str) -> Resource | None:
        """Return the one resource of `type_` that `argument` refers to in the same module, if it is exactly one.

        Only who is meant can be read from a reference; whether the value is set can not.
        """
        names = set(resource.references.get(argument, ()))
        found = [o for o in self.of(type_) if o.module == resource.module and o.local_name in names]
        return found[0] if len(found) == 1 else None

    def source(self, resource: Resource, argument: str, type_: str) -> Resource | None:
        """Return the data that `argument` is an attribute of, when it refers to nothing else and the plan puts it off.

        Of several instances it is the one with the resource's own key.
        """
        names = resource.references.get(argument, ())
        found = [
            other
            for other in self.data
            if other.type == type_
            and other.module == resource.module
            and names
            and all(_INDEX.sub("", name).startswith((other.local_name, "each.", "count.")) for name in names)
        ]
        same = [other for other in found if other.key == resource.key]
        if len(found) == 1:
            return found[0]
        return same[0] if len(same) == 1 else None


def parsed(text: Any) -> Any:
    """Parse JSON held in an attribute: `UNKNOWN` stays, nothing gives None, broken text gives `UNKNOWN`."""
    if text is UNKNOWN:
        return UNKNOWN
    if not isinstance(text, str) or not text.strip():
        return None
    try:
        return json.loads(text)
    except ValueError:
        return UNKNOWN


def as_list(value: Any) -> list[Any]:
    """Return a policy's scalar-or-list as a list."""
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _merge(after: Any, unknown: Any) -> Any:
    """Put `UNKNOWN` into `after` wherever `unknown`, its mirror image, says true."""
    if unknown is True:
        return UNKNOWN
    if isinstance(unknown, Mapping) and unknown:
        known = after if isinstance(after, Mapping) else {}
        return {key: _merge(known.get(key), unknown.get(key)) for key in {**known, **unknown}}
    if isinstance(unknown, list) and unknown:
        items = after if isinstance(after, list) else []
        size = max(len(items), len(unknown))
        pad = [None] * size
        return [_merge(a, u) for a, u in zip([*items, *pad][:size], [*unknown, *pad][:size], strict=True)]
    return after


def _of_module(module: Mapping[str, Any]) -> Iterator[Resource]:
    for entry in module.get("resources", ()):
        if entry.get("mode") == "managed":
            yield Resource(
                address=entry["address"],
                type=entry["type"],
                module=module.get("address", ""),
                values=entry.get("values", {}),
            )
    for child in module.get("child_modules", ()):
        yield from _of_module(child)


def _configurations(
    module: Mapping[str, Any], prefix: str
) -> Iterator[tuple[str, tuple[dict[str, tuple[str, ...]], str]]]:
    """Yield (address without keys, (argument → references, provider)) of everything configured, top down."""
    for entry in module.get("resources", ()):
        arguments = {name: tuple(refers(what)) for name, what in entry.get("expressions", {}).items()}
        yield f"{prefix}{entry['address']}", (arguments, entry.get("provider_config_key", ""))
    for name, call in module.get("module_calls", {}).items():
        yield from _configurations(call.get("module", {}), f"{prefix}module.{name}.")
