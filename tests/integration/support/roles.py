"""Clients that may do what a grant says and nothing else: grants are tried by roles that hold only them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3

if TYPE_CHECKING:
    from eventyard.testing.stacks import Yard


def acting(yard: Yard, role_arn: str, service: str) -> Any:
    """Return a client of `service` that acts as a role.

    Parameters
    ----------
    yard
        On whose emulator.
    role_arn
        The role, which trusts this account.
    service
        Name of the service, as boto3 has it.
    """
    emulator = yard.target.emulator
    assert emulator
    assumed = emulator.session().client("sts").assume_role(RoleArn=role_arn, RoleSessionName="grant")["Credentials"]
    session = boto3.session.Session(assumed["AccessKeyId"], assumed["SecretAccessKey"], assumed["SessionToken"])
    return session.client(service, region_name=emulator.region, endpoint_url=emulator.endpoint)


def of_account(yard: Yard, account: str, service: str) -> Any:
    """Return a client of `service` that acts as the root of another account."""
    emulator = yard.target.emulator
    assert emulator
    return emulator.session(account).client(service)
