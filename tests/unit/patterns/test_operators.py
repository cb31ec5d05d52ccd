"""Each operator of AWS's table, with what it takes and what it doesn't.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from eventyard.patterns import miss, parse, read_event

MISSING = object()


def matches(conditions: list[Any], value: Any) -> bool:
    """Return whether a field with `value`, or without one, meets any of `conditions`."""
    pattern = json.dumps({"detail": {"field": conditions}})
    event = json.dumps({"detail": {"other": 1} if value is MISSING else {"field": value}})
    return miss(parse(pattern), read_event(event)) is None


# conditions, values that meet one of them, values that meet none
OPERATORS: list[tuple[list[Any], list[Any], list[Any]]] = [
    (["running"], ["running", ["stopped", "running"]], ["Running", "running ", None, MISSING, [], {}]),
    (["a", "b"], ["a", "b"], ["c"]),
    ([""], [""], [None, " ", MISSING]),
    ([None], [None], ["null", "", 0, False, MISSING]),
    ([True], [True], [1, "true", False]),
    ([0], [0, -0.0], [False, "0", None]),
    ([300], [300, 300.0, 3e2], ["300", 301]),
    ([{"prefix": "us-"}], ["us-", "us-east-1"], ["US-east-1", "eu-us-", "us", 5, None, MISSING]),
    ([{"prefix": ""}], ["", "anything"], [5, None, True, MISSING]),
    ([{"prefix": {"equals-ignore-case": "EventB"}}], ["eventbridge", "EVENTB"], ["event", 1]),
    ([{"suffix": ".png"}], [".png", "a.png"], ["a.PNG", "png", None, MISSING]),
    ([{"suffix": {"equals-ignore-case": ".png"}}], ["a.PNG", ".pNg"], ["a.jpg", "png"]),
    ([{"suffix": ""}], ["", "a"], [1, MISSING]),
    ([{"equals-ignore-case": "alice"}], ["Alice", "ALICE"], ["alice ", None, MISSING]),
    ([{"wildcard": "*.png"}], [".png", "a/b.png"], ["a.png.txt", 1, MISSING]),
    ([{"wildcard": "dir/*/x*.png"}], ["dir//x.png", "dir/a/b/xy.png"], ["dir/x.png"]),
    ([{"wildcard": "*Title*"}], ["Title", "a Title b"], ["title"]),
    ([{"wildcard": r"a\*b"}], ["a*b"], ["aXb", r"a\*b"]),
    ([{"wildcard": r"a\\*"}], ["a\\", "a\\b"], ["a", "ab"]),
    (
        [{"anything-but": "initializing"}],
        ["running", 5, None, True, ["initializing", "x"]],
        ["initializing", MISSING, []],
    ),
    ([{"anything-but": 123}], [124, "123", None], [123, 123.0, MISSING]),
    ([{"anything-but": ["stopped", "overloaded"]}], ["running"], ["stopped", "overloaded"]),
    ([{"anything-but": [100, 200]}], [150, "100"], [100, 200.0]),
    ([{"anything-but": {"prefix": "init"}}], ["running", 5, None], ["init", "initial", MISSING]),
    ([{"anything-but": {"prefix": ["init", "post"]}}], ["running"], ["initial", "posted"]),
    ([{"anything-but": {"suffix": ".png"}}], ["a.jpg"], ["a.png"]),
    ([{"anything-but": {"equals-ignore-case": "initializing"}}], ["running"], ["INITIALIZING"]),
    ([{"anything-but": {"equals-ignore-case": ["a", "B"]}}], ["c"], ["A", "b"]),
    ([{"anything-but": {"wildcard": "*/lib/*"}}], ["a/bin/b", 5], ["a/lib/b"]),
    ([{"anything-but": {"wildcard": ["*/a/*", "*/b/*"]}}], ["/c/"], ["/a/", "/b/"]),
    ([{"numeric": ["=", 301.8]}], [301.8, 3018e-1], [301, "301.8", None, MISSING]),
    ([{"numeric": [">", 0, "<=", 5]}], [1, 5, 0.000001], [0, 5.1, -1, True]),
    ([{"numeric": ["<", 10]}], [9.999999, -5e9], [10, "9"]),
    ([{"numeric": [">=", 5]}], [5, 5e9], [4.9, 5e9 + 1]),
    ([{"cidr": "10.0.0.0/24"}], ["10.0.0.0", "10.0.0.255"], ["10.0.1.0", "10.0.0.256", 167772161, "::1", None]),
    ([{"cidr": "10.0.0.5/24"}], ["10.0.0.1"], ["10.0.1.5"]),
    ([{"cidr": "2001:db8:1234:1a00::/64"}], ["2001:0db8:1234:1a00::1"], ["2001:db8:123f:1a01::", "10.0.0.1"]),
    ([{"exists": True}], ["a", None, 0, "", [1]], [MISSING, [], {}, {"child": 1}]),
    ([{"exists": False}], [MISSING, [], {"child": 1}], ["a", None, [None]]),
    ([{"exists": False}, "a"], [MISSING, "a"], ["b"]),
    ([{"anything-but": ["no"]}, {"exists": False}], [MISSING, "yes"], ["no"]),
    ([{"exactly": "a"}], ["a"], ["A"]),
    (["10.0.0.1", {"numeric": ["=", 1]}, {"prefix": "x"}], ["10.0.0.1", 1, "xy"], ["10.0.0.2", 2, "y"]),
]


@pytest.mark.parametrize(
    ("conditions", "taken", "left"), OPERATORS, ids=lambda value: json.dumps(value, default=lambda _: "missing")[:50]
)
def test_operator(conditions: list[Any], taken: list[Any], left: list[Any]) -> None:
    assert [value for value in taken if not matches(conditions, value)] == []
    assert [value for value in left if matches(conditions, value)] == []


def test_numbers_keep_the_digits_an_account_has() -> None:
    assert matches([123456789012], 123456789012)
    assert not matches([123456789012], 123456789013)


def test_numbers_beyond_what_is_compared_never_meet_a_comparison() -> None:
    assert not matches([{"numeric": [">", 0]}], 0.0000001)
    assert not matches([{"numeric": [">", 0]}], 1234567890.1234567)
