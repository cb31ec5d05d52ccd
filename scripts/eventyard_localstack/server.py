"""The HTTP server round LocalStack's gateway: on a socket that was handed over, and on no other.

LocalStack's default server ignores the host it is given and binds every interface. This one speaks plain HTTP on the
inherited socket, answers who it is at `/_eventyard/health`, and ends at a `POST` to `/_eventyard/reset` in order to
be started anew: the core cannot be emptied.
"""

from __future__ import annotations

import asyncio
import json
import os
import threading
from typing import TYPE_CHECKING, Any

from hypercorn.asyncio import serve
from hypercorn.config import Config
from localstack.runtime import current
from localstack.runtime.server.core import RuntimeServer, RuntimeServerPlugin
from rolo.gateway.asgi import AsgiGateway

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping, Sequence

    from rolo.gateway import Gateway

    Scope = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
    Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_given: dict[str, Any] = {}
_HEALTH = "/_eventyard/health"
_RESET = "/_eventyard/reset"
_again = threading.Event()
_END_TIMEOUT_SECONDS = 5.0


def use(*, descriptor: int, token: str, additions: Sequence[str]) -> None:
    """Say what the server, which LocalStack makes itself, is to listen on and to answer.

    Parameters
    ----------
    descriptor
        A listening socket, inherited from the process that chose the port.
    token
        Answered by the health check.
    additions
        Names of what was installed, answered by the health check too.
    """
    _given.update(descriptor=descriptor, token=token, additions=list(additions))


def wanted_again() -> bool:
    """Tell whether the server ended in order to be started anew."""
    return _again.is_set()


class SocketServerPlugin(RuntimeServerPlugin):  # type: ignore[misc]  # LocalStack is not installed where types are checked
    """Makes the server, for `GATEWAY_SERVER=eventyard`."""

    name = "eventyard"

    def load(self, *_: Any, **__: Any) -> RuntimeServer:
        """Return the server."""
        return SocketServer(**_given)


class SocketServer(RuntimeServer):  # type: ignore[misc]  # as above
    """Serves the gateway on one inherited socket.

    Parameters
    ----------
    descriptor, token, additions
        As :func:`use` takes them.
    """

    def __init__(self, *, descriptor: int, token: str, additions: list[str]) -> None:
        self._descriptor = descriptor
        # The pid stays when it is started anew; `started` does not.
        self._about = {"token": token, "pid": os.getpid(), "started": os.urandom(8).hex(), "additions": additions}
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._serving: Any = None

    def register(self, gateway: Gateway, *_: Any, **__: Any) -> None:
        """Begin to serve; the addresses and the certificate LocalStack chose are of no use here."""
        config = Config()
        # hypercorn closes what it listens on; a copy leaves the socket to whoever is started anew.
        config.bind = [f"fd://{os.dup(self._descriptor)}"]
        config.keep_alive_timeout = 75
        config.graceful_timeout = 1.0
        config.loglevel = "WARNING"
        application = AsgiGateway(gateway, event_loop=self._loop)

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or scope["path"] not in (_HEALTH, _RESET):
                await application(scope, receive, send)
                return
            await self._tell(send)
            if scope["path"] == _RESET and scope["method"] == "POST":
                _again.set()
                current.get_current_runtime().exit(0)

        async def run() -> None:
            await serve(answer, config, shutdown_trigger=self._stop.wait)
            self._loop.stop()

        self._serving = self._loop.create_task(run())

    def run(self) -> None:
        """Serve until :meth:`shutdown`."""
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def shutdown(self) -> None:
        """End from another thread; a call that does not end in time is left."""
        self._loop.call_soon_threadsafe(self._stop.set)
        late = threading.Timer(_END_TIMEOUT_SECONDS, self._loop.call_soon_threadsafe, [self._loop.stop])
        late.daemon = True
        late.start()

    async def _tell(self, send: Send) -> None:
        body = json.dumps(self._about).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})
