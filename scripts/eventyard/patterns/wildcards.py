r"""Wildcards: `*` stands for any text, `\*` for a star and `\\` for a backslash.

EventBridge refuses a wildcard that is too complex, and publishes no number. What it says is to use fewer of them, and
fewer repeated characters after one: what costs is how many beginnings of the wildcard a text can fit at once. That is
counted here. Of two wildcards AWS's answer is known: `/Users/*/dir/dir/dir/dir/dir/doc.txt`, with 8, is taken, and
`*:*:*:*:*:event-bus/*`, with 12, is refused. What lies between is only noted.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_KNOWN_TAKEN = 8
LEAST_KNOWN_REFUSED = 12
_MOST_STATES = 5000
_STAR = None
_State = frozenset[tuple[int, int]]


class WildcardError(ValueError):
    """What is wrong, and at which character of the wildcard."""

    def __init__(self, what: str, at: int) -> None:
        super().__init__(what)
        self.at = at


class Wildcard:
    """A wildcard as EventBridge takes it."""

    def __init__(self, text: str) -> None:
        self.tokens = tuple(_tokens(text))

    def matches(self, value: str) -> bool:
        """Return whether the whole of `value` fits."""
        first, *rest = self.pieces
        if not rest:
            return value == first
        *middle, last = rest
        if not value.startswith(first):
            return False
        at = len(first)
        for piece in middle:
            found = value.find(piece, at)
            if found < 0:
                return False
            at = found + len(piece)
        return value.endswith(last) and len(value) - len(last) >= at

    @cached_property
    def pieces(self) -> list[str]:
        """The texts before, between and after its stars."""
        pieces = [""]
        for token in self.tokens:
            if token is _STAR:
                pieces.append("")
            else:
                pieces[-1] += token
        return pieces


def most_at_once(wildcards: Iterable[Wildcard]) -> int:
    """Return how many beginnings of the wildcards of one field a text can fit at once, counted no further than needed.

    All of them are walked together, character by character, by the sets of places a text can lead to.
    """
    tokens = [wildcard.tokens for wildcard in wildcards]
    letters = sorted({token for one in tokens for token in one if token is not _STAR})
    seen: set[_State] = set()
    open_: list[_State] = [_settled(tokens, ((which, 0) for which in range(len(tokens))))]
    most = 0
    while open_ and most < LEAST_KNOWN_REFUSED and len(seen) < _MOST_STATES:
        state = open_.pop()
        if state in seen:
            continue
        seen.add(state)
        most = max(most, len(state))
        open_.extend(_step(tokens, state, letter) for letter in letters)
    return most


def _step(tokens: list[tuple[str | None, ...]], state: _State, letter: str) -> _State:
    moved = []
    for which, at in state:
        token = tokens[which][at] if at < len(tokens[which]) else ""
        if token is _STAR:
            moved.append((which, at))
        elif token == letter:
            moved.append((which, at + 1))
    return _settled(tokens, moved)


def _settled(tokens: list[tuple[str | None, ...]], places: Iterable[tuple[int, int]]) -> _State:
    """Return the places with those behind a star that stands for nothing, without those at the end."""
    found = set()
    for which, at in places:
        found.add((which, at))
        if at < len(tokens[which]) and tokens[which][at] is _STAR:
            found.add((which, at + 1))
    return frozenset((which, at) for which, at in found if at < len(tokens[which]))


def _tokens(text: str) -> Iterator[str | None]:
    at = 0
    while at < len(text):
        letter = text[at]
        if letter == "\\":
            if text[at + 1 : at + 2] not in {"*", "\\"}:
                raise WildcardError("a backslash goes before `*` or another backslash alone", at)
            at += 1
            yield text[at]
        elif letter == "*":
            if text.startswith("**", at):
                raise WildcardError("two stars in a row", at)
            yield _STAR
        else:
            yield letter
        at += 1
