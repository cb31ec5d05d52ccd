"""The parts of a drawing, with their places."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eventyard.diagrams.graph import Edge, Node


@dataclass(slots=True)
class Item:
    """What has a place in a column: a box, a label, or an arrow that passes."""

    column: int
    width: float = 0.0
    height: float = 0.0
    node: Node | None = None
    label: tuple[str, ...] = ()
    span: float = 0.0
    """How far an arrow goes straight here: all of the column, so that it bends where no text is."""
    x: float = 0.0
    y: float = 0.0
    """Its middle."""


@dataclass(slots=True)
class Route:
    """An arrow's way: the items it passes from left to right, and how far from a box's middle it leaves and enters."""

    edge: Edge
    items: list[Item]
    leftwards: bool = False
    ends: list[float] = field(default_factory=lambda: [0.0, 0.0])

    @property
    def weight(self) -> int:
        """Return how much it matters that the way is straight."""
        return 3 if self.edge.kind == "flow" else 1


@dataclass(slots=True)
class Layout:
    """A drawing's parts, placed."""

    boxes: list[Item]
    routes: list[Route]
    width: float
    height: float
