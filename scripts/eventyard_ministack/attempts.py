"""A request that an SDK sends again gets the answer it missed.

SDKs give all attempts of one call the same `amz-sdk-invocation-id` and count them in `amz-sdk-request`. On a busy
machine an answer can get lost between two processes; the second attempt of a create would then be told "already
exists", and an apply fails over what it made itself. AWS's services recognise most repetitions by tokens of their own.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
https://docs.aws.amazon.com/wellarchitected/latest/framework/rel_prevent_interaction_failure_idempotent.html
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eventyard_ministack.asgi import App, Message, Receive, Scope, Send

_MOST_ANSWERS = 512
_LARGEST_ANSWER = 64 * 1024
_FIRST_ERROR = 300
_READS = frozenset({"GET", "HEAD", "OPTIONS"})

log = logging.getLogger(__name__)


class Attempts:
    """An application that remembers what it answered to the calls that changed something.

    Parameters
    ----------
    app
        The application that answers.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._answers: OrderedDict[bytes, asyncio.Future[tuple[Message, ...]]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; a further attempt of a call that succeeded is answered as the first one was."""
        headers = dict(scope["headers"])
        call = headers.get(b"amz-sdk-invocation-id")
        if call is None or scope["method"] in _READS:
            await self._app(scope, receive, send)
            return
        if not headers.get(b"amz-sdk-request", b"attempt=1").startswith(b"attempt=1"):
            answer = await self._known(call)
            if answer:
                log.warning("attempt %s of a call that was answered: %s", headers[b"amz-sdk-request"], scope["path"])
                for message in answer:
                    await send(message)
                return
        await self._answer(call, scope, receive, send)

    async def _known(self, call: bytes) -> tuple[Message, ...]:
        """Return the answer that was given, once it is given; nothing where it was an error or is forgotten."""
        kept = self._answers.get(call)
        return await asyncio.shield(kept) if kept else ()

    async def _answer(self, call: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        future: asyncio.Future[tuple[Message, ...]] = asyncio.get_running_loop().create_future()
        self._answers[call] = future
        while len(self._answers) > _MOST_ANSWERS:
            self._answers.popitem(last=False)
        sent: list[Message] = []

        async def sending(message: Message) -> None:
            sent.append(message)
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            future.set_result(tuple(sent) if _is_worth_keeping(sent) else ())


def _is_worth_keeping(sent: list[Message]) -> bool:
    """Tell whether a whole, small answer that was no error was sent: an error is for the SDK to try again."""
    begins = [message for message in sent if message["type"] == "http.response.start"]
    bodies = [message for message in sent if message["type"] == "http.response.body"]
    return (
        len(begins) == 1
        and begins[0]["status"] < _FIRST_ERROR
        and bool(bodies)
        and not bodies[-1].get("more_body", False)
        and sum(len(message.get("body", b"")) for message in bodies) <= _LARGEST_ANSWER
    )
