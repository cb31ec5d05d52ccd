"""A plan as a graph: what triggers what, what is sent where, who was granted what."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from eventyard.diagrams import arrows, grants
from eventyard.diagrams.graph import Edge, Graph, Node, merged
from eventyard.diagrams.owners import Owners

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FEW = 3
"""Boxes that may each have an arrow to the key or the network they share; more are told in the boxes."""


def read(plan: Mapping[str, Any], title: str) -> Graph:
    """Return what is drawn of a plan, as `terraform show -json PLAN` gives it: the same in any environment."""
    owners = Owners(plan)
    flows = list(arrows.flows(owners))
    rights = list(grants.rights(owners, _reached(flows)))
    shared, notes = _shared(owners)
    edges = merged(edge for edge in (*flows, *rights, *shared) if edge.source != edge.target)
    notes += [(edge.source, _note(edge)) for edge in flows if edge.source == edge.target and edge.kind == "failure"]
    nodes = _noted(owners.nodes, notes)
    for end in sorted({end for edge in edges for end in (edge.source, edge.target)} - set(nodes)):
        nodes[end] = arrows.stranger(end)
    return Graph(title, tuple(nodes[name] for name in sorted(nodes)), edges)


def _reached(flows: Iterable[Edge]) -> set[tuple[str, str]]:
    return {(edge.source, edge.target) for edge in flows}


def _note(edge: Edge) -> str:
    return edge.says[0] if edge.says else "dead letters"


def _noted(nodes: Mapping[str, Node], notes: Iterable[tuple[str, str]]) -> dict[str, Node]:
    """Return the boxes with what is folded into them, each thing once."""
    said: dict[str, set[str]] = {}
    for node, note in notes:
        said.setdefault(node, set()).add(note)
    return {name: replace(node, notes=tuple(sorted(said.get(name, ())))) for name, node in nodes.items()}


def _shared(owners: Owners) -> tuple[list[Edge], list[tuple[str, str]]]:
    """Return arrows to keys, networks and issuers of tokens; what too many share is a note in each box instead."""
    edges: list[Edge] = []
    notes: list[tuple[str, str]] = []
    for argument in ("key", "network", "jwt"):
        users: dict[str, list[str]] = {}
        for node in owners.nodes:
            for other in owners.referred(node, argument):
                users.setdefault(other, []).append(node)
        for other, using in users.items():
            if len(using) <= FEW:
                edges += [Edge(node, other, "grant", words=(_SHARED[argument],)) for node in using]
            else:
                notes += [(node, f"{argument}: {other}") for node in using]
    return edges, notes


_SHARED = {"jwt": "takes tokens of", "key": "encrypted by", "network": "runs in"}
