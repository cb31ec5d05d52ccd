"""Every module applied once with its richest example: a stack for each shelf, on an emulator of its own."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
from tests.integration.support import library

from eventyard import emulators
from eventyard.config import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from eventyard.config import Environment
    from eventyard.testing.stacks import Stack, Yard


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a person who works on one module apply that one alone."""
    parser.addoption("--modules", default=None, help="apply these modules' examples alone: queue,topic")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip the flows of modules that a person left out with `--modules`, before anything is asked of what they make."""
    asked = config.getoption("--modules", None)
    environment = load(config.rootpath).environment(config.getoption("--env"))
    refused = emulators.unapplied(environment.target) if environment.local else {}
    for item in items:
        named = {name for mark in item.iter_markers("of") for name in mark.args}
        missing = sorted(named - set(asked.split(","))) if asked else []
        if missing:
            item.add_marker(pytest.mark.skip(reason=f"not applied in this run: {', '.join(missing)}"))
        for module in sorted(named & set(refused)):
            reason = f"`{module}` can't be applied on {environment.target}: {refused[module]}"
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="module")
def shelf(request: pytest.FixtureRequest) -> str:
    """Return the shelf whose examples a test's file is about: its module's, or the one it is given."""
    given = getattr(request, "param", None)
    if given is not None:
        return str(given)
    (module,) = request.node.get_closest_marker("of").args
    return library.shelf_of(module)


@pytest.fixture(scope="session")
def asked(pytestconfig: pytest.Config, environment: Environment) -> Callable[[str], list[str]]:
    """``asked(shelf)``: the modules of a shelf that this run applies, on this target."""
    if not environment.local:
        pytest.skip("the library is applied on emulators; on AWS the stacks are")
    wanted, refused = pytestconfig.getoption("--modules", None), emulators.unapplied(environment.target)

    def modules(shelf: str) -> list[str]:
        known = [name for name in library.SHELVES[shelf] if name not in refused]
        return [name for name in known if not wanted or name in wanted.split(",")]

    return modules


@pytest.fixture(scope="session")
def yards(
    tmp_path_factory: pytest.TempPathFactory, asked: Callable[[str], list[str]], environment: Environment
) -> Iterator[Callable[[str], Yard]]:
    """``yards(shelf)``: the project of a shelf; everything is destroyed, and looked for, when the run ends."""
    opened: dict[str, Yard] = {}
    with ExitStack() as closing:

        def get(shelf: str) -> Yard:
            if shelf not in opened:
                folder = tmp_path_factory.mktemp(f"library-{shelf}")
                made = library.project(folder, asked(shelf), target=environment.target)
                closing.callback(made.close)
                opened[shelf] = library.yard(made)
                closing.callback(opened[shelf].close)
            return opened[shelf]

        yield get


@pytest.fixture(scope="module")
def chosen(shelf: str, asked: Callable[[str], list[str]]) -> list[str]:
    """Return the modules that are applied with the one a test is about."""
    found = asked(shelf)
    if not found:
        pytest.skip(f"nothing of `{shelf}` is applied in this run")
    return found


@pytest.fixture(scope="module")
def library_yard(shelf: str, yards: Callable[[str], Yard], chosen: list[str]) -> Yard:
    """Return the yard of a shelf that has something on it."""
    assert chosen
    return yards(shelf)


@pytest.fixture(scope="module")
def applied(library_yard: Yard) -> Stack:
    """Return the applied stack; its outputs are the examples'."""
    return library_yard.stack(library.STACK)


@pytest.fixture(scope="module")
def outputs(applied: Stack) -> dict[str, Any]:
    """Return the outputs of the examples."""
    return applied.outputs


@pytest.fixture(scope="module")
def client(library_yard: Yard, applied: Stack) -> Callable[[str], Any]:
    """``client("sqs")``: a boto3 client of the emulator the examples are applied on."""
    assert applied.name == library.STACK

    def make(service: str) -> Any:
        return library_yard.target.session.client(service)

    return make
