"""What the applied key encrypts, and who may ask it to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from tests.integration.support.roles import acting

if TYPE_CHECKING:
    from collections.abc import Callable

    from eventyard.testing.stacks import Yard

pytestmark = pytest.mark.of("key")


@pytest.fixture(scope="module")
def key(outputs: dict[str, Any]) -> dict[str, Any]:
    return dict(outputs["key"])


@pytest.mark.needs("iam_callers")
def test_who_encrypts_can_not_read_it_and_who_reads_can_not_encrypt(library_yard: Yard, key: dict[str, Any]) -> None:
    encrypting, decrypting = (acting(library_yard, key["roles"][label], "kms") for label in ("encrypt", "decrypt"))
    sealed = encrypting.encrypt(KeyId=key["arn"], Plaintext=b"secret")["CiphertextBlob"]
    assert decrypting.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"secret"
    with pytest.raises(ClientError, match="AccessDenied"):
        encrypting.decrypt(KeyId=key["arn"], CiphertextBlob=sealed)
    with pytest.raises(ClientError, match="AccessDenied"):
        decrypting.encrypt(KeyId=key["arn"], Plaintext=b"secret")


def test_the_key_rotates_has_an_alias_and_a_policy(client: Callable[[str], Any], key: dict[str, Any]) -> None:
    kms = client("kms")
    described = kms.describe_key(KeyId=key["alias"])["KeyMetadata"]
    assert (described["Arn"], described["Description"]) == (key["arn"], "What the library encrypts")
    assert kms.get_key_rotation_status(KeyId=key["id"])["KeyRotationEnabled"]
    policy = json.loads(kms.get_key_policy(KeyId=key["id"], PolicyName="default")["Policy"])
    assert [statement["Sid"] for statement in policy["Statement"]] == [
        "Account",
        "Administrators",
        "Cloudfront",
        "LogsEuWest1",
        "Sns",
        "UserCompany",
        "UserFleet",
        "UserPartner",
        "LenderFleet",
    ]
