"""Objects in the applied bucket: what the default bus hears of them, who may reach which, what is refused."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from tests.integration.support.roles import acting

if TYPE_CHECKING:
    from collections.abc import Callable

    from eventyard.testing.stacks import Yard

pytestmark = pytest.mark.of("bucket")


@pytest.fixture(scope="module")
def bucket(outputs: dict[str, Any]) -> dict[str, Any]:
    return dict(outputs["bucket"])


@pytest.mark.needs("s3_notifications")
def test_the_default_bus_hears_of_an_object(bucket: dict[str, Any], client: Callable[[str], Any]) -> None:
    key = f"originals/{uuid.uuid4().hex}"
    client("s3").put_object(Bucket=bucket["bucket"]["name"], Key=key, Body=b"one")
    told: list[str] = []
    while key not in told:
        answer = client("sqs").receive_message(QueueUrl=bucket["queue"], MaxNumberOfMessages=10, WaitTimeSeconds=10)
        assert answer.get("Messages"), f"the bus heard of {told}, and not of {key}"
        told += [json.loads(message["Body"])["detail"]["object"]["key"] for message in answer["Messages"]]


@pytest.mark.needs("iam_callers")
def test_a_prefix_s_grants_end_at_the_prefix(bucket: dict[str, Any], library_yard: Yard) -> None:
    s3 = acting(library_yard, bucket["roles"]["prefix"], "s3")
    name, key = bucket["bucket"]["name"], f"originals/{uuid.uuid4().hex}"
    s3.put_object(Bucket=name, Key=key, Body=b"one")
    assert s3.get_object(Bucket=name, Key=key)["Body"].read() == b"one"
    assert key in [one["Key"] for one in s3.list_objects_v2(Bucket=name, Prefix="originals/")["Contents"]]
    s3.delete_object(Bucket=name, Key=key)
    for refused in (
        lambda: s3.put_object(Bucket=name, Key="elsewhere", Body=b"one"),
        lambda: s3.get_object(Bucket=name, Key="elsewhere"),
        lambda: s3.list_objects_v2(Bucket=name),
        lambda: s3.delete_object(Bucket=name, Key="elsewhere"),
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            refused()


@pytest.mark.needs("iam_callers")
def test_objects_are_under_the_key_and_callers_may_bring_no_other(
    bucket: dict[str, Any], client: Callable[[str], Any], library_yard: Yard
) -> None:
    s3 = acting(library_yard, bucket["roles"]["all"], "s3")
    name, key = bucket["bucket"]["name"], uuid.uuid4().hex
    s3.put_object(Bucket=name, Key=key, Body=b"one")
    default = client("s3").get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert default["BucketKeyEnabled"]
    assert default["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"] == bucket["bucket"]["key"]["arn"]


@pytest.mark.needs("s3_versioning")
def test_an_old_version_outlives_its_deletion(bucket: dict[str, Any], client: Callable[[str], Any]) -> None:
    s3, name, key = client("s3"), bucket["bucket"]["name"], uuid.uuid4().hex
    version = s3.put_object(Bucket=name, Key=key, Body=b"one")["VersionId"]
    s3.delete_object(Bucket=name, Key=key)
    assert s3.get_object(Bucket=name, Key=key, VersionId=version)["Body"].read() == b"one"


def test_logs_and_locks_are_what_the_module_was_told(bucket: dict[str, Any], client: Callable[[str], Any]) -> None:
    s3 = client("s3")
    logging = s3.get_bucket_logging(Bucket=bucket["bucket"]["name"])["LoggingEnabled"]
    assert (logging["TargetBucket"], logging["TargetPrefix"]) == (
        bucket["logs"]["name"],
        f"{bucket['bucket']['name']}/",
    )
    lock = s3.get_object_lock_configuration(Bucket=bucket["locked"]["name"])["ObjectLockConfiguration"]
    assert lock["Rule"]["DefaultRetention"] == {"Mode": "GOVERNANCE", "Days": 1}
