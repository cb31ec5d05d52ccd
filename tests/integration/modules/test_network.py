"""The applied network as AWS's own API shows it, a function inside it, and what a change of mind would do to it."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from tests.integration.support import library

from eventyard import tools
from eventyard.deployment.record import state_of
from eventyard.plans import offline, summarise

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from eventyard.testing.stacks import Stack

    Client = Callable[[str], Any]

pytestmark = pytest.mark.of("network")
BUILD = library.CHECKOUT / "build"
NETWORK = "module.stack.module.network"


@pytest.fixture(scope="module")
def network(outputs: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = outputs["network"]
    return found


def test_each_private_subnet_leaves_by_its_own_zones_gateway(network: dict[str, Any], client: Client) -> None:
    for zone, table in network["tiers"]["app"]["route_table_ids"].items():
        (found,) = client("ec2").describe_route_tables(RouteTableIds=[table])["RouteTables"]
        out = [route for route in found["Routes"] if route.get("DestinationCidrBlock") == "0.0.0.0/0"]
        assert [route["NatGatewayId"] for route in out] == [network["nat"][zone]["id"]]
        assert [one["SubnetId"] for one in found["Associations"]] == [network["tiers"]["app"]["zones"][zone]]


def test_an_isolated_subnet_has_no_way_out_but_endpoints(network: dict[str, Any], client: Client) -> None:
    for table in network["tiers"]["data"]["route_table_ids"].values():
        (found,) = client("ec2").describe_route_tables(RouteTableIds=[table])["RouteTables"]
        assert [route for route in found["Routes"] if route.get("DestinationCidrBlock") == "0.0.0.0/0"] == []
    sqs = network["endpoints"]["sqs"]
    (endpoint,) = client("ec2").describe_vpc_endpoints(VpcEndpointIds=[sqs["id"]])["VpcEndpoints"]
    assert set(endpoint["SubnetIds"]) == set(network["tiers"]["data"]["subnet_ids"])
    assert [group["GroupId"] for group in endpoint["Groups"]] == [sqs["security_group_id"]]


def test_the_default_group_lets_nothing_in_or_out(network: dict[str, Any], client: Client) -> None:
    filters = [{"Name": "vpc-id", "Values": [network["vpc"]["id"]]}, {"Name": "group-name", "Values": ["default"]}]
    (group,) = client("ec2").describe_security_groups(Filters=filters)["SecurityGroups"]
    assert (group["IpPermissions"], group["IpPermissionsEgress"]) == ([], [])


@pytest.mark.needs("lambda_sync")
def test_a_function_runs_inside(network: dict[str, Any], client: Client) -> None:
    function = network["function"]["alias_arn"]
    settings = client("lambda").get_function_configuration(FunctionName=network["function"]["name"])["VpcConfig"]
    assert set(settings["SubnetIds"]) == set(network["tiers"]["data"]["subnet_ids"])
    answer = client("lambda").invoke(FunctionName=function, Payload=json.dumps({"where": "inside"}))
    assert json.loads(answer["Payload"].read()) == {"where": "inside"}


@pytest.mark.needs("vpc_endpoint_policies")
def test_a_tier_or_zone_more_and_one_gateway_less_move_nothing_else(applied: Stack, tmp_path: Path) -> None:
    example = (library.MODULES / "examples/network.tf").read_text().partition('module "network_inside"')[0]
    changes = {
        'nat    = "per_az"': 'nat    = "single"',
        'current.id}b"]': 'current.id}b", "${data.aws_region.current.id}c"]',
        "  tiers = {\n": '  tiers = {\n    aaa = { kind = "isolated", cidr = "10.20.32.0/20" }\n',
    }
    for old, new in changes.items():
        assert old in example
        example = example.replace(old, new)
    plan = _planned_on(applied, example, tmp_path)
    lost = {change.address.removeprefix(f"{NETWORK}."): change.action for change in summarise(plan).changes}
    zone = "eu-west-1b"
    assert {address: action for address, action in lost.items() if action not in {"create", "change"}} == {
        f'aws_cloudwatch_metric_alarm.this["drops_{zone}"]': "destroy",
        f'aws_cloudwatch_metric_alarm.this["ports_{zone}"]': "destroy",
        f'aws_eip.nat["{zone}"]': "destroy",
        f'aws_nat_gateway.this["{zone}"]': "destroy",
    }
    assert {address for address, action in lost.items() if action == "change"} == {
        f'aws_route.internet["app/{zone}"]',
        'aws_vpc_endpoint.gateway["dynamodb"]',
        'aws_vpc_endpoint.gateway["s3"]',
    }


def _planned_on(applied: Stack, example: str, folder: Path) -> dict[str, Any]:
    """Plan another text of the example on the network that is there, the rest of the library left out."""
    context = applied.deployment.context
    state = state_of(context, context.initialised()) or {}
    kept = [one for one in state["resources"] if one.get("module") == NETWORK and one["type"] not in _WITH_ACCOUNT]
    (folder / "network.tfstate").write_text(json.dumps({**state, "resources": kept, "outputs": {}}))
    modules = library.CHECKOUT / "terraform/modules"
    stack = folder / "stack"
    stack.mkdir()
    shutil.copy(library.VARIABLES, stack)
    (stack / "main.tf").write_text(library.MAIN + example.replace("../../modules", str(modules)))
    values = 'handlers = {}\n  prefix = "%s"\n  role = { path = "%s", permissions_boundary = null }'
    prefix = applied.outputs["network"]["log_group"]["name"].rpartition("/")[2].removesuffix("-network")
    source = f'module "stack" {{\n  source = "./stack"\n  {values % (prefix, library.PATH)}\n}}\n'
    (folder / "main.tf").write_text(source)
    found: dict[str, Any] = offline.plan(
        folder,
        terraform=tools.terraform("terraform", BUILD),
        environment=tools.terraform_environment(BUILD),
        state=folder / "network.tfstate",
    )
    created = {change["address"] for change in found["resource_changes"] if change["type"] in _WITH_ACCOUNT}
    found["resource_changes"] = [one for one in found["resource_changes"] if one["address"] not in created]
    return found


# their ARNs and policies hold the account, which is another one where no emulator answers
_WITH_ACCOUNT = {"aws_flow_log", "aws_iam_role", "aws_iam_role_policy", "aws_cloudwatch_log_group"}
