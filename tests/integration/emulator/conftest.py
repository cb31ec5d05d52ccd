"""MiniStack twice: with our additions, and as it comes, to see what it still lacks."""

from __future__ import annotations

import os
import socket
import subprocess
from typing import TYPE_CHECKING

import pytest
from tests.integration.support.launching import prepared, started
from tests.integration.support.workbench import REGION, Workbench

from eventyard import emulators
from eventyard.testing.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from eventyard.emulators.launch import Launch


@pytest.fixture(scope="session")
def launch(request: pytest.FixtureRequest) -> Launch:
    """What MiniStack is started with here."""
    return prepared("ministack", request.config.rootpath / "build")


@pytest.fixture(scope="session")
def pythons(launch: Launch) -> tuple[Path, Path]:
    """The emulator's interpreter and the functions'."""
    return launch.python, launch.workers


@pytest.fixture(scope="session")
def bench(launch: Launch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    """MiniStack with our additions."""
    with started(launch, tmp_path_factory.mktemp("emulator")) as workbench:
        yield workbench


@pytest.fixture(scope="session")
def plain(pythons: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    """MiniStack as it comes: a test that uses it fails on the day an addition is needed no more."""
    folder = tmp_path_factory.mktemp("plain")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        "PATH": os.environ["PATH"],
        "TMPDIR": str(folder),
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "AUTH": "true",
        "MINISTACK_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "IOT_MTLS_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
        "S3_DATA_DIR": str(folder / "s3"),
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([pythons[0], "-m", "ministack"], env=environment, stdout=log, stderr=log)
    emulator = emulators.attach(f"http://127.0.0.1:{port}", region=REGION)
    eventually(lambda: emulator.healthy(timeout=1), timeout=30)
    yield Workbench(emulator)
    process.terminate()
    process.wait(timeout=10)
