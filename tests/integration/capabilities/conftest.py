"""The emulator that the run's environment names, once for all probes, and a function on it that listens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.integration.capabilities.probing import Ear, Shows, listening
from tests.integration.support.launching import prepared, started

from eventyard import emulators

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.support.workbench import Workbench

    from eventyard.config import Environment

# SQS's own metrics, which come once a minute.
SETTINGS = {"localstack": {"SQS_CLOUDWATCH_METRICS_REPORT_INTERVAL": "2"}}


@pytest.fixture(scope="session")
def bench(
    request: pytest.FixtureRequest, environment: Environment, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workbench]:
    """The emulator, started once."""
    if not environment.local:
        pytest.skip("what AWS can do is for AWS to say: this is about emulators")
    kind = emulators.kind_of(environment.target)
    launch = prepared(kind, request.config.rootpath / "build", **SETTINGS.get(kind, {}))
    with started(launch, tmp_path_factory.mktemp("capabilities")) as workbench:
        yield workbench


@pytest.fixture(scope="session")
def ear(bench: Workbench, tmp_path_factory: pytest.TempPathFactory) -> Ear:
    """A function that keeps what it is called with."""
    return listening(bench, tmp_path_factory.mktemp("ear") / "heard")


@pytest.fixture
def shows(bench: Workbench) -> Shows:
    """``with shows("sns_lambda") as within``: what the body sees is what the data say."""
    return Shows(bench.emulator.kind)
