"""The Runtime API, spoken to by a plain HTTP client."""

from __future__ import annotations

import http.client
import json
import queue
import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest

from localstack_process_executor.runtime_api import Answered, InitFailed, Invocation, Ready, RuntimeApi, TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = "/2018-06-01/runtime"
INVOCATION = Invocation("id-1", "arn:aws:lambda:eu-west-1:000000000000:function:any", b'{"a": 1}', 1234, "Root=1-2")


class Spoken:
    """An API, what it heard, and a client of it."""

    def __init__(self) -> None:
        self.heard: queue.Queue[Any] = queue.Queue()
        self.api = RuntimeApi(self.heard.put, largest_answer=100)
        self.client = http.client.HTTPConnection(self.api.address, timeout=5)

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        self.client.request(method, ROOT + path, body=body, headers=headers or {})
        answer = self.client.getresponse()
        return answer.status, json.loads(answer.read())

    def took(self) -> None:
        """Make the runtime busy with the invocation."""
        self.api.give(INVOCATION)
        self.ask("GET", "/invocation/next")
        assert self.heard.get(timeout=5) == Ready()


@pytest.fixture
def spoken() -> Iterator[Spoken]:
    one = Spoken()
    yield one
    one.client.close()
    one.api.close()


def test_the_runtime_is_told_all_about_an_invocation(spoken: Spoken) -> None:
    spoken.api.give(INVOCATION)

    spoken.client.request("GET", f"{ROOT}/invocation/next")
    answer = spoken.client.getresponse()

    assert answer.read() == b'{"a": 1}'
    assert {name: value for name, value in answer.headers.items() if name.startswith("Lambda-")} == {
        "Lambda-Runtime-Aws-Request-Id": "id-1",
        "Lambda-Runtime-Deadline-Ms": "1234",
        "Lambda-Runtime-Invoked-Function-Arn": INVOCATION.arn,
        "Lambda-Runtime-Trace-Id": "Root=1-2",
    }


def test_an_answer_and_an_error_are_heard(spoken: Spoken) -> None:
    spoken.took()
    assert spoken.ask("POST", "/invocation/id-1/response", b"1") == (202, {"status": "OK"})
    assert spoken.heard.get(timeout=5) == Answered("id-1", b"1", failed=False)

    spoken.api.give(INVOCATION)
    spoken.ask("GET", "/invocation/next")
    spoken.ask("POST", "/invocation/id-1/error", b"{}")
    assert spoken.heard.get(timeout=5) == Answered("id-1", b"{}", failed=True)


def test_only_the_first_request_for_an_invocation_means_ready(spoken: Spoken) -> None:
    spoken.took()
    spoken.ask("POST", "/invocation/id-1/response", b"1")
    spoken.api.give(INVOCATION)
    spoken.ask("GET", "/invocation/next")

    assert isinstance(spoken.heard.get(timeout=5), Answered)
    assert spoken.heard.empty()


def test_a_failed_init_is_heard(spoken: Spoken) -> None:
    assert spoken.ask("POST", "/init/error", b'{"errorType": "Any"}')[0] == 202
    assert spoken.heard.get(timeout=5) == InitFailed(b'{"errorType": "Any"}')


def test_a_stack_of_half_a_megabyte_in_one_header_is_taken(spoken: Spoken) -> None:
    spoken.took()

    status, _ = spoken.ask(
        "POST", "/invocation/id-1/error", b"{}", {"Lambda-Runtime-Function-XRay-Error-Cause": "x" * (1 << 19)}
    )

    assert status == 202
    assert spoken.heard.get(timeout=5) == Answered("id-1", b"{}", failed=True)


def test_an_answer_that_is_too_large_is_refused(spoken: Spoken) -> None:
    spoken.took()

    status, answer = spoken.ask("POST", "/invocation/id-1/response", b"x" * 101)

    assert (status, answer["errorType"]) == (413, "RequestEntityTooLarge")
    assert spoken.heard.get(timeout=5) == TooLarge(100)


def test_an_answer_to_nothing_is_refused_and_not_heard(spoken: Spoken) -> None:
    spoken.took()

    assert spoken.ask("POST", "/invocation/id-2/response", b"1")[0] == 400
    assert spoken.ask("POST", "/invocation/id-1/response", b"1")[0] == 202
    assert spoken.ask("POST", "/invocation/id-1/response", b"1")[0] == 400
    assert spoken.heard.qsize() == 1


def test_what_the_api_does_not_have_is_refused(spoken: Spoken) -> None:
    assert spoken.ask("GET", "/somewhere")[0] == 404


def test_what_is_no_http_ends_its_own_connection_only(spoken: Spoken) -> None:
    host, port = spoken.api.address.split(":")
    with socket.create_connection((host, int(port)), timeout=5) as stranger:
        stranger.sendall(b"hello\r\n\r\n")
        assert stranger.recv(100) == b""

    assert spoken.ask("GET", "/somewhere")[0] == 404


def test_closing_ends_who_waits_and_gives_the_port_back(spoken: Spoken) -> None:
    ended: queue.Queue[type[BaseException]] = queue.Queue()

    def wait() -> None:
        try:
            spoken.ask("GET", "/invocation/next")
        except (http.client.HTTPException, OSError) as error:
            ended.put(type(error))

    waiting = threading.Thread(target=wait)
    waiting.start()
    assert spoken.heard.get(timeout=5) == Ready()

    spoken.api.close()
    spoken.api.close()

    waiting.join(timeout=5)
    assert ended.qsize() == 1
    host, port = spoken.api.address.split(":")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), timeout=5)
