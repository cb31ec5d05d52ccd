"""Our reading of event patterns beside the emulator's own: two that know nothing of each other, on the same events.

Where they are known to differ, AWS's recorded answers or its own matcher's source decide; each is shown here with both
answers, so that it is heard of when the emulator changes its own.
"""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from eventyard.patterns import PatternError, miss, parse, read_event

NAMES = st.sampled_from(["a", "b"])
# few and alike, so that events match now and then
TEXTS = st.sampled_from(["", "a", "A", "ab", "aB", "b*", "10.0.0.1", "10.0.1.1", "::1"])
NUMBERS = st.sampled_from([-1, 0, 0.5, 1, 300.0])
LEAVES = st.one_of(TEXTS, NUMBERS, st.booleans(), st.none())


def some(values, least=0):
    return st.lists(values, min_size=least, max_size=2)


EVENTS = st.recursive(
    st.dictionaries(NAMES, st.one_of(LEAVES, some(LEAVES)), min_size=1),
    lambda inner: st.dictionaries(NAMES, st.one_of(LEAVES, inner, some(inner)), min_size=1),
    max_leaves=6,
)


def operator(name, operands):
    return operands.map(lambda operand: {name: operand})


def one_or_some(values):
    return st.one_of(values, some(values, 1))


CASELESS = operator("equals-ignore-case", TEXTS)
AFFIXES = [operator(name, st.one_of(TEXTS, CASELESS)) for name in ("prefix", "suffix")]
WILDCARDS = st.sampled_from(["*", "a*", "*b", "*a*", "b\\*", "*.0.*"])
BOUNDS = st.sampled_from([["=", 0], [">", 0], [">=", 0, "<", 1], [">", -1, "<=", 0.5], ["<", 300]])
NEGATED = st.one_of(
    one_or_some(TEXTS),
    one_or_some(NUMBERS),
    *(operator(name, one_or_some(TEXTS.filter(bool))) for name in ("prefix", "suffix")),
    operator("equals-ignore-case", one_or_some(TEXTS)),
    operator("wildcard", one_or_some(WILDCARDS)),
)
CONDITIONS = st.one_of(
    LEAVES,
    *AFFIXES,
    CASELESS,
    operator("wildcard", WILDCARDS),
    operator("exists", st.booleans()),
    operator("numeric", BOUNDS),
    operator("cidr", st.sampled_from(["10.0.0.0/24", "10.0.0.0/8", "::/120"])),
    operator("anything-but", NEGATED),
)
# what may stand where something else belongs
NONSENSE = st.recursive(
    st.one_of(LEAVES, st.sampled_from(["**", "a\\b", ">", "=", "10.0.0.0/32", "::1/128", "10.0.0.0"])),
    lambda inner: st.one_of(
        some(inner),
        st.dictionaries(
            st.sampled_from(["prefix", "suffix", "equals-ignore-case", "wildcard", "numeric", "cidr", "else"]), inner
        ),
    ),
    max_leaves=3,
)
OPERATORS = st.sampled_from(
    ["anything-but", "cidr", "equals-ignore-case", "exactly", "exists", "numeric", "prefix", "suffix", "wildcard", "is"]
)
MALFORMED = st.dictionaries(OPERATORS, NONSENSE, min_size=1, max_size=2)


def patterns(conditions):
    fields = st.dictionaries(NAMES, some(conditions, 1), min_size=1)

    def deeper(inner):
        either = st.lists(inner, min_size=2, max_size=3)
        return st.one_of(
            st.dictionaries(NAMES, inner, min_size=1),
            either.map(lambda alternatives: {"$or": alternatives}),
            st.builds(lambda before, alternatives: {**before, "$or": alternatives}, fields, either),
        )

    return st.recursive(fields, deeper, max_leaves=3)


def theirs(bench, pattern, event):
    """Return what the emulator says: matches or not, None when it refuses the pattern."""
    events = bench.client("events")
    try:
        return events.test_event_pattern(EventPattern=pattern, Event=event)["Result"]
    except events.exceptions.InvalidEventPatternException:
        return None


def ours(pattern, event):
    try:
        return miss(parse(pattern), read_event(event)) is None
    except PatternError:
        return None


def written(pattern, detail):
    return json.dumps({"detail": pattern}), json.dumps({"source": "shop", "detail-type": "it", "detail": detail})


SETTINGS = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))


@settings(SETTINGS, max_examples=400)
@given(pattern=patterns(CONDITIONS), detail=EVENTS)
def test_both_match_the_same(bench, pattern, detail):
    # known to differ, below
    assume(not ('"exists": false' in json.dumps(pattern) and "[{" in json.dumps(detail)))
    texts = written(pattern, detail)
    found = ours(*texts)
    assert found is not None
    assert found == theirs(bench, *texts), texts


@settings(SETTINGS, max_examples=200)
@given(pattern=patterns(st.one_of(CONDITIONS, MALFORMED)), detail=EVENTS)
def test_both_refuse_the_same(bench, pattern, detail):
    texts = written(pattern, detail)
    assert (ours(*texts) is None) == (theirs(bench, *texts) is None), texts


KNOWN = {
    "AWS looks for what must be absent in all items of an array": (
        {"a": {"b": [{"exists": False}]}},
        {"a": [{"b": 1}, {"c": 2}]},
        (False, True),
    ),
    "AWS takes a dot in an event's name for a step down, as in a pattern's": (
        {"a": {"b": [1]}},
        {"a.b": 1},
        (True, False),
    ),
    "AWS documents that numbers are compared from -5e9 to 5e9": (
        {"a": [{"numeric": [">", 5e9]}]},
        {"a": 6e9},
        (False, True),
    ),
    "AWS documents that numbers are compared with six digits after the point": (
        {"a": [{"numeric": [">", 0.0000001]}]},
        {"a": 1},
        (None, True),
    ),
    "AWS refuses wildcards that are too complex": (
        {"a": [{"wildcard": "*:*:*:*:*:event-bus/*"}]},
        {"a": ""},
        (None, False),
    ),
}


@pytest.mark.parametrize("why", KNOWN)
def test_known_to_differ(bench, why):
    pattern, detail, answers = KNOWN[why]
    texts = written(pattern, detail)
    assert (ours(*texts), theirs(bench, *texts)) == answers
