"""What may come instead of what was expected: values, texts and bodies of every wrong kind, and how many of them.

`HYPOTHESIS_PROFILE=thorough` tries thirty times as many, drawn anew each time; else a run is the same as the last.
"""

from __future__ import annotations

import base64
import copy
import io
import json
import os
import sys
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.database import DirectoryBasedExampleDatabase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

# Something personal, put wherever a person can put something: no log line may hold it.
SECRET = "mara@example.com"
KEPT = Path(__file__).resolve().parents[2] / "build/cache/hypothesis"
CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
settings.register_profile(
    "quick", max_examples=60, derandomize=True, deadline=None, database=None, suppress_health_check=CHECKS
)
settings.register_profile(
    "thorough", max_examples=2_000, deadline=None, print_blob=True, suppress_health_check=CHECKS,
    database=DirectoryBasedExampleDatabase(KEPT),
)  # fmt: skip
PROFILE = settings.get_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

texts = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        [
            "", " ", "\x00", "\n", "\ufeff", "\ufffe", "\ud800", "half a pair \udfff", "\u202e", "\u0661\u0662",
            "\u00e9", "e\u0301", "\U0001f63a", "<script>", "'; --", "../../etc", "*", "null", "NaN", "-1", "1e400",
            SECRET, f"to {SECRET}", "x" * 40, "a" * 300, "0000-01-01T00:00:00Z", "99999-01-01T00:00:00Z",
            "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2030-02-30T00:00:00Z", "2030-01-31T24:00:00Z",
            "2030-W05-4T09:00:00+01:00", "1969-12-31T23:59:59Z", "-2030-01-31T09:00:00Z",
        ]
    ),
)  # fmt: skip
numbers = st.one_of(
    st.integers(),
    st.floats(),
    st.sampled_from([0, -1, 2**31, 2**63, -(2**63) - 1, 10**400, 1e308, float("inf"), float("nan"), -0.0, 1.5]),
)
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
# Neither needs to be JSON, or small; all are text, as an event's strings are.
broken_texts = st.one_of(
    st.sampled_from(
        [
            "", " ", "{", "[]", "null", "true", "0", '"text"', "{'a': 1}", '{"a": }', "{} {}", "[" * 20_000,
            '{"a":' * 20_000, "9" * 5000, "\ufeff{}", "x" * 262_144, " " * 1_048_576,
            '{"a": "' + "\u20ac" * 100_000 + '"}',
        ]
    ),
    texts,
    values.map(json.dumps),
)  # fmt: skip


def encoded(data: bytes) -> str:
    """Bytes as an event carries them, where it says `isBase64Encoded`."""
    return base64.b64encode(data).decode()


def doubled(fields: Mapping[str, Any]) -> st.SearchStrategy[str]:
    """A JSON object in which one name appears twice, with the same value or another."""
    members = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in fields.items()]
    return st.tuples(st.sampled_from(sorted(fields)), values).map(
        lambda extra: "{" + ", ".join([*members, f"{json.dumps(extra[0])}: {json.dumps(extra[1])}"]) + "}"
    )


def altered(right: Any, *, most: int = 3) -> st.SearchStrategy[Any]:
    """What is right, with up to a few of its parts, at any depth, missing, null or anything else."""
    where = [path for path in _paths(right) if path]
    change = st.tuples(st.sampled_from(where), st.sampled_from(["drop", "null", "other"]), values)
    return st.lists(change, min_size=1, max_size=most).map(lambda changes: _changed(right, changes))


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        yield from _paths(below, (*path, key))


def _changed(right: Any, changes: Sequence[tuple[tuple[Any, ...], str, Any]]) -> Any:
    changed = copy.deepcopy(right)
    for path, how, other in changes:
        place = changed
        try:
            for key in path[:-1]:
                place = place[key]
            if how == "drop":
                del place[path[-1]]
            else:
                place[path[-1]] = None if how == "null" else other
        except (KeyError, IndexError, TypeError):  # an earlier change took the place away
            continue
    return changed


@dataclass
class Heard:
    """What a function wrote: its log and metrics on stdout, and on stderr what should not be there."""

    out: io.BytesIO = field(default_factory=io.BytesIO)
    err: io.StringIO = field(default_factory=io.StringIO)

    @property
    def text(self) -> str:
        return self.out.getvalue().decode()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    @property
    def logged(self) -> list[dict[str, Any]]:
        return [line for line in self.lines if "level" in line]

    def check(self) -> None:
        """At least one line, every one JSON in UTF-8, nothing personal, and no logger that stumbled."""
        assert self.err.getvalue() == ""
        assert self.logged
        assert SECRET not in self.text


@contextmanager
def listening(*loggers: Any) -> Iterator[Heard]:
    """Take what Powertools' loggers and prints write, to a stdout as strict about UTF-8 as Lambda's."""
    heard = Heard()
    stream = io.TextIOWrapper(heard.out, encoding="utf-8", errors="strict", write_through=True)
    before = [(logger.registered_handler, logger.registered_handler.stream) for logger in loggers]
    for handler, _ in before:
        handler.stream = stream
    try:
        with redirect_stdout(stream), redirect_stderr(heard.err):
            yield heard
            sys.stdout.flush()
    finally:
        for handler, stream_before in before:
            handler.stream = stream_before
        stream.detach()


def answered(function: Callable[[Any, Any], Any], event: Any, context: Any, *loggers: Any) -> tuple[Any, Heard]:
    """Call a function as Lambda does: the event is JSON that was read, and so must the answer be.

    What it writes is checked also where it raises.
    """
    with listening(*loggers) as heard:
        try:
            answer = function(json.loads(json.dumps(event)), context)
        finally:
            heard.check()
    json.dumps(answer).encode()
    return answer, heard
