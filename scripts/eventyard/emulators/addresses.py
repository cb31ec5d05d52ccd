"""AWS's addresses, and the ones under which an emulator answers for them.

Stacks name AWS's addresses only. A person, `curl` and Python need ones that open here: everything is on the loopback
address, except what is chosen by host name (CloudFront, function URLs), which browsers and `curl` resolve as
`*.localhost` and Python does not; :func:`reach` says how Python gets there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

_URL = re.compile(r"https?://(?P<host>[A-Za-z0-9.-]+)(?::(?P<port>\d+))?(?P<path>/[^\s\"'<>]*)?")
_LOOPBACK = ("localhost", "127.0.0.1")

_EXECUTE_API = re.compile(r"([a-z0-9]+)\.execute-api\.(?:[a-z0-9-]+\.amazonaws\.com(?:\.cn)?|localhost)")
_CLOUDFRONT = re.compile(r"([a-z0-9]+)\.cloudfront\.(?:net|localhost)")
_FUNCTION_URL = re.compile(r"([a-z0-9]+)\.lambda-url\.([a-z0-9-]+)\.(?:on\.aws|localhost)")
_HOSTED_SIGN_IN = re.compile(r"[a-z0-9-]+\.auth\.[a-z0-9-]+\.amazoncognito\.com")
_COGNITO = re.compile(r"cognito-idp\.[a-z0-9-]+\.amazonaws\.com")
_BUCKET = re.compile(r"([a-z0-9.-]+)\.s3(?:\.[a-z0-9-]+)?\.amazonaws\.com")
_SERVICE = re.compile(r"(?:sqs|s3|sns|states|events|lambda|monitoring)\.[a-z0-9-]+\.amazonaws\.com")
_ISSUER = re.compile(r"/[a-z0-9-]+_[A-Za-z0-9]+/?")


@dataclass(frozen=True)
class Reach:
    """How Python reaches an address whose name it does not resolve: another URL and a `Host` header."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)


def translate(value: Any, endpoint: str) -> Any:
    """Rewrite every AWS address within `value` to one that opens on this machine.

    Parameters
    ----------
    value
        A string, or mappings and sequences of them, as Terraform's outputs are. Anything else is returned as it is.
    endpoint
        Where the emulator answers, such as `http://127.0.0.1:4566`.

    Returns
    -------
    Any
        The same shape. A token issuer (`https://cognito-idp.<region>.amazonaws.com/<pool>`) stays: it is compared
        with the token's claim, never opened.
    """
    if isinstance(value, str):
        return _URL.sub(lambda found: _local(found, endpoint), value)
    if isinstance(value, Mapping):
        return {key: translate(item, endpoint) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [translate(item, endpoint) for item in value]
    return value


def reach(url: str, endpoint: str) -> Reach:
    """Say how Python opens `url`: names below `localhost` become the endpoint's address and a `Host` header."""
    local = urlsplit(translate(url, endpoint))
    host = local.hostname or ""
    if not host.endswith(".localhost"):
        return Reach(local.geturl())
    own = urlsplit(endpoint)
    return Reach(local._replace(scheme=own.scheme, netloc=own.netloc).geturl(), {"Host": local.netloc})


def _local(found: re.Match[str], endpoint: str) -> str:
    host, path = found["host"].lower(), found["path"] or ""
    own = urlsplit(endpoint)
    if host in _LOOPBACK:
        # Emulators answer with a host name of their own choice; Python's look-up of `localhost` may try IPv6 first.
        return f"{endpoint}{path}" if found["port"] == str(own.port) else found[0]
    for pattern, rewrite in _RULES:
        match = pattern.fullmatch(host)
        if match:
            rewritten = rewrite(match, path, endpoint)
            return found[0] if rewritten is None else rewritten
    return found[0]


def _below_localhost(label: str, path: str, endpoint: str) -> str:
    own = urlsplit(endpoint)
    return f"{own.scheme}://{label}.localhost:{own.port}{path}"


def _cognito(_: re.Match[str], path: str, endpoint: str) -> str | None:
    return None if _ISSUER.fullmatch(path) else f"{endpoint}{path}"


_Rewrite = Callable[[re.Match[str], str, str], str | None]
_RULES: tuple[tuple[re.Pattern[str], _Rewrite], ...] = (
    (_EXECUTE_API, lambda m, path, endpoint: f"{endpoint}/_aws/execute-api/{m[1]}{path}"),
    (_CLOUDFRONT, lambda m, path, endpoint: _below_localhost(f"{m[1]}.cloudfront", path, endpoint)),
    (_FUNCTION_URL, lambda m, path, endpoint: _below_localhost(f"{m[1]}.lambda-url.{m[2]}", path, endpoint)),
    (_HOSTED_SIGN_IN, lambda _m, path, endpoint: f"{endpoint}{path}"),
    (_COGNITO, _cognito),
    (_SERVICE, lambda _m, path, endpoint: f"{endpoint}{path}"),
    (_BUCKET, lambda m, path, endpoint: f"{endpoint}/{m[1]}{path}"),
)
