from __future__ import annotations

import io
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from eventyard.config import ConfigError, Environment
from eventyard.errors import EventyardError
from eventyard.state import Lock, find
from eventyard.state.bootstrap import _create, _policy

REMOTE = Environment.model_validate({"name": "prod", "state": {"bucket": "states", "key_prefix": "team"}})


class Store:
    """What S3 answers; keeps what was asked."""

    def __init__(self, objects: dict[str, Any] | None = None, code: str = "404") -> None:
        self.objects = objects or {}
        self.code = code
        self.created: dict[str, Any] = {}

    def client(self, service: str, **_: Any) -> Store:
        return self

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        if Key not in self.objects:
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        return {"Body": io.BytesIO(json.dumps(self.objects[Key]).encode())}

    def head_bucket(self, **_: Any) -> None:
        if self.code:
            raise ClientError({"Error": {"Code": self.code}}, "HeadBucket")

    def create_bucket(self, **arguments: Any) -> None:
        self.created = arguments

    def get_waiter(self, name: str) -> Any:
        return type("Waiter", (), {"wait": staticmethod(lambda **_: None)})


def test_a_lock_is_found_where_terraform_puts_it() -> None:
    held = {"ID": "abc", "Who": "ada@laptop", "Operation": "OperationTypeApply", "Created": "today"}
    found = find(REMOTE, "jobs", Store({"team/prod/jobs.tfstate.tflock": held}))
    assert found == Lock("abc", "ada@laptop", "OperationTypeApply", "today")
    assert "ada@laptop" in str(found)
    assert find(REMOTE, "other", Store()) is None


def test_a_local_state_has_no_lock_to_remove() -> None:
    with pytest.raises(ConfigError, match="holds nothing"):
        find(Environment(name="local"), "jobs", Store())


@pytest.mark.parametrize(("region", "placed"), [("eu-west-1", True), ("us-east-1", False)])
def test_a_missing_bucket_is_made_where_it_belongs(region: str, placed: bool) -> None:
    store = Store()
    assert _create(store, "states", region, "111111111111")
    assert ("CreateBucketConfiguration" in store.created) is placed


def test_a_bucket_that_is_there_is_left_and_somebody_else_s_refused() -> None:
    assert not _create(Store(code=""), "states", "eu-west-1", "111111111111")
    with pytest.raises(EventyardError, match="403"):
        _create(Store(code="403"), "states", "eu-west-1", "111111111111")


def test_the_policy_denies_what_is_not_tls() -> None:
    tls = _policy("states", "aws-cn")["Statement"][0]
    assert tls["Effect"] == "Deny"
    assert tls["Resource"] == ["arn:aws-cn:s3:::states", "arn:aws-cn:s3:::states/*"]
    assert tls["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
