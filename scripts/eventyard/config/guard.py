"""Refuses a run whose settings, endpoint and credentials don't belong together."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import urlsplit, urlunsplit

from .errors import GuardError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .models import Environment

_LONG_TERM_OR_SESSION_KEY = re.compile(r"^(AKIA|ASIA)[A-Z0-9]{12,}$")
_LOOPBACK_NAMES: Final = ("localhost", "localhost.localstack.cloud")


class Identity(Protocol):
    """What can say whose credentials these are: a boto3 STS client."""

    def get_caller_identity(self) -> Mapping[str, str]:
        """Return at least `Account` and `Arn`."""
        ...


def is_loopback(endpoint: str) -> bool:
    """Tell whether `endpoint` can only be this machine."""
    host = (urlsplit(endpoint).hostname or "").lower()
    if host in _LOOPBACK_NAMES or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def by_address(endpoint: str) -> str:
    """Return `endpoint` with `localhost` as a number: only then does the provider use path style for S3."""
    parts = urlsplit(endpoint)
    if (parts.hostname or "").lower() not in _LOOPBACK_NAMES:
        return endpoint.rstrip("/")
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit((parts.scheme, f"127.0.0.1{port}", "", "", ""))


def check_local(environment: Environment, endpoint: str | None, variables: Mapping[str, str]) -> None:
    """Refuse an emulator's environment that could reach AWS.

    Parameters
    ----------
    environment
        One whose target is an emulator.
    endpoint
        The endpoint it names, or the one its emulator answers at.
    variables
        The process's environment variables.

    Raises
    ------
    GuardError
        The endpoint isn't loopback, or the credentials look real.
    """
    where = f"eventyard.toml: environments.{environment.heading}"
    if endpoint is not None and not is_loopback(endpoint):
        raise GuardError(
            f"The target `{environment.target}` is local, and its endpoint `{endpoint}` is not this machine",
            where=f"{where}.endpoint",
            fix='name a loopback address such as `http://127.0.0.1:4566`, or set `target = "aws"`',
        )
    key = variables.get("AWS_ACCESS_KEY_ID", "")
    if _LONG_TERM_OR_SESSION_KEY.match(key):
        raise GuardError(
            f"The target `{environment.target}` is local, and `AWS_ACCESS_KEY_ID` ({key[:4]}…) looks real",
            where=where,
            fix="run `unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN`, then again",
        )


def check_account(environment: Environment, identity: Identity) -> str:
    """Refuse AWS when the credentials are another account's; return the caller's ARN."""
    caller = identity.get_caller_identity()
    if caller["Account"] != environment.account:
        raise GuardError(
            f"The credentials are for account {caller['Account']}; `{environment.heading}` is {environment.account}",
            where=f"eventyard.toml: environments.{environment.heading}.account",
            fix="choose the right profile or role, or mend `account`",
        )
    return caller["Arn"]
