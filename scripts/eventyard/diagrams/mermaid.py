"""A graph as a Mermaid flowchart: thick arrows flow, thin ones are rights, dotted ones carry what failed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eventyard.diagrams.graph import Graph, Node

_ARROWS: Final = {"failure": "-.->", "flow": "==>", "grant": "-->"}
_SHAPES: Final = {"message": ("[/", "/]"), "outside": ("([", "])"), "store": ("[(", ")]")}


def mermaid(graph: Graph) -> str:
    """Return the flowchart's text."""
    return "\n".join(("flowchart LR", *_lines(graph))) + "\n"


def _lines(graph: Graph) -> Iterator[str]:
    for node in graph.nodes:
        begin, end = _SHAPES.get(node.family, ("[", "]"))
        yield f'  {_id(node.id)}{begin}"{_box(node)}"{end}'
    for edge in graph.edges:
        label = "<br>".join(_text(line) for line in edge.label())
        yield f"  {_id(edge.source)} {_ARROWS[edge.kind]}{_said(label)} {_id(edge.target)}"


def _box(node: Node) -> str:
    return "<br>".join((f"<b>{_text(node.id)}</b>", *(_text(line) for line in node.lines())))


def _said(label: str) -> str:
    return f'|"{label}"|' if label else ""


def _id(name: str) -> str:
    """Return a name that Mermaid takes for an id; `end` and the like are words of its own."""
    return "_" + re.sub(r"\W", "_", name)


def _text(text: str) -> str:
    """Return a text without what Mermaid reads as its own marks."""
    for mark, code in (("#", "#35;"), ("&", "#amp;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;")):
        text = text.replace(mark, code)
    return text


def fenced(graph: Graph) -> str:
    """Return the flowchart as a block of Markdown."""
    return f"```mermaid\n{mermaid(graph)}```"
