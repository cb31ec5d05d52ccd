from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from eventyard import environments

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A boto3 session of an emulator that lives for these tests."""
    folder = tmp_path_factory.mktemp("ministack")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    python = environments.ensure("ministack", build=Path(__file__).parents[3] / "build")
    environment = {
        "PATH": os.defpath,
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_REGION": "eu-west-1",
        "LOG_LEVEL": "WARNING",
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [str(python), "-m", "ministack"], env=environment, cwd=folder, stdout=log, stderr=log
        )
    endpoint = f"http://127.0.0.1:{port}"
    try:
        _wait(endpoint, process, folder / "log")
        yield _Session(endpoint)
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


class _Session:
    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._session = boto3.Session("test", "test", region_name="eu-west-1")

    def client(self, service_name: str, **settings: Any) -> Any:
        return self._session.client(service_name, endpoint_url=self._endpoint, **settings)


def _wait(endpoint: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=2):  # noqa: S310 - loopback
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    pytest.fail(f"MiniStack did not start: {log.read_text()}\n{sys.version}")
