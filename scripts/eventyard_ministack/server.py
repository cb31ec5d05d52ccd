"""The HTTP server round MiniStack's application."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING

from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config
from ministack import app as ministack

from eventyard_ministack.gateway import Gateway

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eventyard_ministack.recording import Calls


def serve(*, descriptor: int, token: str, additions: Sequence[str], calls: Calls) -> None:
    """Serve MiniStack on the socket `descriptor` until SIGTERM or SIGINT.

    Parameters
    ----------
    descriptor
        A listening socket, inherited from the process that chose the port.
    token
        Answered by the health check.
    additions
        Names of what was installed, answered by the health check too.
    calls
        What IAM was asked, answered by the gateway.
    """
    config = Config()
    config.bind = [f"fd://{descriptor}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1.0
    config.loglevel = os.environ.get("LOG_LEVEL", "WARNING").upper()
    port = int(os.environ["GATEWAY_PORT"])
    gateway = Gateway(ministack.app, port=port, token=token, additions=tuple(additions), calls=calls)

    async def run() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, stop.set)
        await hypercorn_serve(gateway, config, shutdown_trigger=stop.wait)

    asyncio.run(run())
