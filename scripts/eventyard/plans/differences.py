"""What a second plan would still change, less what is known of the target and written down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from eventyard.plans.summary import action_of


class Toleration(Protocol):
    """One entry of a target's list: an attribute it forgets, and why."""

    @property
    def type(self) -> str:
        """Resource type."""

    @property
    def path(self) -> str:
        """Attribute path, `*` for any one step."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One attribute a plan would change, or a whole resource (`path` is empty then)."""

    address: str
    type: str
    action: str
    path: str

    def __str__(self) -> str:
        """Return it as one line of a failure."""
        return f"{self.action} {self.address}" + (f": {self.path}" if self.path else "")


def differences(plan: Mapping[str, Any], tolerated: Iterable[Toleration] = ()) -> list[Difference]:
    """Return what is not as it was applied.

    Parameters
    ----------
    plan
        `terraform show -json` of a plan made right after an apply.
    tolerated
        What the target is known to forget. Only attributes of an update can be tolerated: a create, a delete or a
        replacement never is.
    """
    entries = list(tolerated)
    return [found for found in _all(plan) if not any(_covers(entry, found) for entry in entries)]


def unused_tolerations(plans: Iterable[Mapping[str, Any]], tolerated: Sequence[Toleration]) -> list[Toleration]:
    """Return the entries that match nothing in any of `plans`, and so can go."""
    found = [difference for plan in plans for difference in _all(plan)]
    return [entry for entry in tolerated if not any(_covers(entry, difference) for difference in found)]


def _covers(entry: Toleration, found: Difference) -> bool:
    if found.action != "change" or not found.path or entry.type != found.type:
        return False
    wanted, steps = entry.path.split("."), found.path.split(".")
    # an entry names an attribute with everything under it
    return len(wanted) <= len(steps) and all(w in ("*", s) for w, s in zip(wanted, steps[: len(wanted)], strict=True))


def _all(plan: Mapping[str, Any]) -> Iterator[Difference]:
    for entry in plan.get("resource_changes", ()):
        change = entry["change"]
        action = action_of(change["actions"])
        if entry.get("mode") != "managed" or action == "none":
            continue
        if action != "change":
            yield Difference(entry["address"], entry["type"], action, "")
            continue
        paths = dict.fromkeys(_paths(change.get("before"), change.get("after"), change.get("after_unknown"), ()))
        for path in paths or [""]:  # an update that shows no attribute is still one
            yield Difference(entry["address"], entry["type"], action, path)
    for name, change in plan.get("output_changes", {}).items():
        # an output that is only not known yet follows from a resource above, which speaks for itself
        if any(_paths(change.get("before"), change.get("after"), change.get("after_unknown"), (), holes=False)):
            yield Difference(f"output.{name}", "output", action_of(change["actions"]), "")


def _paths(
    before: Any,
    after: Any,
    unknown: Any,
    at: tuple[str, ...],
    *,
    holes: bool = True,
) -> Iterator[str]:
    if unknown is True:
        if holes:
            yield ".".join(at)
        return
    keys = _keys(before, after, unknown)
    if not keys:
        if before != after:
            yield ".".join(at)
        return
    for key in keys:
        yield from _paths(_at(before, key), _at(after, key), _at(unknown, key), (*at, str(key)), holes=holes)


def _keys(before: Any, after: Any, unknown: Any) -> list[str | int] | None:
    """Return the steps down from here, or None at a leaf or where the kind of value changed."""
    sides = [side for side in (before, after, unknown or None) if side is not None]
    if sides and all(isinstance(side, Mapping) for side in sides):
        return list(dict.fromkeys(key for side in sides for key in side))
    if sides and all(isinstance(side, list) for side in sides):
        return list(range(max(len(side) for side in sides)))
    return None


def _at(value: Any, key: str | int) -> Any:
    if isinstance(value, Mapping):
        return value.get(key)
    if isinstance(value, list) and isinstance(key, int) and key < len(value):
        return value[key]
    return None
