"""What a pattern may ask of one value, read strictly: what EventBridge would refuse is refused here, with a fix.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

from __future__ import annotations

import difflib
import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NoReturn, TypeAlias

from .reading import Array, Leaf, Node, Object, Scalar
from .wildcards import Wildcard, WildcardError

Holds: TypeAlias = Callable[[Leaf], bool]
_Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

NUMERIC_LIMIT = Decimal("5e9")
NUMERIC_DIGITS = 15
NUMERIC_DECIMALS = 6
_MOST_BITS = {4: 31, 6: 127}
_V4 = re.compile(r"\d{1,3}(\.\d{1,3}){3}")
_V6 = re.compile(r"[0-9A-Fa-f:]*:[0-9A-Fa-f:]*")
_COMPARES: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "=": lambda value, bound: value == bound,
    ">": lambda value, bound: value > bound,
    ">=": lambda value, bound: value >= bound,
    "<": lambda value, bound: value < bound,
    "<=": lambda value, bound: value <= bound,
}


class ConditionError(ValueError):
    """What is wrong with a condition, which part of it, and what to write instead."""

    def __init__(self, what: str, node: Node, fix: str) -> None:
        super().__init__(what)
        self.node = node
        self.fix = fix


@dataclass(frozen=True, slots=True)
class Condition:
    """One entry of a field's list: an event's field has to meet one of them.

    Parameters
    ----------
    text
        As the pattern writes it.
    holds
        Whether a value that is there meets it.
    absent
        Whether it is met by a field that is not there, and by nothing else.
    wildcards
        Those in it, of which a field can have only so many.
    """

    text: str
    holds: Holds
    absent: bool = False
    wildcards: tuple[Wildcard, ...] = ()


def condition(node: Node) -> Condition:
    """Read one entry of a field's list.

    Raises
    ------
    ConditionError
        EventBridge would refuse it.
    """
    if isinstance(node, Scalar):
        wanted = node.value
        return Condition(node.text, lambda value: same(value, wanted))
    if isinstance(node, Array):
        _refuse("a list in a list", node, "put its values into the field's own list")
    operator, operand = _only_field(node, "an operator", '`{"prefix": "eu-"}`')
    reads = _OPERATORS.get(operator)
    if reads is None:
        near = difflib.get_close_matches(operator.lower(), _OPERATORS, n=1)
        _refuse(
            f"there is no operator `{operator}`",
            node,
            f"write `{near[0]}`" if near else f"the operators are {', '.join(_OPERATORS)}",
        )
    return reads(node.text, operand)


def same(value: Leaf, wanted: Leaf) -> bool:
    """Return whether two values are equal as JSON: numbers by what they are worth, a string never equals a number."""
    return type(value) is type(wanted) and value == wanted


def comparable(number: Decimal) -> str | None:
    """Return why EventBridge can't compare a number, or None when it can."""
    exact = number.normalize()
    digits, exponent = exact.as_tuple().digits, exact.as_tuple().exponent
    if abs(number) > NUMERIC_LIMIT:
        return "numbers are compared from -5e9 to 5e9"
    if isinstance(exponent, int) and -exponent > NUMERIC_DECIMALS:
        return f"numbers are compared with at most {NUMERIC_DECIMALS} digits after the point"
    return None if len(digits) <= NUMERIC_DIGITS else f"numbers are compared with at most {NUMERIC_DIGITS} digits"


def _exists(text: str, operand: Node) -> Condition:
    if not isinstance(operand, Scalar) or not isinstance(operand.value, bool):
        _refuse("`exists` is neither true nor false", operand, 'write `{"exists": true}` or `{"exists": false}`')
    there = operand.value
    return Condition(text, lambda _: there, absent=not there)


def _exactly(text: str, operand: Node) -> Condition:
    wanted = _string(operand, "exactly")
    return Condition(text, lambda value: value == wanted)


def _ignore_case(text: str, operand: Node) -> Condition:
    wanted = _string(operand, "equals-ignore-case")
    return Condition(text, lambda value: isinstance(value, str) and _same_but_case(value, wanted))


