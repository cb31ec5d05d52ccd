from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from eventyard.config import ConfigError, Environment, Settings
from eventyard.errors import EventyardError
from eventyard.state import Lock, find
from eventyard.state.bootstrap import Made, _artefacts, _create, _policy, _Wanted, bootstrap

REMOTE = Environment.model_validate({"name": "prod", "state": {"bucket": "states", "key_prefix": "team"}})


class Store:
    """What S3 answers; keeps what was asked."""

    def __init__(self, objects: dict[str, Any] | None = None, code: str = "404") -> None:
        self.objects = objects or {}
        self.code = code
        self.created: dict[str, Any] = {}
        self.settings: dict[str, Any] = {}

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

    def __getattr__(self, name: str) -> Any:
        """Keep what a bucket is set to."""
        if not name.startswith("put_"):
            raise AttributeError(name)
        return lambda **arguments: self.settings.update({name: arguments})

    def get_partition_for_region(self, region: str) -> str:
        return "aws"


def wanted(region: str = "eu-west-1", **more: Any) -> _Wanted:
    return _Wanted("states", region, None, "state.bucket", **more)


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
    assert _create(store, wanted(region), "111111111111")
    assert ("CreateBucketConfiguration" in store.created) is placed


def test_a_bucket_that_is_there_is_left_and_somebody_else_s_refused() -> None:
    assert not _create(Store(code=""), wanted(), "111111111111")
    with pytest.raises(EventyardError, match="403") as refused:
        _create(Store(code="403"), wanted(), "111111111111")
    assert "choose another in `state.bucket`" in (refused.value.fix or "")


def test_the_policy_denies_what_is_not_tls() -> None:
    tls = _policy(wanted(), "aws-cn")["Statement"][0]
    assert tls["Effect"] == "Deny"
    assert tls["Resource"] == ["arn:aws-cn:s3:::states", "arn:aws-cn:s3:::states/*"]
    assert tls["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


KEPT = {"bucket": "kept", "prefix": "shop", "account": "111111111111"}
ENVIRONMENTS = {
    name: Environment.model_validate(
        {"name": name, "target": "aws", "account": account, "state": {"bucket": "states"}, **more}
    )
    for name, account, more in (
        ("dev", "111111111111", {"artefacts": {**KEPT, "account": None}}),
        ("stage", "222222222222", {"artefacts": KEPT}),
        ("prod", "333333333333", {"artefacts": KEPT}),
        ("apart", "444444444444", {"artefacts": {**KEPT, "prefix": ""}}),
        ("none", "555555555555", {}),
    )
}
ENVIRONMENTS["local"] = Environment.model_validate({"name": "local", "artefacts": {**KEPT, "account": None}})
SETTINGS = Settings(root=Path(), environments=ENVIRONMENTS)


class Answering:
    """A target with one S3."""

    def __init__(self, store: Store) -> None:
        self.session = store

    def check(self) -> None:
        pass


def made(name: str, store: Store) -> Made | None:
    return _artefacts(SETTINGS, ENVIRONMENTS[name], Answering(store))  # type: ignore[arg-type]


def test_the_bucket_for_artefacts_is_as_safe_as_the_states_and_shared_with_who_names_it() -> None:
    store = Store()
    assert made("dev", store) == Made("kept", created=True)
    assert sorted(store.settings) == [
        "put_bucket_encryption",
        "put_bucket_lifecycle_configuration",
        "put_bucket_ownership_controls",
        "put_bucket_policy",
        "put_bucket_versioning",
        "put_public_access_block",
    ]
    (rule,) = store.settings["put_bucket_lifecycle_configuration"]["LifecycleConfiguration"]["Rules"]
    assert "Expiration" not in rule
    policy = json.loads(store.settings["put_bucket_policy"]["Policy"])["Statement"]
    assert [one["Sid"] for one in policy] == [
        "TlsOnly",
        "NobodyDeletesTheBucket",
        "OtherAccountsTakeAndKeep1",
        "OtherAccountsTakeAndKeep2",
        "OtherAccountsList",
    ]
    team, shop, listing = policy[2:]
    assert team["Principal"] == {"AWS": ["arn:aws:iam::444444444444:root"]}
    assert team["Resource"] == ["arn:aws:s3:::kept/artefacts/*", "arn:aws:s3:::kept/manifests/*"]
    assert shop["Principal"] == {"AWS": ["arn:aws:iam::222222222222:root", "arn:aws:iam::333333333333:root"]}
    assert shop["Resource"] == ["arn:aws:s3:::kept/shop/artefacts/*", "arn:aws:s3:::kept/shop/manifests/*"]
    assert shop["Action"] == ["s3:GetObject", "s3:PutObject"]
    assert (listing["Action"], listing["Resource"]) == ("s3:ListBucket", "arn:aws:s3:::kept")
    assert len(listing["Principal"]["AWS"]) == 3


def test_the_bucket_of_another_account_is_left_to_its_owner() -> None:
    store = Store()
    assert made("prod", store) == Made("kept", created=False, owner="111111111111")
    assert made("none", store) is None
    assert (store.created, store.settings) == ({}, {})


def test_a_bucket_nobody_else_names_is_nobody_else_s() -> None:
    store = Store()
    assert made("local", store) == Made("kept", created=True)
    assert len(json.loads(store.settings["put_bucket_policy"]["Policy"])["Statement"]) == 2


def test_an_environment_without_buckets_has_none_to_make(tmp_path: Path) -> None:
    plain = Environment(name="local")
    settings = Settings(root=tmp_path, environments={"local": plain})
    with pytest.raises(ConfigError, match="there is no bucket to make"):
        bootstrap(settings, plain, Answering(Store()), tmp_path)  # type: ignore[arg-type]
