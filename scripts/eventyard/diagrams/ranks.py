"""Which column a box stands in: left of all it triggers, and near what it has rights on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from eventyard.diagrams.graph import Edge, Graph

_ROUNDS = 60


def ranks(graph: Graph) -> dict[str, int]:
    """Return the column of every box that has an arrow, counted from the left.

    The flow decides: it runs from left to right, but for arrows that close a circle. Rights don't move what flows. What
    has nothing but rights goes where their arrows are shortest. No arrow has both ends in one column, unless boxes hold
    each other so that nothing else is left.
    """
    flow = [(edge.source, edge.target) for edge in graph.edges if edge.kind == "flow"]
    other = [(edge.source, edge.target) for edge in graph.edges if edge.kind != "flow"]
    forward = _without_circles(flow)
    found = _longest_paths(forward)
    for node in sorted(_ends(other) - set(found), key=lambda one: (-_degree(one, other), one)):
        found[node] = _nearest(node, other, found)
    return _apart(found, forward, [*flow, *other])


def _ends(edges: Iterable[tuple[str, str]]) -> set[str]:
    return {end for edge in edges for end in edge}


def _degree(node: str, edges: Iterable[tuple[str, str]]) -> int:
    return sum(node in edge for edge in edges)


def _without_circles(edges: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the edges without those that lead back to where a walk came from; walks begin where nothing leads to."""
    after: dict[str, list[str]] = {}
    for source, target in sorted(edges):
        after.setdefault(source, []).append(target)
    entered = {target for _, target in edges}
    kept: list[tuple[str, str]] = []
    done: set[str] = set()

    def walk(node: str, path: tuple[str, ...]) -> None:
        done.add(node)
        for following in after.get(node, ()):
            if following not in path:
                kept.append((node, following))
                if following not in done:
                    walk(following, (*path, following))

    for start in sorted(_ends(edges), key=lambda one: (one in entered, one)):
        if start not in done:
            walk(start, (start,))
    return kept


def _longest_paths(edges: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Return each end's longest way from a start; a start stands right before the first it leads to."""
    found = dict.fromkeys(sorted(_ends(edges)), 0)
    for _ in found:
        for source, target in edges:
            found[target] = max(found[target], found[source] + 1)
    entered = {target for _, target in edges}
    for node in found:
        if node not in entered:
            found[node] = min(found[target] for source, target in edges if source == node) - 1
    return found


def _nearest(node: str, edges: Iterable[tuple[str, str]], placed: Mapping[str, int]) -> int:
    """Return the free column from which its arrows are shortest; of two, the right one, but no new one."""
    around = [placed[end] for edge in edges if node in edge for end in edge if end != node and end in placed]
    if not around:
        return 0
    last = max(placed.values())
    return min(
        (column for column in range(max(around) + 2) if column not in around),
        key=lambda column: (sum(abs(column - one) for one in around), column > last, -column),
    )


def _apart(
    placed: dict[str, int], forward: Sequence[tuple[str, str]], edges: Iterable[tuple[str, str]]
) -> dict[str, int]:
    """Move right what an arrow joins with a box of its own column, and all it leads to; then begin at 0."""
    pairs = sorted(edges)
    for _ in range(_ROUNDS):
        level = next(((s, t) for s, t in pairs if placed[s] == placed[t]), None)
        if level is None:
            break
        placed[level[1]] += 1
        for _ in placed:
            for source, target in forward:
                placed[target] = max(placed[target], placed[source] + 1)
    used = sorted(set(placed.values()))
    return {node: used.index(column) for node, column in placed.items()}


def direction(edge: Edge, columns: Mapping[str, int]) -> int:
    """Return 1 for an arrow to the right, -1 to the left, 0 within a column."""
    return (columns[edge.target] > columns[edge.source]) - (columns[edge.target] < columns[edge.source])