def _affix(name: str, *, first: bool) -> Callable[[str, Node], Condition]:
    def read(text: str, operand: Node) -> Condition:
        if isinstance(operand, Object):
            inner, node = _only_field(operand, "`equals-ignore-case`", f'`{{"{name}": {{"equals-ignore-case": "x"}}}}`')
            if inner != "equals-ignore-case":
                _refuse(f"`{name}` takes no `{inner}`", operand, "a string, or `equals-ignore-case`")
            wanted = _string(node, "equals-ignore-case")
            return Condition(text, lambda value: _has_affix(value, wanted, first, _same_but_case))
        wanted = _string(operand, name)
        return Condition(text, lambda value: _has_affix(value, wanted, first, str.__eq__))

    return read


def _wildcard(text: str, operand: Node) -> Condition:
    found = _parsed_wildcard(operand)
    return Condition(text, lambda value: isinstance(value, str) and found.matches(value), wildcards=(found,))


def _cidr(text: str, operand: Node) -> Condition:
    block = _block(_string(operand, "cidr"), operand)

    def holds(value: Leaf) -> bool:
        address = _address(value) if isinstance(value, str) else None
        return address is not None and address.version == block.version and address in block

    return Condition(text, holds)


def _numeric(text: str, operand: Node) -> Condition:
    example = 'write `{"numeric": [">", 0]}`, or `{"numeric": [">=", 0, "<", 10]}` for a range'
    if not isinstance(operand, Array):
        _refuse("`numeric` is no list", operand, example)
    bounds: list[tuple[str, Decimal]] = []
    for sign, bound in zip(operand.items[::2], (*operand.items[1::2], operand), strict=False):
        if not isinstance(sign, Scalar) or sign.value not in _COMPARES:
            _refuse(f"{sign.text} is no comparison", sign, f"one of {', '.join(_COMPARES)}; {example}")
        if bound is operand:
            _refuse(f"{sign.text} has no number after it", sign, example)
        bounds.append((str(sign.value), _number(bound)))
    shape = tuple(sign[0] for sign, _ in bounds)
    if not bounds or shape not in {("=",), (">",), ("<",), (">", "<")}:
        _refuse("a range is a lower bound, then an upper one", operand, example)
    if len(bounds) > 1 and bounds[0][1] >= bounds[1][1]:
        _refuse("the lower bound is not below the upper one", operand, "swap them, or use `=` for one number")

    def holds(value: Leaf) -> bool:
        number = value if isinstance(value, Decimal) and comparable(value) is None else None
        return number is not None and all(_COMPARES[sign](number, bound) for sign, bound in bounds)

    return Condition(text, holds)


def _anything_but(text: str, operand: Node) -> Condition:
    if isinstance(operand, Object):
        inner, node = _only_field(operand, "an operator", '`{"anything-but": {"prefix": "eu-"}}`')
        reads = _NEGATED.get(inner)
        if reads is None:
            _refuse(f"`anything-but` takes no `{inner}`", operand, f"a value, a list, or {', '.join(_NEGATED)}")
        parts = [reads(part.text, _negatable(part, inner)) for part in _listed(node)]
        wildcards = tuple(wildcard for part in parts for wildcard in part.wildcards)
        return Condition(text, lambda value: not any(part.holds(value) for part in parts), wildcards=wildcards)
    values = [_negated_value(node) for node in _listed(operand)]
    if len({type(value) for value in values}) > 1:
        _refuse("strings and numbers in one `anything-but`", operand, "two entries, one for each kind")
    return Condition(text, lambda value: not any(same(value, other) for other in values))


def _negated_value(node: Node) -> Leaf:
    if not isinstance(node, Scalar) or isinstance(node.value, bool) or node.value is None:
        _refuse(
            f"`anything-but` takes no {node.text}",
            node,
            "strings or numbers; for true, false and null list the values that are meant",
        )
    return _number(node) if isinstance(node.value, Decimal) else node.value


