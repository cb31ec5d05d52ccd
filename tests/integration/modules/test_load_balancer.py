"""Requests to the applied load balancer, by the rules it was given."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from eventyard.testing.stacks import Yard

    Ask = Callable[..., tuple[int, str]]

pytestmark = pytest.mark.of("load-balancer")


@pytest.fixture
def ask(library_yard: Yard, outputs: dict[str, Any]) -> Ask:
    """``ask("POST", "/hooks/a", b"…")``: status and body of what the load balancer answers."""

    def send(method: str, path: str, body: bytes | None = None, host: str = "") -> tuple[int, str]:
        emulator = library_yard.target.emulator
        assert emulator
        url = f"{emulator.endpoint}/_alb/{outputs['load_balancer']['name']}{path}"
        request = Request(url, data=body, method=method, headers={"Host": host} if host else {})  # noqa: S310 - loopback
        try:
            with urlopen(request, timeout=20) as answer:  # noqa: S310 - loopback
                return answer.status, answer.read().decode()
        except HTTPError as refused:
            return refused.code, refused.read().decode()

    return send


@pytest.mark.needs("alb_lambda")
def test_a_request_that_fits_a_rule_reaches_its_function(ask: Ask) -> None:
    status, body = ask("POST", "/hooks/paid", b'{"id": 7}')
    assert (status, json.loads(body)) == (200, {"path": "/hooks/paid", "method": "POST", "body": '{"id": 7}'})


@pytest.mark.parametrize(("method", "path"), [("GET", "/elsewhere"), ("DELETE", "/hooks/paid")])
@pytest.mark.needs("alb_lambda")
def test_what_fits_no_rule_is_not_found(ask: Ask, method: str, path: str) -> None:
    assert ask(method, path) == (404, "Not found")


@pytest.mark.needs("alb_lambda")
def test_a_group_without_targets_is_out_of_service(ask: Ask) -> None:
    status, _ = ask("GET", "/", host="web.example.com")
    assert status == 503


def test_its_group_calls_no_more_than_its_targets(outputs: dict[str, Any], library_yard: Yard) -> None:
    ec2 = library_yard.target.session.client("ec2")
    group = outputs["load_balancer"]["load_balancer"]["security_group_id"]
    (found,) = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    assert sorted(rule["ToPort"] for rule in found["IpPermissionsEgress"]) == [8080, 8443, 9000]
    assert {rule["ToPort"] for rule in found["IpPermissions"]} == {80}
