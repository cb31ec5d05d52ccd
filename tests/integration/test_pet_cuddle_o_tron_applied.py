"""The Pet-Cuddle-o-Tron as it was applied: nothing is open that should be shut, and nothing is left to change."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.needs("cloudfront_private_bucket", "http_api"), pytest.mark.xdist_group("pet-cuddle-o-tron")]


@pytest.fixture(scope="module")
def system(stack: Callable[[str], Any]) -> Any:
    return stack("pet-cuddle-o-tron")


def test_a_second_plan_is_empty(system: Any):
    assert list(system.second_plan) == []


def test_the_pages_bucket_is_not_public(system: Any, yard: Any):
    page = system.outputs["pages"]["pet-cuddle-o-tron"]
    s3 = yard.target.session.client("s3", config=Config(signature_version=UNSIGNED))
    with pytest.raises(ClientError) as refused:
        s3.get_object(Bucket=page["bucket"], Key="index.html")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == HTTPStatus.FORBIDDEN


def test_no_role_has_a_wildcard_policy(system: Any, aws: Callable[[str], Any]):
    iam = aws("iam")
    statements = [
        (role["RoleName"], statement)
        for role in iam.list_roles()["Roles"]
        if role["RoleName"].startswith(system.outputs["workflow_arn"].rpartition(":")[2].removesuffix("-delivery"))
        for name in iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]
        for statement in iam.get_role_policy(RoleName=role["RoleName"], PolicyName=name)["PolicyDocument"]["Statement"]
    ]
    assert len(statements) > 10
    for role, statement in statements:
        if statement["Effect"] == "Deny":
            continue
        actions, resources = (_as_list(statement[key]) for key in ("Action", "Resource"))
        assert not any("*" in action for action in actions), (role, statement)
        assert "*" not in resources or statement.get("Condition"), (role, statement)


def _as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
