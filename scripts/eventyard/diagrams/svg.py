"""A graph as an SVG that reads in light and in dark, and aloud."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

from eventyard.diagrams.layout import LABEL, LINE, MARGIN, PAD, TEXT, TITLE, layout
from eventyard.diagrams.metrics import width

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from eventyard.diagrams.graph import Graph
    from eventyard.diagrams.placed import Item, Layout, Route

_STYLE: Final = f"""
  svg {{ --ink: #1f2328; --soft: #59636e; --line: #818b98; --flow: #0a5bd3; --fail: #b3261e;
    --page: #ffffff; --box: #f6f8fa; --outside: #818b98; --front: #1a7f37; --compute: #bc4c00;
    --message: #8250df; --store: #0969da; --guard: #9a6700 }}
  @media (prefers-color-scheme: dark) {{
    svg {{ --ink: #e6edf3; --soft: #9da7b3; --line: #6e7781; --flow: #6cb0ff; --fail: #ff8a80;
      --page: #0d1117; --box: #161b22; --outside: #6e7781; --front: #56d364; --compute: #ffa657;
      --message: #d2a8ff; --store: #79c0ff; --guard: #e3b341 }}
  }}
  text {{ font-family: Arial, Helvetica, sans-serif; fill: var(--ink) }}
  .page {{ fill: var(--page) }}
  .box {{ fill: var(--box); stroke: var(--line) }}
  .box.outside {{ fill: var(--page); stroke-dasharray: 5 4 }}
  .title {{ font-size: {TITLE:g}px; font-weight: bold }}
  .text {{ font-size: {TEXT:g}px; fill: var(--soft) }}
  .label {{ font-size: {LABEL:g}px; text-anchor: middle; fill: var(--soft) }}
  .flow.label {{ fill: var(--ink) }}
  path {{ fill: none }}
  path.flow {{ stroke: var(--flow); stroke-width: 2 }}
  path.grant {{ stroke: var(--line); stroke-width: 1 }}
  path.failure {{ stroke: var(--fail); stroke-width: 1.25; stroke-dasharray: 6 4 }}
  .flow.head {{ fill: var(--flow) }} .grant.head {{ fill: var(--line) }} .failure.head {{ fill: var(--fail) }}
"""
_HEAD: Final = 8.0
_MEANS: Final = {
    "flow": "calls, sends, puts to work",
    "grant": "is given a right",
    "failure": "what failed goes here",
}


def svg(graph: Graph) -> str:
    """Return the drawing as one SVG document."""
    placed = layout(graph)
    wide, high = round(placed.width), round(placed.height)
    head: dict[str, str | float] = {
        "xmlns": "http://www.w3.org/2000/svg",
        "width": wide,
        "height": high,
        "viewBox": f"0 0 {wide} {high}",
        "role": "img",
        "aria-labelledby": "title desc",
    }
    parts = [
        _tag("title", {"id": "title"}, f"Architecture of {graph.title}"),
        _tag("desc", {"id": "desc"}, graph.about()),
        f"<style>{_STYLE}</style>",
        _tag("rect", {"class": "page", "width": wide, "height": high}),
        *_lines(placed),
    ]
    return "\n".join((_tag("svg", head, None), *parts, "</svg>")) + "\n"


def _tag(name: str, attributes: Mapping[str, str | float], text: str | None = "") -> str:
    """Return an element; with None for its text, only what opens it."""
    written = "".join(
        f" {key}={quoteattr(f'{value:.1f}' if isinstance(value, float) else str(value))}"
        for key, value in attributes.items()
    )
    if text is None:
        return f"<{name}{written}>"
    return f"<{name}{written}>{escape(text)}</{name}>" if text else f"<{name}{written}/>"


def _text(kind: str, text: str, x: float, y: float) -> str:
    return _tag("text", {"class": kind, "x": x, "y": y}, text)


def _lines(placed: Layout) -> Iterator[str]:
    # rights first: what flows lies over them
    for route in sorted(placed.routes, key=lambda route: route.edge.kind == "flow"):
        yield from _arrow(route)
    for route in placed.routes:
        for item in route.items[1:-1]:
            yield from _label(item, route.edge.kind)
    for box in placed.boxes:
        yield from _box(box)
    yield from _legend(placed)


def _legend(placed: Layout) -> Iterator[str]:
    """Say at the foot what the arrows mean that are there."""
    x, y = MARGIN, placed.height - MARGIN
    for kind in (kind for kind in _MEANS if any(route.edge.kind == kind for route in placed.routes)):
        yield _tag("path", {"class": kind, "d": f"M{x:.1f} {y:.1f}h30"})
        yield _text("text", _MEANS[kind], x + 38, y + TEXT * 0.35)
        x += 38 + width(_MEANS[kind], TEXT) + MARGIN


def _arrow(route: Route) -> Iterator[str]:
    """Draw an arrow through its places, in the direction it points, and its head."""
    points = _points(route)
    if route.leftwards:
        points.reverse()
    towards = -1.0 if points[-1][0] < points[-2][0] else 1.0
    tip = points[-1]
    points[-1] = (tip[0] - towards * _HEAD, tip[1])
    steps = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for (x, y), (to_x, to_y) in pairwise(points):
        if abs(y - to_y) < 0.05:  # noqa: PLR2004 - less than what is written
            steps.append(f"H{to_x:.1f}")
        else:
            middle = (x + to_x) / 2
            steps.append(f"C{middle:.1f} {y:.1f} {middle:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}")
    kind = route.edge.kind
    yield _tag("path", {"class": kind, "d": "".join(steps)})
    back = tip[0] - towards * (_HEAD + 1)
    corners = ((tip[0], tip[1]), (back, tip[1] - 4), (back, tip[1] + 4))
    yield _tag("polygon", {"class": f"{kind} head", "points": " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)})


def _points(route: Route) -> list[tuple[float, float]]:
    """Return where an arrow goes, from left to right: straight through each of its places, bending between them."""
    left, *between, right = route.items
    points = [(left.x + left.width / 2, left.y + route.ends[0])]
    for item in between:
        points.append((item.x - item.span / 2, item.y))
        if item.span:
            points.append((item.x + item.span / 2, item.y))
    points.append((right.x - right.width / 2, right.y + route.ends[1]))
    return points


def _label(item: Item, kind: str) -> Iterator[str]:
    """Write a label on its arrow, on a ground of the page's colour."""
    if not item.label:
        return
    top = item.y - item.height / 2
    yield _tag("rect", {"class": "page", **_area(item)})
    for number, line in enumerate(item.label):
        yield _text(f"{kind} label", line, item.x, top + number * LINE + LINE / 2 + LABEL * 0.35)


def _area(item: Item) -> dict[str, float]:
    left, top = item.x - item.width / 2, item.y - item.height / 2
    return {"x": left, "y": top, "width": item.width, "height": item.height}


def _box(item: Item) -> Iterator[str]:
    """Draw a box: its name, what it is, and a bar in the colour of its family."""
    if item.node is None:
        return
    family, lines = item.node.family, item.node.lines()
    area = _area(item)
    yield _tag("rect", {"class": f"box {family}", **area, "rx": 14 if family == "outside" else 6})
    if family != "outside":
        bar = {**area, "y": area["y"] + 6, "width": 4, "height": item.height - 12}
        yield _tag("rect", {**bar, "style": f"fill: var(--{family})"})
    x = area["x"]
    y = item.y - (TITLE + len(lines) * LINE) / 2 + TITLE * 0.85
    yield _text("title", item.node.id, x + PAD + 4, y)
    for number, line in enumerate(lines, start=1):
        yield _text("text", line, x + PAD + 4, y + number * LINE + 1)
