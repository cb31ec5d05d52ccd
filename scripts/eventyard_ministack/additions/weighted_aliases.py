# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""An alias with a second version sends it its share of the calls.

`RoutingConfig` names a second version and the share of calls that goes there, whoever calls the alias; the answer names
the version that was called. MiniStack keeps the setting, and calls the first version each time.

https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
"""

from __future__ import annotations

import random
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from ministack.services import lambda_svc

if TYPE_CHECKING:
    from collections.abc import Callable

_CREATED = 201
_VERSION = "FunctionVersion"
# Whether an alias is looked at rather than called: it is the first version's then.
_looking: ContextVar[bool] = ContextVar("looking", default=False)


class _Alias(dict[str, Any]):
    """An alias whose version is drawn each time `get` asks for it, which MiniStack does to call it."""

    def get(self, name: str, default: Any = None) -> Any:
        first = super().get(name, default)
        if name != _VERSION or _looking.get():
            return first
        point = random.random()  # noqa: S311 - a share, not a secret
        for version, weight in ((super().get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}).items():
            if point < weight:
                return version
            point -= weight
        return first


def install() -> None:
    """Have aliases draw when they are called, and not when they are looked at."""
    create = lambda_svc._create_alias

    def create_alias(function: str, data: dict[str, Any]) -> Any:
        answer = create(function, data)
        if answer[0] == _CREATED:
            aliases = lambda_svc._functions[function]["aliases"]
            aliases[data["Name"]] = _Alias(aliases[data["Name"]])
        return answer

    lambda_svc._create_alias = create_alias
    for name in ("_get_function", "_get_function_config", "_delete_function", "_create_esm"):
        setattr(lambda_svc, name, _looked_at(getattr(lambda_svc, name)))


def _looked_at(original: Callable[..., Any]) -> Callable[..., Any]:
    def handle(*arguments: Any, **named: Any) -> Any:
        token = _looking.set(True)
        try:
            return original(*arguments, **named)
        finally:
            _looking.reset(token)

    return handle
