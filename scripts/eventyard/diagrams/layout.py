"""Where everything is drawn: columns from left to right, few crossings, no text on another.

Boxes stand in every other column; between them, labels have a column of their own, and an arrow that passes a column
has a place in it like any box. No library that is pure Python and maintained places labels, so this does: longest paths
for the columns (`ranks`), barycentres for the order, isotonic regression for the heights (`ordering`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from eventyard.diagrams.metrics import width
from eventyard.diagrams.ordering import heights, ordered
from eventyard.diagrams.placed import Item, Layout, Route
from eventyard.diagrams.ranks import direction, ranks

if TYPE_CHECKING:
    from eventyard.diagrams.graph import Edge, Graph, Node

TITLE: Final = 14.0
TEXT: Final = 12.0
LABEL: Final = 11.0
LINE: Final = 15.0
PAD: Final = 12.0
MARGIN: Final = 20.0
LEGEND: Final = 620.0
"""What the line at the foot takes that says what the arrows mean."""
_BEND: Final = 28.0
"""What is left and right of a column of labels: room for arrows to bend in."""
_PORT: Final = 17.0
"""Between two arrows that leave or enter a box on one side."""


def layout(graph: Graph) -> Layout:
    """Place a graph's boxes, labels and arrows."""
    columns = ranks(graph)
    boxes = {node.id: _box(node, columns[node.id]) for node in graph.nodes if node.id in columns}
    routes = [_route(edge, columns, boxes) for edge in graph.edges]
    items = _columns(boxes, routes)
    ordered(items, routes)
    _ports(routes, items, boxes)
    heights(items, routes)
    right = _across(items)
    alone = [_box(node, 0) for node in graph.nodes if node.id not in columns]
    return _framed(Layout([*boxes.values(), *alone], routes, right, 0.0), items, alone)


def _box(node: Node, column: int) -> Item:
    texts = [width(node.id, TITLE, bold=True), *(width(line, TEXT) for line in node.lines())]
    tall = TITLE + len(node.lines()) * LINE + 2 * PAD
    return Item(2 * column, max(texts) + 2 * PAD + 6, tall, node=node)


def _route(edge: Edge, columns: dict[str, int], boxes: dict[str, Item]) -> Route:
    """Return an arrow with an item in each column between its ends; its label is in the first one after its source."""
    source, target = boxes[edge.source], boxes[edge.target]
    leftwards = direction(edge, columns) < 0
    left, right = (target, source) if leftwards else (source, target)
    between = [Item(column) for column in range(left.column + 1, right.column)]
    lines = edge.label()
    if lines and between:
        place = between[-1 if leftwards else 0]
        place.label = lines
        place.width = max(width(line, LABEL) for line in lines) + 8
        place.height = len(lines) * LINE
    return Route(edge, [left, *between, right], leftwards)


def _columns(boxes: dict[str, Item], routes: list[Route]) -> list[list[Item]]:
    """Return the items by column, in the order they are first met from the left."""
    last = max((box.column for box in boxes.values()), default=0)
    found: list[list[Item]] = [[] for _ in range(last + 1)]
    for name in sorted(boxes):
        found[boxes[name].column].append(boxes[name])
    for route in routes:
        for item in route.items[1:-1]:
            found[item.column].append(item)
    return found


def _ports(routes: list[Route], items: list[list[Item]], boxes: dict[str, Item]) -> None:
    """Spread the arrows over the sides of boxes, in the order of what they lead to; let a box grow that has many."""
    at = {id(item): place for column in items for place, item in enumerate(column)}
    for box in boxes.values():
        for side in (0, 1):
            meeting = [route for route in routes if route.items[-side] is box]
            meeting.sort(key=lambda route: at[id(route.items[-2 if side else 1])])
            box.height = max(box.height, len(meeting) * _PORT + PAD)
            for place, route in enumerate(meeting):
                route.ends[side] = (place - (len(meeting) - 1) / 2) * _PORT


def _across(items: list[list[Item]]) -> float:
    """Give every item its middle from the left, and return where the last column ends."""
    x = MARGIN
    for number, column in enumerate(items):
        widest = max((item.width for item in column), default=0.0)
        bend = _BEND if number % 2 else 0.0
        for item in column:
            item.x, item.span = x + bend + widest / 2, widest
        x += widest + 2 * bend
    return x + MARGIN


def _framed(drawing: Layout, items: list[list[Item]], alone: list[Item]) -> Layout:
    """Move everything below the title, put what has no arrow in rows at the foot, and measure."""
    placed = [item for column in items for item in column]
    top = min((item.y - item.height / 2 for item in placed), default=0.0)
    for item in placed:
        item.y += MARGIN - top
    foot = max((item.y + item.height / 2 for item in placed), default=0.0)
    drawing.width = max(drawing.width, LEGEND, *(item.width + 2 * MARGIN for item in alone))
    x, y = MARGIN, foot + MARGIN
    for item in alone:
        if x + item.width + MARGIN > drawing.width:
            x, y = MARGIN, foot + MARGIN
        item.x, item.y = x + item.width / 2, y + item.height / 2
        x += item.width + MARGIN
        foot = max(foot, y + item.height)
    drawing.height = foot + MARGIN + 2 * LINE
    return drawing
