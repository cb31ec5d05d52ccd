"""What EventBridge refuses is refused here, with the place and with what to write instead."""

from __future__ import annotations

import json
from typing import Any

import pytest

from eventyard.patterns import PatternError, parse, read_event
from eventyard.patterns.wildcards import Wildcard, most_at_once


def refusal(text: str) -> PatternError:
    with pytest.raises(PatternError) as caught:
        parse(text, name="rule.json")
    assert caught.value.exit_code == 2
    assert caught.value.fix
    return caught.value


# one value in a field's list → what is said, and what the fix says
VALUES: list[tuple[Any, str, str]] = [
    ([1], "a list in a list", "field's own list"),
    ({}, "names not an operator", "prefix"),
    ({"prefix": "a", "suffix": "b"}, "`prefix` and `suffix` in one pair of braces", "a pair of braces for each"),
    ({"NUMERIC": ["=", 5]}, "no operator `NUMERIC`", "write `numeric`"),
    ({"equals": "a"}, "no operator `equals`", "the operators are"),
    ({"prefix": 123}, "`prefix` takes a string, not 123", "one string"),
    ({"prefix": ["a"]}, '`prefix` takes a string, not ["a"]', "several times"),
    ({"suffix": {"prefix": "a"}}, "`suffix` takes no `prefix`", "equals-ignore-case"),
    ({"suffix": {}}, "{} names not `equals-ignore-case`", "suffix"),
    ({"equals-ignore-case": ["a"]}, "`equals-ignore-case` takes a string", "one string"),
    ({"exists": "yes"}, "neither true nor false", '{"exists": true}'),
    ({"exactly": 1}, "`exactly` takes a string", "one string"),
    ({"wildcard": 1}, "`wildcard` takes a string", "one string"),
    ({"wildcard": "a**b"}, 'two stars in a row (character 2 of "a**b")', "stands for any text already"),
    ({"wildcard": r"a\b"}, "a backslash goes before", r"`\*`"),
    ({"wildcard": "a\\"}, "a backslash goes before", r"`\*`"),
    ({"cidr": ["10.0.0.0/8"]}, "`cidr` takes a string", "one string"),
    ({"cidr": "10.0.0.0"}, "no block of addresses", "10.0.0.0/8"),
    ({"cidr": "10.0.0.0/x"}, "no block of addresses", "10.0.0.0/8"),
    ({"cidr": "10.0.0/8"}, "no block of addresses", "10.0.0.0/8"),
    ({"cidr": "xxxx::/8"}, "no block of addresses", "2001:db8::/32"),
    ({"cidr": "fe80::1%eth0/64"}, "no block of addresses", "2001:db8::/32"),
    ({"cidr": "10.0.0.1/32"}, "at most 31 bits; given: 32", '"10.0.0.1"'),
    ({"cidr": "::1/128"}, "at most 127 bits; given: 128", '"::1"'),
    ({"numeric": 10}, "`numeric` is no list", '[">", 0]'),
    ({"numeric": []}, "a range is", '[">", 0]'),
    ({"numeric": [5]}, "5 is no comparison", "one of"),
    ({"numeric": ["!=", 5]}, '"!=" is no comparison', "one of"),
    ({"numeric": [">", 0, "<"]}, '"<" has no number after it', "range"),
    ({"numeric": [">", "0"]}, '"0" is no number', "without quotes"),
    ({"numeric": [">", 0, ">", 1]}, "a lower bound, then an upper one", "range"),
    ({"numeric": ["<", 5, ">", 1]}, "a lower bound, then an upper one", "range"),
    ({"numeric": ["=", 5, "<", 9]}, "a lower bound, then an upper one", "range"),
    ({"numeric": [">", 5, "<", 5]}, "not below", "swap them"),
    ({"numeric": [">", 5000000001]}, "from -5e9 to 5e9", "text as a value"),
    ({"numeric": [">", 0.1234567]}, "6 digits after the point", "text as a value"),
    ({"numeric": ["=", 1234567890.123456]}, "15 digits", "text as a value"),
    ({"anything-but": None}, "takes no null", "list the values that are meant"),
    ({"anything-but": True}, "takes no true", "list the values that are meant"),
    ({"anything-but": []}, "an empty list", "name a value"),
    ({"anything-but": ["a", 1]}, "strings and numbers", "two entries"),
    ({"anything-but": ["a", None]}, "takes no null", "list the values that are meant"),
    ({"anything-but": {"numeric": ["=", 1]}}, "takes no `numeric`", "prefix"),
    ({"anything-but": {"prefix": ""}}, "an empty prefix", "name the prefix"),
    ({"anything-but": {"suffix": ["a", ""]}}, "an empty suffix", "name the suffix"),
    ({"anything-but": {"prefix": {"equals-ignore-case": "a"}}}, "takes a string", "one string"),
    ({"anything-but": {"equals-ignore-case": 1}}, "takes a string", "one string"),
    ({"anything-but": {"wildcard": ["*", "**"]}}, "two stars", "any text"),
    ({"anything-but": {"prefix": []}}, "an empty list", "name a value"),
    ({"anything-but": {"prefix": "a", "suffix": "b"}}, "in one pair of braces", "for each"),
]


