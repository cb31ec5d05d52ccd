"""Plain HTTP to a loopback address: no proxy, no redirects followed out of it."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def request(
    url: str,
    *,
    method: str = "GET",
    data: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    timeout: float = 5.0,
) -> Any:
    """Open `url` and return the response, past any proxy the environment names.

    Raises
    ------
    OSError
        Nothing answered, or with a status that is no success (`urllib.error.HTTPError`).
    """
    return _OPENER.open(
        urllib.request.Request(url, method=method, data=data, headers=dict(headers or {})),  # noqa: S310
        timeout=timeout,
    )


def get_json(url: str, *, timeout: float = 5.0) -> Any:
    """Return the JSON that `url` answers, or None where nothing usable does."""
    try:
        with request(url, timeout=timeout) as response:
            return json.load(response)
    except (OSError, ValueError):
        return None