def _negatable(node: Node, inner: str) -> Node:
    if inner in {"prefix", "suffix"} and not _string(node, f"anything-but/{inner}"):
        _refuse(f"every string has an empty {inner}: nothing would match", node, f"name the {inner}")
    return node


def _listed(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Array) and not node.items:
        _refuse("an empty list", node, "name a value, or leave the field out")
    return node.items if isinstance(node, Array) else (node,)


def _only_field(node: Object, what: str, example: str) -> tuple[str, Node]:
    if not node.fields:
        _refuse(f"{{}} names not {what}", node, f"write {example}")
    if len(node.fields) > 1:
        names = " and ".join(f"`{name}`" for name, _ in node.fields)
        _refuse(f"{names} in one pair of braces", node, "a pair of braces for each; any of a list's entries is enough")
    return node.fields[0]


def _string(node: Node, name: str) -> str:
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        again = f'; for several, `{{"{name}": …}}` several times' if isinstance(node, Array) else ""
        _refuse(f"`{name}` takes a string, not {node.text}", node, f"one string{again}")
    return node.value


def _number(node: Node) -> Decimal:
    if not isinstance(node, Scalar) or not isinstance(node.value, Decimal):
        _refuse(f"{node.text} is no number", node, "a number, without quotes")
    why = comparable(node.value)
    if why:
        _refuse(f"{node.text}: {why}", node, "compare with a number that can be, or the number's text as a value")
    return node.value


def _parsed_wildcard(node: Node) -> Wildcard:
    text = _string(node, "wildcard")
    try:
        return Wildcard(text)
    except WildcardError as error:
        _refuse(
            f"{error} (character {error.at + 1} of {node.text})",
            node,
            r"one `*` stands for any text already; a star itself is `\*`, a backslash `\\`, each doubled again in JSON",
        )


def _block(text: str, node: Node) -> _Network:
    base, slash, bits = text.partition("/")
    address = _address(base)
    if not slash or not bits.isascii() or not bits.isdigit() or address is None:
        _refuse(f"{node.text} is no block of addresses", node, 'write `"10.0.0.0/8"` or `"2001:db8::/32"`')
    if int(bits) > _MOST_BITS[address.version]:
        _refuse(
            f"a mask of IPv{address.version} has at most {_MOST_BITS[address.version]} bits; given: {bits}",
            node,
            f'for one address, write it as a value: `"{base}"`',
        )
    return ipaddress.ip_network(f"{address}/{bits}", strict=False)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return an address as EventBridge reads one: no names, no zones, nothing of both families."""
    try:
        return ipaddress.ip_address(text) if _V4.fullmatch(text) or _V6.fullmatch(text) else None
    except ValueError:
        return None


def _same_but_case(value: str, wanted: str) -> bool:
    """Return whether two texts differ in case alone, letter by letter: ß is not SS."""
    return len(value) == len(wanted) and all(
        a == b or a.lower() == b.lower() or a.upper() == b.upper() for a, b in zip(value, wanted, strict=True)
    )


def _has_affix(value: Leaf, wanted: str, first: bool, equal: Callable[[str, str], bool]) -> bool:
    if not isinstance(value, str) or len(value) < len(wanted):
        return False
    return equal(value[: len(wanted)] if first else value[len(value) - len(wanted) :], wanted)


def _refuse(what: str, node: Node, fix: str) -> NoReturn:
    raise ConditionError(what, node, fix)


_NEGATED: Mapping[str, Callable[[str, Node], Condition]] = {
    "prefix": _affix("prefix", first=True),
    "suffix": _affix("suffix", first=False),
    "equals-ignore-case": _ignore_case,
    "wildcard": _wildcard,
}
_OPERATORS: Mapping[str, Callable[[str, Node], Condition]] = {
    "anything-but": _anything_but,
    "cidr": _cidr,
    "equals-ignore-case": _ignore_case,
    "exactly": _exactly,
    "exists": _exists,
    "numeric": _numeric,
    "prefix": _affix("prefix", first=True),
    "suffix": _affix("suffix", first=False),
    "wildcard": _wildcard,
}
