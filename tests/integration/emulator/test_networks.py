"""What a network is made of, read back."""

from __future__ import annotations

import json

import pytest


def network(bench):
    """Return a client, a VPC and a subnet in it."""
    ec2 = bench.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    return ec2, vpc, ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]


def endpoint(bench, **settings):
    ec2, vpc, subnet = network(bench)
    made = ec2.create_vpc_endpoint(
        VpcId=vpc,
        VpcEndpointType="Interface",
        ServiceName=f"com.amazonaws.{bench.region}.sqs",
        SubnetIds=[subnet],
        **settings,
    )
    return ec2, made["VpcEndpoint"]["VpcEndpointId"], vpc, subnet


def described(ec2, endpoint_id):
    (found,) = ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint_id])["VpcEndpoints"]
    return found


def test_endpoint_keeps_its_policy_groups_and_private_dns(bench):
    ec2, vpc, _ = network(bench)
    group = ec2.create_security_group(GroupName=bench.unique("group"), Description="it", VpcId=vpc)["GroupId"]
    policy = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}]})
    ec2, id_, _, subnet = endpoint(bench, PolicyDocument=policy, PrivateDnsEnabled=True, SecurityGroupIds=[group])
    found = described(ec2, id_)
    assert json.loads(found["PolicyDocument"]) == json.loads(policy)
    assert (found["PrivateDnsEnabled"], found["SubnetIds"]) == (True, [subnet])
    assert [one["GroupId"] for one in found["Groups"]] == [group]
    other = ec2.create_security_group(GroupName=bench.unique("group"), Description="it", VpcId=vpc)["GroupId"]
    ec2.modify_vpc_endpoint(
        VpcEndpointId=id_, AddSecurityGroupIds=[other], RemoveSecurityGroupIds=[group], ResetPolicy=True
    )
    found = described(ec2, id_)
    assert [one["GroupId"] for one in found["Groups"]] == [other]
    assert json.loads(found["PolicyDocument"])["Statement"][0]["Action"] == "*"
    assert found["PrivateDnsEnabled"] is True


def test_upstream_still_forgets_an_endpoints_policy(plain):
    ec2, id_, _, _ = endpoint(plain, PrivateDnsEnabled=True)
    assert not {"PolicyDocument", "PrivateDnsEnabled"} & described(ec2, id_).keys()


def flow_log(bench):
    ec2, vpc, _ = network(bench)
    role = bench.role(service="vpc-flow-logs.amazonaws.com")
    ids = ec2.create_flow_logs(
        ResourceIds=[vpc],
        ResourceType="VPC",
        TrafficType="REJECT",
        LogDestination=f"arn:aws:logs:{bench.region}:{bench.account}:log-group:{bench.unique('flow')}",
        DeliverLogsPermissionArn=role,
        MaxAggregationInterval=60,
        TagSpecifications=[{"ResourceType": "vpc-flow-log", "Tags": [{"Key": "owner", "Value": "us"}]}],
    )["FlowLogIds"]
    (found,) = ec2.describe_flow_logs(FlowLogIds=ids)["FlowLogs"]
    return role, found


def test_flow_log_keeps_its_role_interval_and_tags(bench):
    role, found = flow_log(bench)
    assert (found["DeliverLogsPermissionArn"], found["MaxAggregationInterval"]) == (role, 60)
    assert found["Tags"] == [{"Key": "owner", "Value": "us"}]
    assert found["TrafficType"] == "REJECT"


def test_upstream_still_forgets_a_flow_logs_role(plain):
    _, found = flow_log(plain)
    assert not {"DeliverLogsPermissionArn", "MaxAggregationInterval"} & found.keys()


def gateway(bench):
    ec2, _, subnet = network(bench)
    address = ec2.allocate_address(Domain="vpc")
    id_ = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address["AllocationId"])["NatGateway"]["NatGatewayId"]
    (found,) = ec2.describe_nat_gateways(NatGatewayIds=[id_])["NatGateways"]
    return address, found["NatGatewayAddresses"]


def test_nat_gateway_knows_its_address(bench):
    address, (found,) = gateway(bench)
    assert (found["AllocationId"], found["PublicIp"]) == (address["AllocationId"], address["PublicIp"])


def test_upstream_still_forgets_a_gateways_address(plain):
    assert gateway(plain)[1] == []


def emptied(bench):
    """Return what is left of a new group's rule for everything after it is taken away as Terraform does."""
    ec2, vpc, _ = network(bench)
    group = ec2.create_security_group(GroupName=bench.unique("group"), Description="it", VpcId=vpc)["GroupId"]
    everything = {"IpProtocol": "-1", "FromPort": 0, "ToPort": 0, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.revoke_security_group_egress(GroupId=group, IpPermissions=[everything])
    return ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissionsEgress"]


def test_ports_mean_nothing_in_a_rule_for_everything(bench):
    assert emptied(bench) == []


def test_upstream_still_looks_at_the_ports_of_a_rule_for_everything(plain):
    assert emptied(plain) != []


@pytest.mark.parametrize("kind", ["lambda", "instance"])
def test_functions_group_has_no_port(bench, kind):
    assert ("Port" in target_group(bench, kind)) is (kind == "instance")


def test_upstream_still_gives_a_functions_group_a_port(plain):
    assert target_group(plain, "lambda")["Port"] == 80


def target_group(bench, kind):
    settings = {} if kind == "lambda" else {"Port": 8080, "Protocol": "HTTP", "VpcId": network(bench)[1]}
    made = bench.client("elbv2").create_target_group(Name=bench.unique("group"), TargetType=kind, **settings)
    return made["TargetGroups"][0]
