"""The floor of an apply: what no kit can go below, worked out from that very run.

An apply can't end before its longest chain of resources has: each waits for those it refers to, and how long each took
is in the run's own events. Before the first of them Terraform starts the provider once to plan and once to apply.
Everything is a pure function of texts and numbers; `test_apply.py` does the measuring.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_EDGE = re.compile(r'^\s*"(?P<needs>[^"]+)"\s*->\s*"(?P<needed>[^"]+)"', flags=re.MULTILINE)
_KEY = re.compile(r'\[(?:\d+|"(?:[^"\\]|\\.)*")\]')
_LABEL = re.compile(r"^\[root\] | \(expand\)$")


@dataclass(frozen=True)
class Link:
    """One resource of a chain, as its configuration names it, and the time its slowest instance took."""

    address: str
    seconds: float


@dataclass(frozen=True)
class Floor:
    """Why an apply takes at least as long as it does."""

    chain: tuple[Link, ...]
    provider_start: float

    @property
    def waiting(self) -> float:
        """Seconds of the longest chain."""
        return sum(link.seconds for link in self.chain)

    @property
    def seconds(self) -> float:
        """The chain, and one start of the provider each for plan and apply; with nothing to do, the plan's alone."""
        return self.waiting + (2 if self.chain else 1) * self.provider_start


def edges(dot: str) -> dict[str, set[str]]:
    """Read `terraform graph`: which resource needs which.

    Examples
    --------
    >>> edges('digraph G {\\n  "aws_sqs_queue.jobs" -> "aws_sqs_queue.dead";\\n}')
    {'aws_sqs_queue.jobs': {'aws_sqs_queue.dead'}}
    """
    found: dict[str, set[str]] = {}
    for match in _EDGE.finditer(dot.replace('\\"', "'")):
        needs, needed = (configured(_LABEL.sub("", match[name])) for name in ("needs", "needed"))
        found.setdefault(needs, set()).add(needed)
    return found


def configured(address: str) -> str:
    """Return the address a resource's configuration has: without the keys of its instances and of its modules'.

    Examples
    --------
    >>> configured('module.stack.module.jobs["a.b"].aws_sqs_queue.this[0]')
    'module.stack.module.jobs.aws_sqs_queue.this'
    """
    return _KEY.sub("", address)


def times(resources: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Return seconds by configured address, from `apply-events.json`.

    Instances of one resource are made side by side, so the slowest counts; what is destroyed and created again takes
    both times.
    """
    instances: dict[str, float] = {}
    for one in resources:
        instances[one["address"]] = instances.get(one["address"], 0.0) + one["elapsed"]
    slowest: dict[str, float] = {}
    for address, seconds in instances.items():
        name = configured(address)
        slowest[name] = max(slowest.get(name, 0.0), seconds)
    return slowest


def longest_chain(graph: Mapping[str, set[str]], seconds: Mapping[str, float]) -> tuple[Link, ...]:
    """Return the chain that takes longest, in the order it is made; resources that took no time are left out."""
    everything = {name: graph.get(name, set()) for name in {*graph, *seconds}}
    best: dict[str, tuple[float, str | None]] = {}
    for name in TopologicalSorter(everything).static_order():
        before = max(everything.get(name, ()), key=lambda other: (best[other][0], other), default=None)
        best[name] = ((best[before][0] if before else 0.0) + seconds.get(name, 0.0), before)
    chain: list[Link] = []
    at = max(best, key=lambda name: (best[name][0], name), default=None)
    while at is not None:
        if seconds.get(at, 0.0) > 0:
            chain.append(Link(at, seconds[at]))
        at = best[at][1]
    return tuple(reversed(chain))


def floor(dot: str, resources: Iterable[Mapping[str, Any]], *, provider_start: float) -> Floor:
    """Return the floor of the apply that took `resources` their times.

    Parameters
    ----------
    dot
        What `terraform graph` prints in the applied root.
    resources
        The entries of the run's `apply-events.json`.
    provider_start
        Seconds of a plan that does nothing but start the provider.
    """
    return Floor(longest_chain(edges(dot), times(resources)), provider_start)
