"""Lambda's Runtime API on a loopback port of its own, for one process of one function.

A server of its own rather than `http.server`: that refuses a header line over 64 KiB, and the runtime sends the stack
of an exception in one (`Lambda-Runtime-Function-XRay-Error-Cause`, up to 1 MB).

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import contextlib
import json
import queue
import socket
import sys
import threading
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LARGEST_ANSWER = 6 * 1024 * 1024 + 100
"""Bytes of an answer: 6 MB, and the 100 bytes AWS adds in its own message."""

_ROOT = "/2018-06-01/runtime"


@dataclass(frozen=True)
class Invocation:
    """One call of the function, as the runtime is told of it.

    Parameters
    ----------
    request_id
        AWS request id.
    arn
        As it was invoked: with version or alias, if there was one.
    payload
        The event, JSON.
    deadline
        When it times out, in milliseconds since the epoch.
    trace_id
        X-Ray tracing header.
    client_context, cognito_identity
        JSON, if the caller gave them.
    """

    request_id: str
    arn: str
    payload: bytes
    deadline: int
    trace_id: str | None = None
    client_context: str | None = None
    cognito_identity: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the answer to `next`."""
        given = {
            "Lambda-Runtime-Aws-Request-Id": self.request_id,
            "Lambda-Runtime-Deadline-Ms": str(self.deadline),
            "Lambda-Runtime-Invoked-Function-Arn": self.arn,
            "Lambda-Runtime-Trace-Id": self.trace_id,
            "Lambda-Runtime-Client-Context": self.client_context,
            "Lambda-Runtime-Cognito-Identity": self.cognito_identity,
        }
        return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True)
class Ready:
    """The runtime asked for its first invocation: the function's module is imported."""


@dataclass(frozen=True)
class InitFailed:
    """The runtime could not import the function, and says why."""

    payload: bytes


@dataclass(frozen=True)
class Answered:
    """The runtime answered an invocation."""

    request_id: str
    payload: bytes
    failed: bool


@dataclass(frozen=True)
class TooLarge:
    """The runtime's answer is larger than may be; it is told so, and ends itself then.

    Parameters
    ----------
    limit
        Bytes.
    """

    limit: int

    @property
    def message(self) -> str:
        """As Lambda says it."""
        return f"Response payload size exceeded maximum allowed payload size ({self.limit} bytes)."


@dataclass(frozen=True)
class _Request:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class RuntimeApi:
    """The API, from its first connection to `close`.

    Parameters
    ----------
    hear
        Called with each event, from the thread of a connection, before the runtime is answered.
    largest_answer
        Bytes; a larger one is refused.
    """

    def __init__(
        self, hear: Callable[[Ready | InitFailed | Answered | TooLarge], None], *, largest_answer: int = LARGEST_ANSWER
    ) -> None:
        self._hear = hear
        self._largest = largest_answer
        self._inbox: queue.SimpleQueue[Invocation | None] = queue.SimpleQueue()
        self._current: str | None = None
        self._asked = False
        self._lock = threading.Lock()
        self._connections: set[socket.socket] = set()
        self._closed = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, name=f"runtime-api-{self.address}", daemon=True).start()

    def give(self, invocation: Invocation) -> None:
        """Hand an invocation to the runtime, now or when it next asks."""
        self._current = invocation.request_id
        self._inbox.put(invocation)

    def close(self) -> None:
        """Give the port back and end every connection. Can be called twice."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            connections = list(self._connections)
        self._inbox.put(None)
        # A connection wakes `accept` on every system; closing the socket under it does so on some.
        with contextlib.suppress(OSError):
            socket.create_connection(self._listener.getsockname(), timeout=1).close()
        self._listener.close()
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                if self._closed:
                    connection.close()
                    return
                self._connections.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            with connection, connection.makefile("rb") as stream:
                while (request := _read(stream, connection)) and (answer := self._answer(request)):
                    connection.sendall(answer)
        except (OSError, ValueError):
            pass  # the process ended in the middle of a request, which is noticed elsewhere, or it speaks no HTTP
        finally:
            with self._lock:
                self._connections.discard(connection)

    def _answer(self, request: _Request) -> bytes | None:
        """Return the whole answer, or nothing when this API is closed."""
        match request.method, request.path.removeprefix(_ROOT).split("/")[1:]:
            case "GET", ["invocation", "next"]:
                return self._next()
            case "POST", ["init", "error"]:
                self._hear(InitFailed(request.body))
                return _accepted()
            case "POST", ["invocation", request_id, "response" | "error" as kind]:
                return self._finish(request_id, request.body, failed=kind == "error")
        return _refused(HTTPStatus.NOT_FOUND, "InvalidRequest", f"{request.method} {request.path} is not known")

    def _next(self) -> bytes | None:
        if not self._asked:
            self._asked = True
            self._hear(Ready())
        invocation = self._inbox.get()
        if invocation is None:
            return None
        return _response(HTTPStatus.OK, invocation.payload, invocation.headers)

    def _finish(self, request_id: str, payload: bytes, *, failed: bool) -> bytes:
        if request_id != self._current:
            return _refused(HTTPStatus.BAD_REQUEST, "InvalidRequestID", f"{request_id} is not being worked on")
        self._current = None
        if len(payload) <= self._largest:
            self._hear(Answered(request_id, payload, failed))
            return _accepted()
        refusal = TooLarge(self._largest)
        self._hear(refusal)
        return _refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "RequestEntityTooLarge", refusal.message)


def _read(stream: BinaryIO, connection: socket.socket) -> _Request | None:
    """Read one request, or nothing at the end of the connection."""
    first = stream.readline()
    if not first:
        return None
    method, path, _ = first.decode("latin-1").split(" ", 2)
    headers = {}
    while (line := stream.readline()).strip():
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    if sys.platform == "linux":
        # The runtime sends head and body apart, and the body when the head was acknowledged: at once, not 40 ms later.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
    return _Request(method, path, headers, stream.read(int(headers.get("content-length", "0"))))


def _accepted() -> bytes:
    return _response(HTTPStatus.ACCEPTED, b'{"status":"OK"}')


def _refused(status: HTTPStatus, kind: str, message: str) -> bytes:
    return _response(status, json.dumps({"errorType": kind, "errorMessage": message}).encode())


def _response(status: HTTPStatus, body: bytes, headers: Mapping[str, str] | None = None) -> bytes:
    """One piece: head and body sent apart wait for each other's acknowledgement, 40 ms."""
    given = {"Content-Type": "application/json", "Content-Length": str(len(body)), **(headers or {})}
    head = "".join(f"{name}: {_one_line(value)}\r\n" for name, value in given.items())
    return f"HTTP/1.1 {status.value} {status.phrase}\r\n{head}\r\n".encode("latin-1", "replace") + body


def _one_line(value: str) -> str:
    return value.replace("\r", " ").replace("\n", " ")
