"""What counts as everybody, as everything, and as a condition that says who calls."""

from __future__ import annotations

from typing import Any

import pytest

from eventyard.plans.document import Resource
from eventyard.plans.policy.statements import Sort, Statement

ACCOUNT = "123456789012"


def _statement(sort: Sort = "resource", **body: Any) -> Statement:
    return Statement(Resource("aws_sqs_queue.q", "aws_sqs_queue", "", {}), sort, {"Effect": "Allow", **body})


@pytest.mark.parametrize(
    "principal", ["*", {"AWS": "*"}, {"AWS": [ACCOUNT, "*"]}, {"Service": "*"}, {"Federated": "*"}]
)
def test_everybody(principal: Any) -> None:
    assert _statement(Principal=principal).names_anyone()


def test_all_but_one_is_everybody() -> None:
    assert _statement(NotPrincipal={"AWS": ACCOUNT}).names_anyone()


@pytest.mark.parametrize("principal", [{"AWS": f"arn:aws:iam::{ACCOUNT}:role/a*"}, {"Service": "sns.amazonaws.com"}])
def test_somebody(principal: Any) -> None:
    assert not _statement(Principal=principal).names_anyone()


@pytest.mark.parametrize(
    ("condition", "limits"),
    [
        ({"StringEquals": {"AWS:SourceAccount": ACCOUNT}}, True),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, True),
        ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": ["o-1/*"]}}, True),
        ({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24"]}}, True),
        ({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/0"]}}, False),
        ({"Bool": {"aws:SecureTransport": "true"}}, False),
        ({"StringNotEquals": {"aws:SourceAccount": ACCOUNT}}, False),
        ({"StringEqualsIfExists": {"aws:SourceAccount": ACCOUNT}}, False),
        ({"Null": {"aws:SourceAccount": "false"}}, False),
        ({"StringLike": {"aws:SourceAccount": "*"}}, False),
        ({"StringLike": {"aws:SourceAccount": [ACCOUNT, "*"]}}, False),
        ({}, False),
    ],
)
def test_a_condition_limits_when_it_says_who(condition: dict[str, Any], limits: bool) -> None:
    assert _statement(Principal="*", Condition=condition).is_limited() is limits


@pytest.mark.parametrize("action", ["*", "sqs:*", ["sqs:SendMessage", "ec2:*"], "sso-directory:*", "s3:**"])
def test_everything(action: Any) -> None:
    assert _statement(Action=action).allows_everything()


@pytest.mark.parametrize("action", ["sqs:SendMessage", "kms:GenerateDataKey*", ["s3:Get*"], "dynamodb:*Item"])
def test_something(action: Any) -> None:
    assert not _statement(Action=action).allows_everything()


def test_all_actions_but_one_is_everything() -> None:
    assert _statement(NotAction="iam:*").allows_everything()


@pytest.mark.parametrize("name", [ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root", f"arn:aws-cn:iam::{ACCOUNT}:root"])
def test_the_account_statement_of_a_key_policy_is_the_exception(name: str) -> None:
    assert _statement("key", Principal={"AWS": name}, Action="kms:*").hands_key_to_account()
    assert not _statement("resource", Principal={"AWS": name}, Action="sqs:*").hands_key_to_account()


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": f"arn:aws:iam::{ACCOUNT}:role/a"}, {}])
def test_nobody_else_is(principal: Any) -> None:
    assert not _statement("key", Principal=principal, Action="kms:*").hands_key_to_account()
