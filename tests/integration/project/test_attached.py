"""An environment that names an `endpoint`: nothing is started, nothing is patched, nothing is stopped."""

from __future__ import annotations

import os
import socket
import subprocess
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest
from tests.integration.support.projects import CHECKOUT, parameters

from eventyard import emulators, environments
from eventyard.testing.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.integration.support.projects import Project

REGION = "eu-west-1"


@pytest.fixture(scope="module")
def anyones(tmp_path_factory: pytest.TempPathFactory) -> Iterator[emulators.Emulator]:
    """A MiniStack that somebody else has started, as it comes."""
    folder = tmp_path_factory.mktemp("anyones")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    settings = {
        "PATH": os.environ["PATH"],
        "TMPDIR": str(folder),
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "AUTH": "true",
        "MINISTACK_REGION": REGION,
        "IOT_MTLS_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
        "S3_DATA_DIR": str(folder / "s3"),
    }
    python = environments.ensure("ministack", build=CHECKOUT / "build")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([python, "-m", "ministack"], env=settings, stdout=log, stderr=log)
    found = emulators.attach(f"http://127.0.0.1:{port}", region=REGION)
    eventually(lambda: found.healthy(timeout=1), timeout=60)
    yield found
    assert process.poll() is None, "the emulator that was attached to has ended"
    process.terminate()
    process.wait(timeout=10)


def test_stack_goes_up_and_down_on_an_emulator_that_is_left_as_it_is(
    anyones: emulators.Emulator, make_project: Callable[..., Project]
) -> None:
    port = anyones.endpoint.rpartition(":")[2]
    project = make_project(f'[environments.local]\nendpoint = "http://localhost:{port}"\n')
    assert project.run("apply", "--json").data["topic_arn"].endswith(":note-local-news")
    assert parameters(anyones.session().client("ssm"))["/note-local/text"] == "first"
    assert not (project.folder / "build/local/emulator").exists()
    with pytest.raises(urllib.error.HTTPError):  # ours answers here
        urllib.request.urlopen(f"{anyones.endpoint}/_eventyard/health", timeout=5)  # noqa: S310 - loopback

    project.run("destroy", "--yes")
    assert parameters(anyones.session().client("ssm")) == {}
    assert "it is left alone" in project.run("local", "down").err
    assert anyones.healthy()


def test_endpoint_that_does_not_answer_is_named(make_project: Callable[..., Project]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    refused = make_project(f'[environments.local]\nendpoint = "http://127.0.0.1:{port}"\n').run("plan", code=1)
    assert f"Nothing answers at `http://127.0.0.1:{port}`" in refused.err
