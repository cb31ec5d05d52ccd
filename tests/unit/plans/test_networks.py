"""Ways out of a network, however they are written; ids are known here, as after an apply."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from eventyard.plans import policy

if TYPE_CHECKING:
    from eventyard.plans.policy import Finding

Entry = tuple[str, str, dict[str, Any]]
VPC: Entry = ("aws_vpc", "it", {"id": "vpc-1", "main_route_table_id": "rtb-main", "default_route_table_id": "rtb-main"})
SUBNET: Entry = ("aws_subnet", "it", {"id": "subnet-1", "vpc_id": "vpc-1"})
TABLE: Entry = ("aws_route_table", "it", {"id": "rtb-1", "vpc_id": "vpc-1", "route": []})
JOINED: Entry = ("aws_route_table_association", "it", {"subnet_id": "subnet-1", "route_table_id": "rtb-1"})
SQS: Entry = (
    "aws_vpc_endpoint",
    "sqs",
    {"vpc_id": "vpc-1", "service_name": "com.amazonaws.eu-west-1.sqs", "vpc_endpoint_type": "Interface"},
)


def _state(*resources: Entry) -> dict[str, Any]:
    entries = [
        {"address": f"{type_}.{name}", "type": type_, "name": name, "mode": "managed", "values": values}
        for type_, name, values in resources
    ]
    return {"values": {"root_module": {"resources": entries}}}


def _found(*resources: Entry) -> list[Finding]:
    return [f for f in policy.judge_state(_state(*resources)) if f.rule == "route-out"]


def _function(subnet: str = "subnet-1", **settings: Any) -> Entry:
    network = {"subnet_ids": [subnet], "security_group_ids": ["sg-1"], **settings}
    role = "arn:aws:iam::123456789012:role/teams/work"
    return "aws_lambda_function", "work", {"function_name": "work", "role": role, "vpc_config": [network]}


def _may(*actions: str, resource: str = "*") -> list[Entry]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    policy_ = {"role": "work", "policy": json.dumps({"Statement": [statement]})}
    return [("aws_iam_role", "work", {"name": "work", "id": "work"}), ("aws_iam_role_policy", "work", policy_)]


def _route(table: str = "rtb-1", to: str = "0.0.0.0/0", **target: str) -> Entry:
    key = "destination_ipv6_cidr_block" if ":" in to else "destination_cidr_block"
    return "aws_route", "out", {"route_table_id": table, key: to, **target}


def test_a_function_without_a_way_out_is_named_with_its_subnets() -> None:
    (found,) = _found(VPC, SUBNET, TABLE, JOINED, _function())
    assert (found.address, found.verdict) == ("aws_lambda_function.work", "fail")
    assert "its subnets (aws_subnet.it) have no route out, and their network has no endpoint" in found.message


def test_a_function_in_no_network_needs_no_way_out() -> None:
    assert _found(("aws_lambda_function", "work", {"function_name": "work", "vpc_config": []})) == []


def test_another_states_subnet_is_judged_there() -> None:
    assert _found(VPC, SUBNET, TABLE, JOINED, _function("subnet-2")) == []


def test_a_subnet_whose_network_is_another_states_says_nothing_of_its_routes() -> None:
    assert _found(SUBNET, _function()) == []


@pytest.mark.parametrize("target", ["nat_gateway_id", "transit_gateway_id", "network_interface_id", "vpc_endpoint_id"])
def test_what_stands_between_a_function_and_the_world_is_a_way_out(target: str) -> None:
    assert _found(VPC, SUBNET, TABLE, JOINED, _route(**{target: "x-1"}), _function()) == []


@pytest.mark.parametrize(("gateway", "found"), [("igw-1", True), ("vgw-1", False), ("local", True)])
def test_an_internet_gateway_is_of_no_use_to_a_function_and_a_vpns_is(gateway: str, found: bool) -> None:
    assert bool(_found(VPC, SUBNET, TABLE, JOINED, _route(gateway_id=gateway), _function())) is found


def test_a_route_to_somewhere_is_no_way_out() -> None:
    assert _found(VPC, SUBNET, TABLE, JOINED, _route(to="10.9.0.0/16", transit_gateway_id="tgw-1"), _function())


@pytest.mark.parametrize("ipv6", [True, False])
def test_a_way_out_by_ipv6_is_for_functions_with_such_an_address(ipv6: bool) -> None:
    egress = _route(to="::/0", egress_only_gateway_id="eigw-1")
    function = _function(ipv6_allowed_for_dual_stack=ipv6)
    assert bool(_found(VPC, SUBNET, TABLE, JOINED, egress, function)) is not ipv6


def test_a_route_written_in_its_table_counts() -> None:
    table = {**TABLE[2], "route": [{"cidr_block": "0.0.0.0/0", "gateway_id": "", "nat_gateway_id": "nat-1"}]}
    assert _found(VPC, SUBNET, ("aws_route_table", "it", table), JOINED, _function()) == []


def test_a_subnet_without_a_table_takes_its_networks_main_one() -> None:
    assert _found(VPC, SUBNET, _function())
    assert _found(VPC, SUBNET, _route("rtb-main", nat_gateway_id="nat-1"), _function()) == []
    adopted = {"id": "rtb-main", "default_route_table_id": "rtb-main", "route": []}
    inline = {**adopted, "route": [{"cidr_block": "0.0.0.0/0", "nat_gateway_id": "nat-1"}]}
    assert _found(VPC, SUBNET, ("aws_default_route_table", "it", adopted), _function())
    assert _found(VPC, SUBNET, ("aws_default_route_table", "it", inline), _function()) == []
    other = ("aws_main_route_table_association", "it", {"vpc_id": "vpc-1", "route_table_id": "rtb-1"})
    assert _found(VPC, SUBNET, TABLE, other, _route(nat_gateway_id="nat-1"), _function()) == []


def test_an_endpoint_is_for_its_own_service() -> None:
    assert _found(VPC, SUBNET, TABLE, JOINED, SQS, _function(), *_may("sqs:SendMessage")) == []
    (found,) = _found(VPC, SUBNET, TABLE, JOINED, SQS, _function(), *_may("sqs:SendMessage", "states:StartExecution"))
    assert "no endpoint for states, which its role lets it call" in found.message


def test_an_endpoint_of_another_network_is_none() -> None:
    elsewhere = ("aws_vpc_endpoint", "sqs", {**SQS[2], "vpc_id": "vpc-2"})
    assert _found(VPC, SUBNET, TABLE, JOINED, elsewhere, _function(), *_may("sqs:SendMessage"))


@pytest.mark.parametrize("action", ["logs:PutLogEvents", "xray:PutTraceSegments", "kms:Decrypt", "sqs:ReceiveMessage"])
def test_what_lambda_does_with_the_role_goes_its_own_way(action: str) -> None:
    assert _found(VPC, SUBNET, TABLE, JOINED, SQS, _function(), *_may(action)) == []


def test_where_failed_events_go_is_lambdas_to_reach() -> None:
    failures = "arn:aws:sns:eu-west-1:123456789012:failures"
    settings = {"function_name": "work", "destination_config": [{"on_failure": [{"destination": failures}]}]}
    config = ("aws_lambda_function_event_invoke_config", "it", settings)
    may = _may("sns:Publish", resource=failures)
    assert _found(VPC, SUBNET, TABLE, JOINED, SQS, _function(), config, *may) == []
    assert _found(VPC, SUBNET, TABLE, JOINED, SQS, _function(), *may)
