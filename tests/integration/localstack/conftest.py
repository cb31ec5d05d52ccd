"""LocalStack twice: as the kit starts it, and as it comes, to see what it still lacks."""

from __future__ import annotations

import os
import socket
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.integration.support.launching import prepared, started
from tests.integration.support.workbench import REGION, Workbench

from eventyard import emulators
from eventyard.testing.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eventyard.emulators.launch import Launch


@pytest.fixture(scope="session")
def launch(request: pytest.FixtureRequest) -> Launch:
    """What LocalStack is started with here."""
    return prepared("localstack", request.config.rootpath / "build")


@pytest.fixture(scope="session")
def localstack(launch: Launch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    """LocalStack as the kit starts it: executor, providers, additions."""
    with started(launch, tmp_path_factory.mktemp("localstack")) as workbench:
        yield workbench


@pytest.fixture(scope="session")
def plain(launch: Launch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    """LocalStack as it comes: a test that uses it fails on the day something of ours is needed no more."""
    folder = tmp_path_factory.mktemp("plain")
    (folder / "tmp").mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    bare = replace(launch, modules=None, settings={})
    environment = {**bare.environment(folder, port), "GATEWAY_SERVER": "hypercorn", "LAMBDA_RUNTIME_EXECUTOR": "docker"}
    del environment["PYTHONPATH"]
    with (folder / "log").open("wb") as log:
        command = [launch.python, "-m", "localstack.runtime.main"]
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log, start_new_session=True)
    emulator = emulators.attach(f"http://127.0.0.1:{port}", kind="localstack", region=REGION)
    try:
        eventually(lambda: emulator.healthy(timeout=1), timeout=60)
        yield Workbench(emulator)
    finally:
        os.killpg(process.pid, 9)
        process.wait(timeout=10)
