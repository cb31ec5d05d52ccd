"""What is said of an event that doesn't match, and of one that never can."""

from __future__ import annotations

import json
from typing import Any

import pytest

from eventyard.patterns import impossible, miss, parse, read_event

ORDER = {"source": "shop", "detail-type": "Ordered", "detail": {"total": 50, "items": [{"sku": "a"}, {"qty": 2}]}}


def said(pattern: dict[str, Any], event: dict[str, Any] = ORDER) -> str:
    return str(miss(parse(json.dumps(pattern)), read_event(json.dumps(event))))


def test_the_first_field_in_the_patterns_order_is_named() -> None:
    pattern = {"source": ["shop"], "detail": {"total": [{"numeric": [">", 100]}], "kind": ["x"]}}
    assert said(pattern) == '`detail.total`: 50 in the event; asked for {"numeric": [">", 100]}'


def test_a_field_that_is_not_there() -> None:
    assert said({"detail": {"totl": [1]}}) == "`detail.totl`: not in the event; asked for 1"


def test_long_lists_are_cut_short() -> None:
    found = said({"source": ["a", "b", "c", "d", "e"]})
    assert found == '`source`: "shop" in the event; asked for "a" or "b" or "c" and 2 more'


def test_of_several_branches_the_nearest_is_explained() -> None:
    pattern = {"$or": [{"source": ["bank"]}, {"source": ["shop"], "detail": {"total": [1]}}]}
    assert said(pattern).startswith("`detail.total`")


def test_fields_met_by_different_items_of_an_array() -> None:
    found = said({"detail": {"items": {"sku": ["a"], "qty": [2]}}})
    assert found == "`detail.items.sku`: no one item of an array meets all of `detail.items.sku`, `detail.items.qty`"


@pytest.mark.parametrize(
    ("pattern", "whole", "expected"),
    [
        ({"source": ["shop"]}, True, None),
        ({"source": [{"prefix": "sh"}], "account": ["1"], "time": [{"prefix": "2027"}]}, True, None),
        ({"source": ["bank"]}, True, "source"),
        ({"detail-type": ["Paid"]}, True, "detail-type"),
        ({"source": [{"exists": False}]}, True, "source"),
        # values of the example are one of many, its fields are all there are
        ({"detail": {"total": [{"numeric": [">", 100]}]}}, True, None),
        ({"detail": {"totl": [1]}}, True, "detail.totl"),
        ({"detail": {"totl": [1]}}, False, None),
        ({"detail": {"totl": [{"exists": False}]}}, True, None),
        ({"detail": {"items": {"sku": ["z"]}}}, True, None),
        ({"detailType": ["Ordered"]}, False, "detailType"),
        ({"$or": [{"source": ["bank"]}, {"detail-type": ["Ordered"]}]}, True, None),
    ],
)
def test_whether_an_event_of_a_declared_kind_can_match(
    pattern: dict[str, Any], whole: bool, expected: str | None
) -> None:
    found = impossible(parse(json.dumps(pattern)), read_event(json.dumps(ORDER)), whole=whole)
    assert (found.path if found else None) == expected
