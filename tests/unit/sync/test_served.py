from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.sync.conftest import alias, function

from eventyard.sync.served import Record, Served, is_served, superseded

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from eventyard.sync.matching import Pair

VERSIONS = st.lists(st.integers(1, 50).map(str), unique=True, max_size=12)


def test_record_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    record = Record("one", {}).with_update("greet", "hash", "bytes", "4").with_update("bare", "hash", "bytes", "")
    record.write(tmp_path / "sync.json")
    assert Record.read(tmp_path / "sync.json", "one") == record
    assert record.of("greet") == Served("hash", "bytes", "4", ("4",))
    assert record.of("bare").published == ()


def test_record_of_another_emulator_says_nothing(tmp_path: Path) -> None:
    Record("one", {}).with_update("greet", "hash", "bytes", "4").write(tmp_path / "sync.json")
    assert Record.read(tmp_path / "sync.json", "two") == Record("two", {})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"incarnation": "one"}',
        '{"incarnation": "one", "functions": {"f": {"hash": 1, "odd": 2}}}',
        "\xff",
    ],
)
def test_record_that_cannot_be_read_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "sync.json").write_bytes(text.encode("latin-1"))
    assert Record.read(tmp_path / "sync.json", "one") == Record("one", {})


def test_nothing_to_remember_leaves_no_record(tmp_path: Path) -> None:
    file = tmp_path / "sync.json"
    full = Record("one", {}).with_update("greet", "hash", "bytes", "4")
    full.write(file)
    full.without_versions("greet", {"4"}).settled().write(file)
    assert not file.exists()


def test_the_same_version_published_again_is_kept_once() -> None:
    record = Record("one", {}).with_update("greet", "a", "b", "4").with_update("greet", "c", "d", "5")
    assert record.with_update("greet", "c", "d", "4").of("greet").published == ("5", "4")


@pytest.mark.parametrize(
    ("packaged", "says", "served"),
    [
        ("applied", "bytes applied", True),  # as the last apply left it
        ("edited", "bytes edited", True),  # as `sync` left it
        ("edited", "bytes applied", False),  # an edit
        ("applied", "bytes edited", False),  # an edit that was put back
        ("edited", "bytes of a stranger", False),  # the record is stale: somebody else put something there
        ("other", "bytes edited", False),
        ("other", "", False),
    ],
)
def test_what_lambda_says_decides(pair: Callable[..., Pair], packaged: str, says: str, served: bool) -> None:
    assert is_served(pair(packaged), Served("edited", "bytes edited", "2"), says) is served


def test_the_very_bytes_are_served_whoever_put_them_there(pair: Callable[..., Pair]) -> None:
    unknown = pair("edited")
    assert is_served(unknown, Served(), unknown.code_sha256)


def test_nothing_known_and_nothing_said_is_not_served(pair: Callable[..., Pair]) -> None:
    assert not is_served(pair("", code_sha256=""), Served(), "")


@given(VERSIONS, st.integers(1, 50).map(str), st.integers(1, 50).map(str), st.integers(0, 3))
def test_superseded_spares_what_terraform_has_and_the_newest(
    published: list[str], version: str, served: str, keep: int
) -> None:
    one = function(version=version, aliases=(alias(served),))
    gone = superseded(one, Served(published=tuple(published)), keep)
    assert gone <= set(published)
    assert not gone & {version, served, *(published[-keep:] if keep else ())}
    assert len(set(published) - gone) <= keep + 2
