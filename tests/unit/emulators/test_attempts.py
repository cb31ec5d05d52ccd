"""A request that is sent again is answered as it was, and done once."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest

from eventyard_ministack.attempts import Attempts

Message = MutableMapping[str, Any]


class Counter:
    """Answers each request with its number; every request of `failing` is refused."""

    def __init__(self, *, failing: int = 0) -> None:
        self.done = 0
        self.failing = failing
        self.pause = asyncio.Event()
        self.pause.set()

    async def __call__(self, _scope: Message, _receive: Any, send: Any) -> None:
        self.done += 1
        number = self.done
        await self.pause.wait()
        await send({"type": "http.response.start", "status": 500 if number <= self.failing else 200, "headers": []})
        await send({"type": "http.response.body", "body": str(number).encode()})


async def call(app: Attempts, name: str | None, attempt: int = 1, method: str = "POST") -> tuple[int, bytes]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"amz-sdk-request", f"attempt={attempt}; max=3".encode())]
    headers += [(b"amz-sdk-invocation-id", name.encode())] if name else []
    await app({"type": "http", "method": method, "path": "/", "headers": headers}, lambda: None, send)  # type: ignore[arg-type, return-value]
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent)


def test_a_second_attempt_gets_the_first_ones_answer() -> None:
    async def run() -> None:
        counter = Counter()
        app = Attempts(counter)
        assert await call(app, "a") == (200, b"1")
        assert await call(app, "a", 2) == (200, b"1")
        assert await call(app, "b") == (200, b"2")
        assert counter.done == 2

    asyncio.run(run())


def test_what_failed_is_tried_again() -> None:
    async def run() -> None:
        app = Attempts(Counter(failing=1))
        assert await call(app, "a") == (500, b"1")
        assert await call(app, "a", 2) == (200, b"2")
        assert await call(app, "a", 3) == (200, b"2")

    asyncio.run(run())


def test_an_attempt_waits_for_the_one_that_is_being_worked_on() -> None:
    async def run() -> None:
        counter = Counter()
        counter.pause.clear()
        app = Attempts(counter)
        first = asyncio.create_task(call(app, "a"))
        await asyncio.sleep(0)
        second = asyncio.create_task(call(app, "a", 2))
        await asyncio.sleep(0)
        counter.pause.set()
        assert (await first, await second) == ((200, b"1"), (200, b"1"))
        assert counter.done == 1

    asyncio.run(run())


@pytest.mark.parametrize(("name", "method"), [(None, "POST"), ("a", "GET")])
def test_reads_and_requests_of_no_sdk_are_answered_anew(name: str | None, method: str) -> None:
    async def run() -> None:
        app = Attempts(Counter())
        assert await call(app, name, method=method) == (200, b"1")
        assert await call(app, name, 2, method) == (200, b"2")

    asyncio.run(run())


def test_only_so_many_answers_are_kept() -> None:
    async def run() -> None:
        app = Attempts(Counter())
        for number in range(600):
            await call(app, str(number))
        assert await call(app, "599", 2) == (200, b"600")
        assert await call(app, "0", 2) == (200, b"601")

    asyncio.run(run())
