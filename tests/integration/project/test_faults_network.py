"""The line between Terraform and the emulator is lost in mid-apply: the run ends and says so; the next one heals."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest
from tests.integration.project.test_mishaps import GATED

from eventyard.testing.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.integration.support.projects import Project

BOUND_SECONDS = 180


class Line:
    """A TCP line to an emulator that can be cut, and that can fall silent."""

    def __init__(self, port: int) -> None:
        self.port = 0
        self.mode = "whole"
        self._to = port
        self._open: list[socket.socket] = []
        self._listener = self._listen()
        self.port = self._listener.getsockname()[1]

    def become(self, mode: str) -> None:
        """Change what happens to calls, those under way included: `whole`, `cut` or `silent`."""
        was, self.mode = self.mode, mode
        if mode == "cut":
            end(self._listener)
        if mode != "silent":
            for one in self._open:
                end(one)
            self._open.clear()
        if was == "cut" and mode != "cut":
            self._listener = self._listen()

    def _listen(self) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        return listener

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                taken = listener.accept()[0]
                self._open.append(taken)
                threading.Thread(target=self._serve, args=(taken,), daemon=True).start()

    def _serve(self, taken: socket.socket) -> None:
        if self.mode == "silent":
            return
        with contextlib.suppress(OSError):
            other = socket.create_connection(("127.0.0.1", self._to))
            self._open.append(other)
            threading.Thread(target=self._pump, args=(other, taken), daemon=True).start()
            self._pump(taken, other)

    def _pump(self, source: socket.socket, to: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while content := source.recv(65536):
                if self.mode == "silent":
                    return
                to.sendall(content)
        end(source)
        end(to)


def end(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


@pytest.fixture(scope="module")
def host(make_project: Callable[..., Project]) -> Project:
    """Somebody's emulator."""
    made = make_project("[environments.local]\nport = 0\n")
    made.run("local", "up")
    return made


@pytest.fixture(scope="module")
def line(host: Project) -> Iterator[Line]:
    """The line to it."""
    made = Line(int(host.emulator().endpoint.rpartition(":")[2]))
    yield made
    made.become("cut")


@pytest.fixture(scope="module")
def project(make_project: Callable[..., Project], line: Line) -> Project:
    """A project that reaches the emulator by that line alone."""
    there = f'endpoint = "http://127.0.0.1:{line.port}"'
    state = 'state = { bucket = "corner-shop-state" }'
    return make_project(f"[environments.local]\n{there}\n\n[environments.remote]\n{there}\n{state}\n")


@pytest.mark.parametrize(
    ("mode", "told"),
    [
        pytest.param("cut", "The emulator does not answer: ", id="cut"),
        pytest.param("silent", "The emulator has not answered for 8 s: Terraform was told to stop", id="silent"),
    ],
)
def test_lost_line_ends_the_apply_and_the_next_goes_on(
    host: Project, project: Project, line: Line, mode: str, told: str
) -> None:
    stack = f"gated-{mode}"
    project.stack(stack, GATED.replace("/gate ]", f"/gate-{mode} ]"))
    # The provider's own tries come to their end sooner than a person's patience, but for a line that is silent.
    patience = "8" if mode == "silent" else "600"
    applying = project.start("apply", "--stack", stack, EVENTYARD_PATIENCE=patience)
    eventually(lambda: f"/{stack}-local/before" in host.parameters(), timeout=90)
    state = project.stack_folder(stack) / "state/terraform.tfstate"
    eventually(lambda: '"before"' in state.read_text(), timeout=60)
    line.become(mode)
    began = time.monotonic()
    try:
        project.write(f"gate-{mode}", "")
        _, said = applying.communicate(timeout=BOUND_SECONDS)
        assert time.monotonic() - began < BOUND_SECONDS
        assert applying.returncode == 1
        assert told in said
        assert f"http://127.0.0.1:{line.port}" in said
        assert f"`eventyard apply --stack {stack} --env local` goes on from there" in said
    finally:
        line.become("whole")
    assert project.run("apply", "--stack", stack, "--json").data == {"name": f"/{stack}-local/after"}
    assert project.run("plan", "--stack", stack, "--json").data["changes_pending"] is False


def test_remote_state_that_could_not_be_saved_is_put_in_its_place(host: Project, project: Project, line: Line) -> None:
    """The line takes the bucket with it: neither the state nor the release of its lock gets there."""
    words = ("--stack", "far", "--env", "remote")
    project.stack("far", GATED.replace("/gate ]", "/gate-far ]").replace("  overwrite = true\n", ""))
    project.run("state", "bootstrap", "--env", "remote")
    applying = project.start("apply", *words, EVENTYARD_PATIENCE="600")
    eventually(lambda: "/far-remote/before" in host.parameters(), timeout=90)
    line.become("cut")
    try:
        project.write("gate-far", "")
        _, said = applying.communicate(timeout=BOUND_SECONDS)
    finally:
        line.become("whole")
    assert applying.returncode == 1
    assert "The emulator does not answer" in said
    unsaved = project.stack_folder("far", "remote") / "root/errored.tfstate"
    assert unsaved.is_file()

    refused = project.run("apply", *words, code=1)
    assert "holds the state's lock (Apply, since " in refused.err
    assert "`eventyard state unlock --stack far --env remote`" in refused.err
    project.run("state", "unlock", *words, "--yes")
    healed = project.run("apply", *words)
    assert "the state that the last run could not save is in its place now" in healed.err
    assert not unsaved.exists()
    assert project.run("plan", *words, "--json").data["changes_pending"] is False
