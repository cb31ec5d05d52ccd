"""AWS clients that can reach the emulator and nothing else."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

import boto3
import botocore.session
from localstack_client.session import Session

# The one access key every emulator takes for the root of its default account, and its secret.
ROOT_KEY = "test"
SECRET = "test"  # noqa: S105 - a dummy, as every credential for a local target
DEFAULT_ACCOUNT = "000000000000"


def access_key(account: str) -> str:
    """Return the access key that acts as the root of `account`: emulators read a 12-digit key as the account."""
    return ROOT_KEY if account == DEFAULT_ACCOUNT else account


class LocalSession(Session):  # type: ignore[misc]  # localstack-client has no types
    """localstack-client's session, with what it gets wrong put right.

    It finds the endpoints; but left to itself it ignores the region a client is asked for, refuses every service that
    is not on its own fixed list, lets `AWS_ENDPOINT_URL` point it elsewhere, and reads the person's AWS profile.

    Parameters
    ----------
    endpoint
        Where the emulator answers.
    region
        Region of clients that name none.
    account
        Account whose root the clients act as.
    """

    def __init__(self, endpoint: str, *, region: str, account: str = DEFAULT_ACCOUNT) -> None:
        self._endpoint = endpoint
        super().__init__(
            aws_access_key_id=access_key(account),
            aws_secret_access_key=SECRET,
            aws_session_token=None,
            region_name=region,
            localstack_host=urlsplit(endpoint).netloc,
        )
        self._boto = boto3.session.Session(botocore_session=_without_profile())

    def client(self, service_name: str, region_name: str | None = None, **kwargs: Any) -> Any:
        """Return a boto3 client of any service, in `region_name` or the session's region."""
        return self._boto.client(service_name, **self._arguments(service_name, region_name), **kwargs)

    def resource(self, service_name: str, region_name: str | None = None, **kwargs: Any) -> Any:
        """Return a boto3 resource of any service, in `region_name` or the session's region."""
        return self._boto.resource(service_name, **self._arguments(service_name, region_name), **kwargs)

    def _arguments(self, service_name: str, region_name: str | None) -> dict[str, Any]:
        return {
            "aws_access_key_id": self.aws_access_key_id,
            "aws_secret_access_key": self.aws_secret_access_key,
            "region_name": region_name or self.region_name,
            "endpoint_url": self._resolve(service_name),
        }

    def _resolve(self, service_name: str) -> str:
        found = str(self._service_endpoint_mapping.get(service_name, self._endpoint))
        return found if urlsplit(found).netloc == urlsplit(self._endpoint).netloc else self._endpoint


def _without_profile() -> botocore.session.Session:
    """Return a botocore session that looks at no profile and no file of the person's."""
    return botocore.session.Session(
        session_vars={
            "profile": (None, None, None, None),
            "config_file": (None, None, os.devnull, None),
            "credentials_file": (None, None, os.devnull, None),
        }
    )
