"""An event as a pattern sees it: paths, each with the values found there.

Arrays are taken apart, and what stood in objects of one array remembers in which: two fields of a pattern can only be
met by the same one.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-arrays.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from .errors import PatternError
from .reading import Leaf, Node, Object, Scalar, read

Membership = Mapping[int, int]
"""Array → which of its items."""


@dataclass(frozen=True, slots=True)
class Found:
    """A value, and in which items of which arrays it stood."""

    value: Leaf
    text: str
    within: Membership


Event = Mapping[str, tuple[Found, ...]]


def read_event(text: str, *, name: str = "event") -> Event:
    """Read an event, whole or only what a pattern may ask for.

    Raises
    ------
    PatternError
        It is no JSON object.
    """
    node = read(text, name=name)
    if not isinstance(node, Object):
        raise PatternError(
            "an event is a JSON object", where=name, fix='write `{"source": …, "detail-type": …, "detail": {…}}`'
        )
    found: dict[str, list[Found]] = {}
    _walk(node, (), {}, found, [0])
    return MappingProxyType({path: tuple(values) for path, values in found.items()})


def _walk(
    node: Node, path: tuple[str, ...], within: Membership, found: dict[str, list[Found]], arrays: list[int]
) -> None:
    if isinstance(node, Scalar):
        found.setdefault(".".join(path), []).append(Found(node.value, node.text, within))
    elif isinstance(node, Object):
        for key, value in node.fields:
            _walk(value, (*path, key), within, found, arrays)
    else:
        arrays[0] += 1
        array = arrays[0]
        for index, item in enumerate(node.items):
            # values side by side in one array belong to no item: each can meet a field of its own
            inside = within if isinstance(item, Scalar) else {**within, array: index}
            _walk(item, path, inside, found, arrays)
