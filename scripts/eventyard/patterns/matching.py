"""Whether an event matches a pattern, and if not, at which field it fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .compiling import Branch, Pattern
    from .conditions import Condition
    from .events import Event, Found, Membership

_SHOWN = 3
_ENVELOPE = frozenset({"version", "id", "account", "time", "region", "resources", "replay-name"})


@dataclass(frozen=True, slots=True)
class Miss:
    """The first field, in the pattern's order, that keeps an event from matching.

    Parameters
    ----------
    path
        `detail.total`.
    why
        What the event has there, and what the pattern asks.
    """

    path: str
    why: str

    def __str__(self) -> str:
        """Return both in one line."""
        return f"`{self.path}`: {self.why}"


def miss(pattern: Pattern, event: Event) -> Miss | None:
    """Return why an event doesn't match, None when it does; of several branches, why the nearest doesn't."""
    misses = []
    for branch in pattern.branches:
        found = _branch_miss(branch, event)
        if found is None:
            return None
        misses.append(found)
    return max(misses, key=lambda one: one[0])[1]


def impossible(pattern: Pattern, event: Event, *, whole: bool) -> Miss | None:
    """Return why no event of the declared kind can match, None when one may.

    Parameters
    ----------
    pattern
        A rule's.
    event
        `source` and `detail-type` as declared, and an example's `detail`, of which fields count, not values.
    whole
        Whether an example of the detail is known at all.
    """
    found: Miss | None = None
    for branch in pattern.branches:
        hindered = next((m for path, c in branch.items() if (m := _hindered(path, c, event, whole=whole))), None)
        if hindered is None:
            return None
        found = found or hindered
    return found


def _hindered(path: str, conditions: tuple[Condition, ...], event: Event, *, whole: bool) -> Miss | None:
    there = event.get(path, ())
    if path in {"source", "detail-type"}:
        fits = any(_fits(conditions, one) for one in there)
        return None if fits else Miss(path, _complaint(conditions, there))
    if _may_be_absent(conditions) or path in _ENVELOPE:
        return None
    if path.partition(".")[0] == "detail":
        return None if there or not whole else Miss(path, "not in the event's detail")
    return Miss(path, "no event has that field")


def _branch_miss(branch: Branch, event: Event) -> tuple[int, Miss] | None:
    """Return how many fields are met and the first that isn't, None when all are."""
    fitting: dict[str, tuple[Found, ...]] = {}
    unmet: list[Miss] = []
    for path, conditions in branch.items():
        there = event.get(path, ())
        fitting[path] = tuple(one for one in there if _fits(conditions, one))
        # what stands in the items of an array can be absent from the one that is meant
        elsewhere = _may_be_absent(conditions) and all(one.within for one in there)
        if not fitting[path] and not elsewhere:
            unmet.append(Miss(path, _complaint(conditions, there)))
    if unmet:
        return len(branch) - len(unmet), unmet[0]
    if _Search(branch, event, fitting).succeeds(0, {}):
        return None
    path = max(branch, key=lambda one: one.count("."))
    return len(branch), Miss(path, f"no one item of an array meets all of {', '.join(f'`{one}`' for one in branch)}")


class _Search:
    """The choice of a value for each path, all of them inside the same items of the arrays they share.

    Paths are taken in the order EventBridge takes them, by name: a field that must be absent is looked for inside the
    items chosen so far.
    """

    def __init__(self, branch: Branch, event: Event, fitting: dict[str, tuple[Found, ...]]) -> None:
        self._branch = branch
        self._event = event
        self._fitting = fitting
        self._paths = sorted(branch)
        arrays = [{array for one in event.get(path, ()) for array in one.within} for path in self._paths]
        self._matters = [set().union(*arrays[at:]) for at in range(len(arrays))]
        self._failed: set[tuple[int, frozenset[tuple[int, int]]]] = set()

    def succeeds(self, at: int, within: Membership) -> bool:
        """Return whether the paths from `at` on can be met inside these items."""
        if at == len(self._paths):
            return True
        inside = {array: index for array, index in within.items() if array in self._matters[at]}
        key = (at, frozenset(inside.items()))
        if key in self._failed:
            return False
        path = self._paths[at]
        if _met_by_absence(self._branch[path], self._event.get(path, ()), inside) and self.succeeds(at + 1, inside):
            return True
        for one in self._fitting[path]:
            if _consistent(one, inside) and self.succeeds(at + 1, {**inside, **one.within}):
                return True
        self._failed.add(key)
        return False


def _fits(conditions: tuple[Condition, ...], found: Found) -> bool:
    return any(one.holds(found.value) for one in conditions if not one.absent)


def _met_by_absence(conditions: tuple[Condition, ...], there: tuple[Found, ...], within: Membership) -> bool:
    return _may_be_absent(conditions) and not any(_consistent(one, within) for one in there)


def _may_be_absent(conditions: tuple[Condition, ...]) -> bool:
    return any(one.absent for one in conditions)


def _consistent(found: Found, within: Membership) -> bool:
    return all(found.within.get(array, index) == index for array, index in within.items())


def _complaint(conditions: tuple[Condition, ...], there: tuple[Found, ...]) -> str:
    asked = _few([one.text for one in conditions], " or ")
    if not there:
        return f"not in the event; asked for {asked}"
    return f"{_few([one.text for one in there], ', ')} in the event; asked for {asked}"


def _few(texts: list[str], between: str) -> str:
    more = f" and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else ""
    return between.join(texts[:_SHOWN]) + more