@pytest.mark.parametrize(("value", "what", "fix"), VALUES, ids=lambda value: json.dumps(value)[:40])
def test_condition(value: Any, what: str, fix: str) -> None:
    error = refusal(json.dumps({"detail": {"state": ["ok", value]}}))
    assert what in error.what
    assert fix in str(error.fix)
    assert "rule.json: line 1, column" in str(error.where)
    assert "`detail.state[1]`" in str(error.where)


@pytest.mark.parametrize(
    ("pattern", "what", "where"),
    [
        ("[]", "a pattern is an object", "line 1, column 1"),
        ('"a"', "a pattern is an object", "line 1, column 1"),
        ("{}", "{} names no field", "line 1, column 1"),
        ('{"detail": {}}', "{} names no field", "column 12, `detail`"),
        ('{"detail":\n  {"state": "ok"}}', "values are in a list", "line 2, column 13, `detail.state`"),
        ('{"state": []}', "an empty list", "column 11, `state`"),
        ('{"$or": [{"a": [1]}]}', "two objects or more", "column 9, `$or`"),
        ('{"$or": [{"a": [1]}, {"prefix": ["b"]}]}', "`prefix` can't be a field in `$or`", "`prefix`"),
        ('{"$or": [{"a": [1]}, {"b": {"prefix": ["b"]}}]}', "`prefix` can't be a field in `$or`", "`b.prefix`"),
    ],
)
def test_structure(pattern: str, what: str, where: str) -> None:
    error = refusal(pattern)
    assert what in error.what
    assert where in str(error.where)


@pytest.mark.parametrize(
    ("text", "what", "where"),
    [
        ("", "expecting value", "line 1, column 1"),
        ("this", "expecting value", "line 1, column 1"),
        ("{'a': 1}", "double quotes", "line 1, column 2"),
        ('{"a"}', 'colon is missing after "a"', "column 5"),
        ('{"a": [1}', "a comma or ] is missing", "column 9"),
        ('{"a": [1],\n}', "a comma before }", "line 2, column 1"),
        ('{"a": [1]} x', "something follows", "column 12"),
        ('{"a": [NaN]}', "NaN is no JSON number", "column 8"),
        ('{"a": ["b]}', "unterminated string", "column 8"),
        ("[" * 200, "nested more than", "line 1"),
    ],
)
def test_what_is_no_json(text: str, what: str, where: str) -> None:
    error = refusal(text)
    assert what in error.what
    assert where in str(error.where)


def test_more_combinations_than_eventbridge_takes() -> None:
    ten = {"$or": [{f"f{n}": [1]} for n in range(10)]}
    four = {"a": ten, "b": ten, "c": ten, "d": {"$or": [{"x": [1]}, {"y": [1]}]}}
    assert "1000 combinations" in refusal(json.dumps(four)).what
    del four["d"]
    assert len(parse(json.dumps(four)).branches) == 1000


def test_an_event_is_an_object() -> None:
    with pytest.raises(PatternError, match="an event is a JSON object"):
        read_event('["a"]')


# AWS's answers, as recorded against the service
TAKEN = "/Users/*/dir/dir/dir/dir/dir/doc.txt"
REFUSED = "*:*:*:*:*:event-bus/*"


def test_a_wildcard_that_is_too_complex() -> None:
    assert "too complex" in refusal(json.dumps({"arn": [{"wildcard": REFUSED}]})).what
    assert parse(json.dumps({"arn": [{"wildcard": TAKEN}]})).notes == ()


def test_wildcards_in_between_are_noted_and_those_of_one_field_count_together() -> None:
    assert "may refuse" in parse(json.dumps({"arn": [{"wildcard": "*a*a*a*a*"}]})).notes[0]
    assert most_at_once([Wildcard("*a*"), Wildcard("*a*b")]) > most_at_once([Wildcard("*a*b")])
    apart = {"one": [{"wildcard": TAKEN}], "two": [{"wildcard": TAKEN}]}
    assert parse(json.dumps(apart)).notes == ()
