"""Every module applied once with its richest example, all of them as one stack on one emulator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.integration.support import library

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from eventyard.testing.stacks import Stack, Yard


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a person who works on one module apply that one alone."""
    parser.addoption("--modules", default=None, help="apply these modules' examples alone: queue,topic")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip the flows of modules that a person left out with `--modules`, before anything is asked of what they make."""
    asked = config.getoption("--modules", None)
    for item in items if asked else ():
        missing = {name for mark in item.iter_markers("of") for name in mark.args} - set(asked.split(","))
        if missing:
            item.add_marker(pytest.mark.skip(reason=f"not applied in this run: {', '.join(sorted(missing))}"))


@pytest.fixture(scope="session")
def chosen(pytestconfig: pytest.Config) -> list[str]:
    """Return the modules this run applies."""
    asked = pytestconfig.getoption("--modules", None)
    return asked.split(",") if asked else library.examples()


@pytest.fixture(scope="session")
def library_yard(tmp_path_factory: pytest.TempPathFactory, chosen: list[str]) -> Iterator[Yard]:
    """Give the project of the examples; everything is destroyed, and looked for, when the run ends."""
    made = library.project(tmp_path_factory.mktemp("library"), chosen)
    opened = library.yard(made)
    try:
        yield opened
        opened.close()
    finally:
        made.close()


@pytest.fixture(scope="session")
def applied(library_yard: Yard) -> Stack:
    """Return the applied stack; its outputs are the examples'."""
    return library_yard.stack(library.STACK)


@pytest.fixture(scope="session")
def outputs(applied: Stack) -> dict[str, Any]:
    """Return the outputs of the examples."""
    return applied.outputs


@pytest.fixture(scope="session")
def client(library_yard: Yard, applied: Stack) -> Callable[[str], Any]:
    """``client("sqs")``: a boto3 client of the emulator the examples are applied on."""
    assert applied.name == library.STACK

    def make(service: str) -> Any:
        return library_yard.target.session.client(service)

    return make
