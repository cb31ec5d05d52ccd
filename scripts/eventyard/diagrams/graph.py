"""What is drawn: boxes, and arrows between them."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal

from eventyard.diagrams.services import ORDER, Family

if TYPE_CHECKING:
    from collections.abc import Iterable

Kind = Literal["flow", "grant", "failure"]

BOX_LETTERS: Final = 33
LABEL_LETTERS: Final = 24
"""Longest lines, where there is a space to break them at."""
LABEL_LINES: Final = 3
"""Lines of an arrow's label; what is more is counted."""

_STRENGTH: Final[dict[Kind, int]] = {"flow": 0, "grant": 1, "failure": 2}


@dataclass(frozen=True, slots=True)
class Node:
    """One box.

    Parameters
    ----------
    id
        The module's name in the stack.
    service
        What it is in AWS.
    name
        The physical name without the stack's prefix, where it says more than `id`.
    notes
        What is folded into the box: dead letters, a failure queue.
    """

    id: str
    service: str
    family: Family
    name: str = ""
    notes: tuple[str, ...] = ()

    def lines(self) -> tuple[str, ...]:
        """Return the lines below the title."""
        named = f"{self.service}: {self.name}" if self.name else self.service
        return (
            *textwrap.wrap(named, BOX_LETTERS, break_long_words=False, break_on_hyphens=False),
            *(f"+ {note}" for note in self.notes),
        )


@dataclass(frozen=True, slots=True)
class Edge:
    """One arrow: an event or message that flows, a right that is granted, or what happens to what failed."""

    source: str
    target: str
    kind: Kind
    says: tuple[str, ...] = ()
    """What triggers or travels, a line each."""
    words: tuple[str, ...] = ()
    """What may be done, all on one line."""

    def label(self) -> tuple[str, ...]:
        """Return the lines of its label."""
        words = sorted(self.words, key=lambda word: ORDER.index(word) if word in ORDER else 0)
        told = (*self.says, *([", ".join(words)] if words else []))
        kept = (
            told if len(told) <= LABEL_LINES else (*told[: LABEL_LINES - 1], f"and {len(told) - LABEL_LINES + 1} more")
        )
        return tuple(
            line
            for one in kept
            for line in textwrap.wrap(one, LABEL_LETTERS, break_long_words=False, break_on_hyphens=False)
        )


@dataclass(frozen=True, slots=True)
class Graph:
    """Everything that is drawn of one stack."""

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = field(default=())

    def about(self) -> str:
        """Return the arrows as sentences, for who can't see the picture."""
        said = {"flow": "to", "grant": "may use", "failure": "on failure to"}
        return ". ".join(
            f"{edge.source} {said[edge.kind]} {edge.target}" + (f" ({'; '.join(edge.label())})" if edge.label() else "")
            for edge in self.edges
        )


def merged(edges: Iterable[Edge]) -> tuple[Edge, ...]:
    """Return one arrow for each pair of boxes and direction: the strongest kind, with all that is said of it."""
    found: dict[tuple[str, str, bool], Edge] = {}
    for edge in edges:
        key = (edge.source, edge.target, edge.kind == "failure")
        other = found.get(key)
        if other is None:
            found[key] = edge
            continue
        kind = min(edge.kind, other.kind, key=lambda one: _STRENGTH[one])
        found[key] = replace(
            other,
            kind=kind,
            says=tuple(dict.fromkeys((*other.says, *edge.says))),
            words=tuple(dict.fromkeys((*other.words, *edge.words))),
        )
    return tuple(found[key] for key in sorted(found))
