"""Fields, objects, arrays and `$or`: what together makes an event match.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-arrays.html
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from eventyard.patterns import miss, parse, read_event

EMPLOYEES = {
    "employees": [
        {"name": "Anna", "of": "Smith", "skills": ["go", "sql"]},
        {"name": "Peter", "of": "Jones", "skills": []},
    ]
}
TWICE_NESTED = {"employees": [EMPLOYEES["employees"], [{"name": "John", "of": "Doe"}]]}


def matches(pattern: Any, event: Any) -> bool:
    text = pattern if isinstance(pattern, str) else json.dumps(pattern)
    return miss(parse(text), read_event(json.dumps(event))) is None


@pytest.mark.parametrize("event", [EMPLOYEES, TWICE_NESTED])
def test_fields_of_one_array_are_met_by_one_item(event: dict[str, Any]) -> None:
    assert matches({"employees": {"name": ["Anna"], "of": ["Smith"]}}, event)
    assert matches({"employees": {"name": ["Peter"]}}, event)
    assert not matches({"employees": {"name": ["Anna"], "of": ["Jones"]}}, event)


def test_values_side_by_side_in_an_array_each_count() -> None:
    assert matches({"employees": {"name": ["Anna"], "skills": ["sql"]}}, EMPLOYEES)
    assert not matches({"employees": {"name": ["Peter"], "skills": [{"exists": True}]}}, EMPLOYEES)


def test_what_must_be_absent_is_looked_for_in_the_same_item() -> None:
    assert matches({"employees": {"name": ["Peter"], "skills": [{"exists": False}]}}, EMPLOYEES)
    assert not matches({"employees": {"name": ["Anna"], "skills": [{"exists": False}]}}, EMPLOYEES)
    # alone it is looked for in all of them
    assert not matches({"employees": {"skills": [{"exists": False}]}}, EMPLOYEES)


def test_arrays_of_their_own_do_not_bind_each_other() -> None:
    event = {"a": [{"x": 1}, {"x": 2}], "b": [{"y": 1}, {"y": 2}]}
    assert matches({"a": {"x": [1]}, "b": {"y": [2]}}, event)


def test_many_items_are_no_reason_to_wait() -> None:
    event = {letter: [{"n": n} for n in range(200)] for letter in "abcd"}
    some = [{"numeric": [">=", 0]}]
    assert not matches({"a": {"n": some}, "b": {"n": some}, "c": {"n": some}, "d": {"n": some, "z": [1]}}, event)


def test_a_dot_in_a_name_is_a_step_down_in_patterns_and_events() -> None:
    for pattern in ({"detail": {"state": {"code": [1]}}}, {"detail": {"state.code": [1]}}, {"detail.state.code": [1]}):
        assert matches(pattern, {"detail": {"state": {"code": 1}}})
        assert matches(pattern, {"detail": {"state.code": 1}})


def test_objects_of_an_event_match_no_value() -> None:
    assert not matches({"detail": ["a"]}, {"detail": {"a": "a"}})
    assert not matches({"detail": {"a": ["a"]}}, {"detail": "a"})


OR = {
    "source": ["cloudwatch"],
    "$or": [{"metric": ["cpu"]}, {"kind": ["latency"], "$or": [{"id": [1]}, {"space": [2]}]}, {"scope": ["all"]}],
}


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"metric": "cpu"}, True),
        ({"scope": "all"}, True),
        ({"kind": "latency", "id": 1}, True),
        ({"kind": "latency", "space": 2}, True),
        ({"kind": "latency"}, False),
        ({"id": 1}, False),
        ({}, False),
    ],
)
def test_or_holds_objects_of_which_one_is_enough(event: dict[str, Any], expected: bool) -> None:
    assert matches(OR, {"source": "cloudwatch", **event}) is expected
    assert not matches(OR, {"source": "else", **event})


def test_or_beside_or_multiplies() -> None:
    pattern = {"$or": [{"a": [1]}, {"b": [1]}], "detail": {"$or": [{"c": [1]}, {"d": [1]}]}}
    assert matches(pattern, {"b": 1, "detail": {"c": 1}})
    assert not matches(pattern, {"a": 1, "b": 1})
    assert len(parse(json.dumps(pattern)).branches) == 4


def test_of_a_field_that_is_there_twice_the_last_counts_and_is_told() -> None:
    twice = '{"detail": {"place": [{"prefix": "us-"}], "place": [{"anything-but": "us-east"}]}}'
    assert matches(twice, {"detail": {"place": "eu-central-1"}})
    assert parse(twice).notes == ("`detail.place` is there twice, and the last one counts",)
    again = {"a": [1], "$or": [{"a": [2]}, {"b": [3]}]}
    assert matches(again, {"a": 2})
    assert not matches(again, {"a": 1})
    assert parse(json.dumps(again)).notes


def test_an_or_that_can_be_none_is_a_field_of_that_name() -> None:
    pattern = {"$or": {"metric": ["cpu"]}}
    assert matches(pattern, {"$or": {"metric": "cpu"}})
    assert not matches(pattern, {"metric": "cpu"})
    assert "read as a field" in parse(json.dumps(pattern)).notes[0]


def test_long_patterns_are_told() -> None:
    assert "2048" in parse(json.dumps({"source": ["x" * 2048]})).notes[0]
