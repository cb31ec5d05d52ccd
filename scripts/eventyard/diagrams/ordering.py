"""The order of the items in their columns, and how high each stands."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eventyard.diagrams.placed import Item, Route

_SWEEPS: Final = 24
_SETTLING: Final = 40

Links = list[list[tuple[int, int, int]]]
"""For each gap between two columns: (place on the left, place on the right, weight) of each arrow."""


def ordered(columns: list[list[Item]], routes: Sequence[Route]) -> None:
    """Order each column so that few arrows cross: by the mean place of what is joined, left and right in turn."""
    best, fewest = [list(column) for column in columns], _crossings(columns, routes)
    for sweep in range(_SWEEPS):
        _swept(columns, routes, rightwards=sweep % 2 == 0)
        _swapped(columns, routes)
        crossings = _crossings(columns, routes)
        if crossings < fewest:
            best, fewest = [list(column) for column in columns], crossings
    columns[:] = best


def heights(columns: Sequence[list[Item]], routes: Sequence[Route]) -> None:
    """Place the items of each column as near to what they are joined with as their order and their sizes allow."""
    for column in columns:
        for above, item in pairwise(column):
            item.y = above.y + _apart(above, item)
    pulls = _pulls(routes)
    for _ in range(_SETTLING):
        for column in (*columns, *reversed(columns)):
            _settle(column, pulls)


def _settle(column: Sequence[Item], pulls: dict[int, list[tuple[Item, float, float]]]) -> None:
    """Solve one column: least squares to where each item is drawn to, none nearer to the next than allowed."""
    if not column:
        return
    offsets = [0.0]
    for above, item in pairwise(column):
        offsets.append(offsets[-1] + _apart(above, item))
    blocks: list[list[float]] = []
    for item, offset in zip(column, offsets, strict=True):
        drawn = pulls.get(id(item), [])
        weight = sum(pull for _, _, pull in drawn) or 0.01
        wanted = sum((other.y + shift) * pull for other, shift, pull in drawn) / weight if drawn else item.y
        blocks.append([wanted - offset, weight, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            low, heavy, many = blocks.pop()
            high, weight, count = blocks.pop()
            blocks.append([(high * weight + low * heavy) / (weight + heavy), weight + heavy, count + many])
    placed = [value for value, _, count in blocks for _ in range(int(count))]
    for item, value, offset in zip(column, placed, offsets, strict=True):
        item.y = value + offset


def _pulls(routes: Sequence[Route]) -> dict[int, list[tuple[Item, float, float]]]:
    """Return, for each item, what draws it: (another item, how far off that one's middle, how strongly)."""
    found: dict[int, list[tuple[Item, float, float]]] = {}
    for route in routes:
        last = len(route.items) - 2
        for place, (left, right) in enumerate(pairwise(route.items)):
            shift = (route.ends[0] if place == 0 else 0.0) - (route.ends[1] if place == last else 0.0)
            # a long arrow is calm when it is straight where it passes
            pull = float(route.weight * (4 if left.node is None and right.node is None else 1))
            found.setdefault(id(right), []).append((left, shift, pull))
            found.setdefault(id(left), []).append((right, -shift, pull))
    return found


def _apart(above: Item, below: Item) -> float:
    """Return how far the middles of two neighbours in a column must be from each other."""
    if above.node and below.node:
        gap = 30.0
    elif above.node or below.node:
        gap = 16.0
    else:
        gap = 10.0
    return (above.height + below.height) / 2 + gap


def _swept(columns: Sequence[list[Item]], routes: Sequence[Route], *, rightwards: bool) -> None:
    """Sort every column by the mean place of its items' neighbours in the column before it."""
    joined: dict[int, list[tuple[Item, int]]] = {}
    for route in routes:
        for left, right in pairwise(route.items):
            before, after = (left, right) if rightwards else (right, left)
            joined.setdefault(id(after), []).append((before, route.weight))
    at = {id(item): float(place) for column in columns for place, item in enumerate(column)}
    for column in columns if rightwards else list(reversed(columns)):

        def mean(item: Item) -> float:
            others = joined.get(id(item), [])
            total = sum(weight for _, weight in others)
            return sum(at[id(other)] * weight for other, weight in others) / total if total else at[id(item)]

        column.sort(key=mean)
        at.update({id(item): float(place) for place, item in enumerate(column)})


def _swapped(columns: Sequence[list[Item]], routes: Sequence[Route]) -> None:
    """Swap neighbours wherever that takes crossings away."""
    around: dict[int, list[tuple[int, int, int]]] = {}
    for route in routes:
        for left, right in pairwise(route.items):
            around.setdefault(id(left), []).append((1, id(right), route.weight))
            around.setdefault(id(right), []).append((0, id(left), route.weight))
    at = {id(item): place for column in columns for place, item in enumerate(column)}
    for column in columns:
        for place in range(len(column) - 1):
            one, other = around.get(id(column[place]), []), around.get(id(column[place + 1]), [])
            now = _between(one, other, at)
            if now > _between(other, one, at):
                column[place], column[place + 1] = column[place + 1], column[place]
                at[id(column[place])], at[id(column[place + 1])] = place, place + 1


def _between(above: Sequence[tuple[int, int, int]], below: Sequence[tuple[int, int, int]], at: dict[int, int]) -> int:
    """Return the weight of the crossings of two neighbours' arrows."""
    return sum(
        weight * other
        for side, end, weight in above
        for its_side, its_end, other in below
        if side == its_side and at[end] > at[its_end]
    )


def _crossings(columns: Sequence[list[Item]], routes: Sequence[Route]) -> int:
    """Return the weight of all crossings."""
    at = {id(item): place for column in columns for place, item in enumerate(column)}
    gaps: Links = [[] for _ in columns]
    for route in routes:
        for left, right in pairwise(route.items):
            gaps[left.column].append((at[id(left)], at[id(right)], route.weight))
    return sum(
        weight * other
        for gap in gaps
        for place, (left, right, weight) in enumerate(gap)
        for its_left, its_right, other in gap[place + 1 :]
        if (left - its_left) * (right - its_right) < 0
    )
