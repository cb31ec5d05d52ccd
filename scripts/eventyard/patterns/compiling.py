"""A pattern as EventBridge understands it: branches, of which one must hold, of fields, all of which must hold.

`$or` is taken apart here, into one branch for each of its alternatives. A field is its path, joined by dots:
`{"detail": {"a": …}}` and `{"detail.a": …}` ask the same.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NoReturn

from .conditions import Condition, ConditionError, condition
from .errors import PatternError
from .reading import Array, Node, Object, place, read
from .wildcards import LEAST_KNOWN_REFUSED, MOST_KNOWN_TAKEN, most_at_once

LONGEST = 2048
MOST_BRANCHES = 1000
_LEAST_ALTERNATIVES = 2
_OR = "$or"
# What EventBridge keeps for operators, those to come included: a `$or` with one of them is a field called `$or`.
_RESERVED = frozenset(
    {"exactly", "equals-ignore-case", "prefix", "suffix", "anything-but", "exists", "wildcard", "numeric", "cidr"}
    | {"=", "<", "<=", ">", ">=", "regex", "not-wildcard", "not-equals-ignore-case"}
    | {"date-after", "date-on-or-after", "date-before", "date-on-or-before", "in-date-range"}
    | {"ip-address-in-range", "ip-address-not-in-range"}
)

Branch = Mapping[str, tuple[Condition, ...]]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that EventBridge takes.

    Parameters
    ----------
    branches
        Path → conditions, of which one must be met; an event matches when it meets all paths of one branch.
    notes
        What EventBridge takes, but hardly means what was meant.
    """

    branches: tuple[Branch, ...]
    notes: tuple[str, ...] = ()


@lru_cache(maxsize=256)
def parse(text: str, *, name: str = "pattern") -> Pattern:
    """Read a pattern.

    Parameters
    ----------
    text
        JSON.
    name
        What messages call it: a file, an address.

    Raises
    ------
    PatternError
        EventBridge would refuse it; says where, why, and what to write instead.
    """
    node = read(text, name=name)
    try:
        branches, notes = _Compiler(text, name).compile(node)
    except PatternError as error:
        branches, notes = _with_a_field_called_or(text, name, node, error)
    for branch in branches:
        notes.extend(_crowded(branch, name))
    if len(text) > LONGEST:
        notes.append(f"{len(text)} characters: EventBridge takes {LONGEST}, unless the account's quota was raised")
    return Pattern(tuple(branches), tuple(dict.fromkeys(notes)))


class _Compiler:
    def __init__(self, text: str, name: str, *, has_or: bool = True) -> None:
        self._text = text
        self._name = name
        self._has_or = has_or
        self._notes: list[str] = []

    def compile(self, node: Node) -> tuple[list[Branch], list[str]]:
        branches: list[dict[str, tuple[Condition, ...]]] = [{}]
        self._object(node, (), branches, inside_or=False)
        return list(branches), self._notes

    def _object(
        self,
        node: Node,
        path: tuple[str, ...],
        branches: list[dict[str, tuple[Condition, ...]]],
        *,
        inside_or: bool,
    ) -> None:
        if not isinstance(node, Object):
            self._refuse("a pattern is an object", node, path, 'write `{"source": ["shop"]}`')
        if not node.fields:
            self._refuse("{} names no field", node, path, "name one in it, or leave it out")
        for key, value in node.fields:
            if key == _OR and self._has_or:
                self._or(value, path, branches)
                continue
            here = (*path, key)
            if inside_or and key in _RESERVED:
                self._refuse(f"`{key}` can't be a field in `$or`", value, here, "write it into the list of a field")
            if isinstance(value, Object):
                self._object(value, here, branches, inside_or=inside_or)
            elif isinstance(value, Array):
                self._leaf(value, here, branches)
            else:
                self._refuse("a field's values are in a list", value, here, f'write `"{key}": [{value.text}]`')

    def _or(self, node: Node, path: tuple[str, ...], branches: list[dict[str, tuple[Condition, ...]]]) -> None:
        """Replace each branch by one for each alternative."""
        items = node.items if isinstance(node, Array) else ()
        if len(items) < _LEAST_ALTERNATIVES or not all(isinstance(item, Object) for item in items):
            self._refuse(
                "`$or` is a list of two objects or more", node, (*path, _OR), 'write `[{"a": [1]}, {"b": [2]}]`'
            )
        before = [dict(branch) for branch in branches]
        branches.clear()
        for item in items:
            forked = [dict(branch) for branch in before]
            self._object(item, path, forked, inside_or=True)
            branches.extend(forked)
            if len(branches) > MOST_BRANCHES:
                fix = "fewer alternatives, or a rule for some of them"
                self._refuse(f"`$or` makes more than {MOST_BRANCHES} combinations", node, (*path, _OR), fix)

    def _leaf(self, node: Array, path: tuple[str, ...], branches: list[dict[str, tuple[Condition, ...]]]) -> None:
        if not node.items:
            self._refuse("an empty list matches nothing", node, path, "name a value, or leave the field out")
        conditions = tuple(self._condition(item, (*path[:-1], f"{path[-1]}[{n}]")) for n, item in enumerate(node.items))
        joined = ".".join(path)
        for branch in branches:
            if joined in branch:
                self._notes.append(f"`{joined}` is there twice, and the last one counts")
            branch[joined] = conditions

    def _condition(self, node: Node, path: tuple[str, ...]) -> Condition:
        try:
            return condition(node)
        except ConditionError as error:
            self._refuse(str(error), error.node, path, error.fix)

    def _refuse(self, what: str, node: Node, path: tuple[str, ...], fix: str) -> NoReturn:
        field = f", `{'.'.join(path)}`" if path else ""
        raise PatternError(what, where=f"{self._name}: {place(self._text, node.at)}{field}", fix=fix)


def _with_a_field_called_or(text: str, name: str, node: Node, error: PatternError) -> tuple[list[Branch], list[str]]:
    """Read it as EventBridge did before it knew `$or`, to which it falls back; or raise the first error."""
    try:
        branches, notes = _Compiler(text, name, has_or=False).compile(node)
    except PatternError:
        raise error from None
    return branches, [*notes, f"`$or` is read as a field of the event, because as an operator it's wrong: {error.what}"]


def _crowded(branch: Branch, name: str) -> list[str]:
    """Return a note on each field with many wildcards, or refuse what EventBridge is known to refuse."""
    notes = []
    for path, conditions in branch.items():
        wildcards = [wildcard for one in conditions for wildcard in one.wildcards]
        most = most_at_once(wildcards) if wildcards else 0
        if most >= LEAST_KNOWN_REFUSED:
            raise PatternError(
                f"the wildcards of `{path}` are too complex",
                where=name,
                fix="fewer stars, and less that is repeated after one; a prefix or suffix costs nothing",
            )
        if most > MOST_KNOWN_TAKEN:
            notes.append(f"the wildcards of `{path}` are so complex that EventBridge may refuse them")
    return notes
