from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from eventyard.config import Environment
from eventyard.config.errors import GuardError
from eventyard.config.guard import by_address, check_account, check_local, is_loopback

if TYPE_CHECKING:
    from collections.abc import Mapping

LOCAL = Environment(name="local")


@pytest.mark.parametrize(
    "endpoint",
    ["http://127.0.0.1:4566", "http://localhost:4566", "http://[::1]:4566", "http://127.8.8.8", "http://x.localhost:1"],
)
def test_loopback_is_accepted(endpoint: str) -> None:
    assert is_loopback(endpoint)
    check_local(LOCAL, endpoint, {})


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://10.0.0.1:4566",
        "https://sqs.eu-west-1.amazonaws.com",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://0.0.0.0:4566",
    ],
)
def test_an_endpoint_elsewhere_is_refused(endpoint: str) -> None:
    with pytest.raises(GuardError, match="not this machine"):
        check_local(LOCAL, endpoint, {})


@pytest.mark.parametrize("key", ["AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE"])
def test_real_looking_credentials_are_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(GuardError) as refused:
        check_local(LOCAL, None, {"AWS_ACCESS_KEY_ID": key})
    assert key not in str(refused.value)


@pytest.mark.parametrize("variables", [{}, {"AWS_ACCESS_KEY_ID": "test"}, {"AWS_PROFILE": "work"}])
def test_dummies_and_profiles_pass(variables: dict[str, str]) -> None:
    check_local(LOCAL, None, variables)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("http://localhost:4566", "http://127.0.0.1:4566"),
        ("http://localhost:4566/", "http://127.0.0.1:4566"),
        ("http://127.0.0.1:4566/", "http://127.0.0.1:4566"),
        ("http://localhost", "http://127.0.0.1"),
    ],
)
def test_localhost_becomes_a_number(given: str, wanted: str) -> None:
    assert by_address(given) == wanted


class Caller:
    def __init__(self, account: str) -> None:
        self.account = account

    def get_caller_identity(self) -> Mapping[str, str]:
        return {"Account": self.account, "Arn": f"arn:aws:iam::{self.account}:user/me"}


def test_aws_is_refused_when_the_account_is_another() -> None:
    prod = Environment.model_validate(
        {"name": "prod", "target": "aws", "account": "222222222222", "state": {"bucket": "states"}}
    )
    assert check_account(prod, Caller("222222222222")).endswith("user/me")
    with pytest.raises(GuardError) as refused:
        check_account(prod, Caller("333333333333"))
    assert "333333333333" in refused.value.what
    assert "222222222222" in refused.value.what
