"""What the emulator can't take of the modules is still so: the day it can, the entry goes and the example grows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.integration.support import library

from eventyard.reference.refused import Refused, refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.support.projects import Done

ENTRIES = refused(library.CHECKOUT)


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[Done]:
    """Apply everything that is refused at once: Terraform goes on with what does not depend on it."""
    asked = pytestconfig.getoption("--modules", None)
    wanted = asked.split(",") if asked else {entry.module for entry in ENTRIES}
    made = library.project(tmp_path_factory.mktemp("refused"), sorted(wanted), examples="refused")
    try:
        library.start(made)
        yield made.run("apply", "--stack", library.STACK, code=1)
    finally:
        made.close()


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.address)
def test_it_is_still_refused_for_that_reason(
    entry: Refused, pytestconfig: pytest.Config, request: pytest.FixtureRequest
) -> None:
    asked = pytestconfig.getoption("--modules", None)
    if asked and entry.module not in asked.split(","):
        pytest.skip(f"not applied in this run: {entry.module}")
    tried: Done = request.getfixturevalue("tried")
    said = " ".join(tried.err.split())
    assert entry.address in said, said
    assert entry.error in said, said
