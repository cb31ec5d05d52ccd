# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""A REST API's domain name without mutual TLS has no settings of it.

MiniStack answers them empty: every second plan wants to take them away.

https://docs.aws.amazon.com/apigateway/latest/api/API_DomainName.html
"""

from __future__ import annotations

from typing import Any

from ministack.services import apigateway_v1

_OPTIONAL = "mutualTlsAuthentication"


def install() -> None:
    """Leave the settings out where there are none."""
    original = apigateway_v1._v1_response

    def respond(data: Any, status: int = 200) -> Any:
        if isinstance(data, dict) and "domainName" in data and not data.get(_OPTIONAL):
            data = {name: value for name, value in data.items() if name != _OPTIONAL}
        return original(data, status)

    apigateway_v1._v1_response = respond
