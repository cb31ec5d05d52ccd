"""The one thing operations need of boto3, an emulator's session, or a test's."""

from __future__ import annotations

from typing import Any, Protocol


class Session(Protocol):
    """Makes clients that know their endpoint, region and credentials."""

    def client(self, service_name: str, **settings: Any) -> Any:
        """Return a client of a service."""
        ...


def code(error: Exception) -> str:
    """Return the error code of a boto3 error, or nothing."""
    response = getattr(error, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))
