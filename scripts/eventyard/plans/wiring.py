"""Where a value comes from that a plan does not know yet: references followed through modules, as far as written.

A plan's configuration holds, for every argument, input and output, what it refers to; it holds no locals and nothing of
`dynamic` blocks. So what is found here is true, and may not be all there is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

_INDEX = re.compile(r"\[[^\]]*\]")
_STEP = re.compile(r'module\.([\w-]+)(?:\[[^\]]*\])?\.([\w-]+)(?:\["([^"]+)"\]|\.([\w-]+))?')
_RESOURCE = re.compile(r'([a-z0-9]+_\w+\.[\w-]+)(?:\["([^"]+)"\])?')
_NOT_RESOURCES = ("data.", "each.", "count.", "local.", "module.", "path.", "self.", "terraform.", "var.")


@dataclass(frozen=True, slots=True)
class Origin:
    """A resource that a value is made of.

    Parameters
    ----------
    module
        Address of its module, without keys; empty at the root.
    name
        Its address there, without its key: `aws_subnet.this`.
    key
        The instance meant, where the reference names it.
    step
        What was taken of a module's output on the way: `app` of `module.network.tiers["app"]`.
    """

    module: str
    name: str
    key: str | None = None
    step: str | None = None

    @property
    def type(self) -> str:
        """Return the resource's type."""
        return self.name.partition(".")[0]


class Wiring:
    """The configuration of a plan, as what refers to what.

    Parameters
    ----------
    root
        `configuration.root_module` of the plan's JSON.
    """

    def __init__(self, root: Mapping[str, Any]) -> None:
        self._modules = dict(_modules(root, ""))

    def origins(self, module: str, references: Iterable[str]) -> frozenset[Origin]:
        """Return the resources that `references`, written in `module`, lead to."""
        return frozenset(self._follow(_bare(module), tuple(references), None, frozenset()))

    def of_inputs(self, module: str) -> dict[str, frozenset[Origin]]:
        """Return by input what the call of `module` hands it."""
        parent, _, name = _bare(module).rpartition("module.")
        call = self._modules.get(parent.rstrip("."), {}).get("module_calls", {}).get(name, {})
        return {
            argument: self.origins(parent.rstrip("."), refers(expression))
            for argument, expression in call.get("expressions", {}).items()
        }

    def _follow(
        self, module: str, references: tuple[str, ...], step: str | None, seen: frozenset[tuple[str, str]]
    ) -> Iterator[Origin]:
        for reference in _longest(references):
            at = (module, reference)
            if at not in seen:
                yield from self._one(module, reference, step, seen | {at})

    def _one(self, module: str, reference: str, step: str | None, seen: frozenset[tuple[str, str]]) -> Iterator[Origin]:
        if output := _STEP.match(reference):
            name, wanted, quoted, plain = output.groups()
            inner = f"{module}.module.{name}".lstrip(".")
            found = self._modules.get(inner, {}).get("outputs", {}).get(wanted, {})
            taken = quoted or plain or step
            yield from self._follow(inner, tuple(refers(found.get("expression", {}))), taken, seen)
        elif reference.startswith("var.") and module:
            parent, _, name = module.rpartition("module.")
            outer = parent.rstrip(".")
            call = self._modules.get(outer, {}).get("module_calls", {}).get(name, {})
            handed = call.get("expressions", {}).get(reference.split(".")[1].partition("[")[0], {})
            yield from self._follow(outer, tuple(refers(handed)), step, seen)
        elif not reference.startswith(_NOT_RESOURCES) and (resource := _RESOURCE.match(reference)):
            yield replace(Origin(module, resource[1], resource[2]), step=step)


def _bare(address: str) -> str:
    return _INDEX.sub("", address)


def _longest(references: tuple[str, ...]) -> list[str]:
    """Leave out what Terraform lists beside a reference: each of its beginnings."""
    return [
        one
        for one in references
        if not any(other != one and other.startswith((f"{one}.", f"{one}[")) for other in references)
    ]


def _modules(module: Mapping[str, Any], address: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield address, module
    for name, call in module.get("module_calls", {}).items():
        yield from _modules(call.get("module", {}), f"{address}.module.{name}".lstrip("."))


def refers(expression: Any) -> Iterator[str]:
    """Yield what an expression of a plan's configuration refers to, blocks within it included."""
    if isinstance(expression, Mapping):
        yield from expression.get("references", ())
        for key, inner in expression.items():
            if key not in {"references", "constant_value"}:
                yield from refers(inner)
    elif isinstance(expression, list):
        for inner in expression:
            yield from refers(inner)
