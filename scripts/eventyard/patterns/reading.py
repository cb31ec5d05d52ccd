"""JSON read so that a message can say where: every value keeps its place, every number its digits."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn, TypeAlias

from .errors import PatternError

Leaf: TypeAlias = str | bool | Decimal | None
"""What a field can be once objects and arrays are taken apart; a number is exactly what was written."""

_SPACE = re.compile(r"[ \t\n\r]*")
_DEEPEST = 100


@dataclass(frozen=True, slots=True)
class Scalar:
    """A string, number, true, false or null; `text` is how it is written, `at` where."""

    value: Leaf
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Array:
    """A list of values."""

    items: tuple[Node, ...]
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Object:
    """Fields in the order they are written, a repeated one as often as it is there."""

    fields: tuple[tuple[str, Node], ...]
    text: str
    at: int


Node: TypeAlias = Scalar | Array | Object


def place(text: str, at: int) -> str:
    """Return a place in a text as a person looks for it."""
    before = text[:at].split("\n")
    return f"line {len(before)}, column {len(before[-1]) + 1}"


def read(text: str, *, name: str) -> Node:
    """Read JSON.

    Parameters
    ----------
    text
        The whole of it.
    name
        What messages call it: a file, an address.

    Raises
    ------
    PatternError
        It is not JSON; says where it stops being so.
    """
    reader = _Reader(text, name)
    node, end = reader.value(reader.skip(0), 0)
    end = reader.skip(end)
    if end < len(text):
        reader.refuse(end, "something follows the JSON")
    return node


class _Reader:
    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self._scalar = json.JSONDecoder(parse_float=Decimal, parse_int=Decimal, parse_constant=self._constant)

    def skip(self, at: int) -> int:
        found = _SPACE.match(self.text, at)
        return found.end() if found else at

    def value(self, at: int, depth: int) -> tuple[Node, int]:
        if depth > _DEEPEST:
            self.refuse(at, f"nested more than {_DEEPEST} deep")
        if self.text.startswith("{", at):
            return self._object(at, depth)
        if self.text.startswith("[", at):
            return self._array(at, depth)
        value, end = self._decoded(at)
        return Scalar(value, self.text[at:end], at), end

    def refuse(self, at: int, what: str) -> NoReturn:
        raise PatternError(
            f"not JSON: {what}",
            where=f"{self.name}: {place(self.text, at)}",
            fix="let `jsonencode()`, or `json.dumps`, write it",
        )

    def _object(self, at: int, depth: int) -> tuple[Node, int]:
        fields: list[tuple[str, Node]] = []
        end = self.skip(at + 1)
        while not self.text.startswith("}", end):
            if not self.text.startswith('"', end):
                self.refuse(end, "a field's name in double quotes is missing")
            key, end = self._decoded(end)
            end = self.skip(end)
            if not self.text.startswith(":", end):
                self.refuse(end, f'a colon is missing after "{key}"')
            node, end = self.value(self.skip(end + 1), depth + 1)
            fields.append((key, node))
            end = self._next(end, "}")
        return Object(tuple(fields), self.text[at : end + 1], at), end + 1

    def _array(self, at: int, depth: int) -> tuple[Node, int]:
        items: list[Node] = []
        end = self.skip(at + 1)
        while not self.text.startswith("]", end):
            node, end = self.value(end, depth + 1)
            items.append(node)
            end = self._next(end, "]")
        return Array(tuple(items), self.text[at : end + 1], at), end + 1

    def _next(self, at: int, closing: str) -> int:
        """Return where the next item begins, or the closing bracket is."""
        end = self.skip(at)
        if self.text.startswith(closing, end):
            return end
        if not self.text.startswith(",", end):
            self.refuse(end, f"a comma or {closing} is missing")
        end = self.skip(end + 1)
        if self.text.startswith(closing, end):
            self.refuse(end, f"a comma before {closing}")
        return end

    def _decoded(self, at: int) -> tuple[Any, int]:
        try:
            return self._scalar.raw_decode(self.text, at)
        except json.JSONDecodeError as error:
            self.refuse(error.pos, error.msg[:1].lower() + error.msg[1:])
        except ValueError as error:
            self.refuse(at, str(error))

    @staticmethod
    def _constant(word: str) -> NoReturn:
        raise ValueError(f"{word} is no JSON number")
