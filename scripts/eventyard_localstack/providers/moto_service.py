"""A service of LocalStack whose every call is answered by moto, in the same process and on the same port."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Any

from localstack.aws.skeleton import Skeleton
from localstack.aws.spec import load_service
from localstack.services.moto import call_moto
from localstack.services.plugins import Service, aws_provider

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    Handler = Callable[[Any, Any], Any]

LOCK = threading.RLock()
"""Held by each call to tables and their streams: a transaction that fails puts whole tables back."""


def moto_service(
    name: str, *, instead: Mapping[str, Handler] | None = None, guard: AbstractContextManager[Any] | None = None
) -> Service:
    """Make the service.

    Parameters
    ----------
    name
        Its name in boto3.
    instead
        Operations answered by something else than moto, by name.
    guard
        Entered for each of moto's calls: moto is written for one thread, LocalStack answers in many.

    Returns
    -------
    Service
        What LocalStack loads. A call moto does not have is answered `501 InternalFailure`, as the core's own are.
    """
    model = load_service(name)
    held = guard or contextlib.nullcontext()

    def forward(context: Any, _: Any) -> Any:
        with held:
            return call_moto(context)

    table: dict[str, Handler] = dict.fromkeys(model.operation_names, forward)
    return Service(name=name, skeleton=Skeleton(model, table | dict(instead or {})))


def plugin(name: str, make: Callable[[], Service]) -> Any:
    """Wrap `make` as LocalStack looks for it."""
    return aws_provider(api=name, name="eventyard")(make)
