"""The bench is run on demand: a run of everything leaves it out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.bench.packagers import Workshop
    from tests.bench.place import Place


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Collect the bench only when its folder, or a file of it, was named."""
    return None if any("bench" in argument for argument in config.args) else True


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a person choose between soon and sure."""
    group = parser.getgroup("bench")
    group.addoption("--runs", type=int, default=9, help="how often ours is measured (9)")
    group.addoption("--peer-runs", type=int, default=2, help="how often each other tool is measured (2)")
    group.addoption("--record", action="store_true", help="write the tables into README.md and docs/performance.md too")


@dataclass(frozen=True)
class Knobs:
    """How often, and whether into the documents."""

    runs: int
    peer_runs: int
    record: bool


@pytest.fixture(scope="session")
def knobs(request: pytest.FixtureRequest) -> Knobs:
    """What the person chose."""
    options = request.config.option
    return Knobs(max(options.runs, 1), max(options.peer_runs, 1), options.record)


@pytest.fixture(scope="session")
def place() -> Place:
    """Where the bench works on this machine."""
    from tests.bench import packagers, place  # noqa: PLC0415 - other tests load this file too

    try:
        found = place.find()
    except LookupError as error:
        pytest.skip(str(error))
    found.fetch()
    packagers.ready()
    return found


@pytest.fixture(scope="session")
def workshop(place: Place) -> Iterator[Workshop]:
    """The tools, with an index of this machine to take wheels from."""
    from tests.bench import index, packagers  # noqa: PLC0415 - as above

    with index.serve(place.wheels) as address:
        yield packagers.Workshop(place, address, place.folder / "work")
