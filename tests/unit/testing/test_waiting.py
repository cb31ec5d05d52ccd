from __future__ import annotations

import itertools

import pytest

from eventyard.testing import eventually, never


def test_returns_the_first_true_answer() -> None:
    answers = iter([None, "", "here"])
    assert eventually(lambda: next(answers), timeout=5) == "here"


def test_raises_the_last_assertion_and_not_a_timeout() -> None:
    count = itertools.count()

    def look() -> bool:
        raise AssertionError(f"look {next(count)}")

    with pytest.raises(AssertionError, match=r"look [1-9]"):
        eventually(look, timeout=0.2)


def test_shows_the_last_answer() -> None:
    with pytest.raises(AssertionError, match=r"last answer was \[\]"):
        eventually(list, timeout=0.1)


def test_other_errors_are_not_swallowed() -> None:
    def look() -> bool:
        raise KeyError("name")

    with pytest.raises(KeyError):
        eventually(look, timeout=5)


def test_never_fails_as_soon_as_it_happens() -> None:
    answers = iter([False, False, "mail"])
    with pytest.raises(AssertionError, match="mail"):
        never(lambda: next(answers), for_seconds=5)


def test_never_passes_when_nothing_happens() -> None:
    never(lambda: False, for_seconds=0.3)
