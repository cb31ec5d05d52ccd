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


def serve(*, descriptor: int, token: str, additions: Sequence[str]) -> None:
    """Serve MiniStack on the socket `descriptor` until SIGTERM or SIGINT.

    Parameters
    ----------
    descriptor
        A listening socket, inherited from the process that chose the port.
    token
        Answered by the health check.
    additions
        Names of what was installed, answered by the health check too.
    """
    config = Config()
    config.bind = [f"fd://{descriptor}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1.0
    config.loglevel = os.environ.get("LOG_LEVEL", "WARNING").upper()
    gateway = Gateway(ministack.app, port=int(os.environ["GATEWAY_PORT"]), token=token, additions=tuple(additions))

    async def run() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, stop.set)
        await hypercorn_serve(gateway, config, shutdown_trigger=stop.wait)

    asyncio.run(run())
