"""Permissions that are added to a function at once are all kept; of the first two, LocalStack loses one.

Terraform adds them at once, then waits minutes for the lost one to appear.

https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
"""

from __future__ import annotations

import functools
import threading
from typing import TYPE_CHECKING, Any

from localstack.services.lambda_.provider import LambdaProvider

if TYPE_CHECKING:
    from collections.abc import Callable

_LOCK = threading.Lock()


def install() -> None:
    """Let one call at a time change a function's policy."""
    for name in ("add_permission", "remove_permission"):
        setattr(LambdaProvider, name, _one_at_a_time(getattr(LambdaProvider, name)))


def _one_at_a_time(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)  # LocalStack finds an operation by what its decorator has put on the function
    def change(*given: Any, **named: Any) -> Any:
        with _LOCK:
            return original(*given, **named)

    return change
