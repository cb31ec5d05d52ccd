# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""What a network is made of is read back as it was given.

MiniStack forgets an endpoint's policy, security groups and private DNS, a flow log's role, interval and tags, and which
address a NAT gateway has; it answers a function's target group with a port and protocol, which such a one has not; and
it does not take away a new security group's rule for everything, because the request names ports, which mean nothing
there. Every second plan wants to mend that, or to make it anew.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_FlowLog.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NatGatewayAddress.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupEgress.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroup.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from xml.etree import ElementTree as ET

from ministack.services import alb, ec2

_OK = 200
_EVERYTHING = "-1"
_EC2 = "http://ec2.amazonaws.com/doc/2016-11-15/"
# AWS's own policy of an endpoint: whatever a caller may do, it lets through.
_OPEN = json.dumps({"Statement": [{"Action": "*", "Effect": "Allow", "Principal": "*", "Resource": "*"}]})
_NOT_A_FUNCTIONS = ("Protocol", "Port", "VpcId", "HealthCheckProtocol", "HealthCheckPort")

Answer = tuple[int, dict[str, str], Any]
Handler = Callable[[Any], Answer]
Given = dict[str, Any]


def install() -> None:
    """Keep what is given, and answer it."""
    ET.register_namespace("", _EC2)
    _after("CreateVpcEndpoint", _endpoint_made)
    _after("ModifyVpcEndpoint", _endpoint_changed)
    _answer("DescribeVpcEndpoints", "vpcEndpointId", _endpoint)
    _after("CreateFlowLogs", _flow_logs_made)
    _answer("DescribeFlowLogs", "flowLogId", _flow_log)
    _answer("DescribeNatGateways", "natGatewayId", _gateway)
    _match_rules()
    _bare_function_targets()


def _endpoint_made(params: Any, answer: bytes) -> None:
    endpoint = ec2._vpc_endpoints[_ids(answer, "vpcEndpointId")[0]]
    endpoint["PolicyDocument"] = ec2._p(params, "PolicyDocument") or _OPEN
    endpoint["PrivateDnsEnabled"] = ec2._p(params, "PrivateDnsEnabled") or "false"
    endpoint["Groups"] = ec2._parse_member_list(params, "SecurityGroupId")


def _endpoint_changed(params: Any, _: bytes) -> None:
    endpoint = ec2._vpc_endpoints[ec2._p(params, "VpcEndpointId")]
    away, more = (ec2._parse_member_list(params, f"{what}SecurityGroupId") for what in ("Remove", "Add"))
    endpoint["Groups"] = [group for group in endpoint.get("Groups", []) if group not in away] + more
    endpoint["PrivateDnsEnabled"] = ec2._p(params, "PrivateDnsEnabled") or endpoint.get("PrivateDnsEnabled", "false")
    if ec2._p(params, "ResetPolicy") == "true":
        endpoint["PolicyDocument"] = _OPEN


def _endpoint(id_: str, item: ET.Element) -> None:
    endpoint = ec2._vpc_endpoints[id_]
    _put(item, "policyDocument", endpoint.get("PolicyDocument", _OPEN))
    _put(item, "privateDnsEnabled", endpoint.get("PrivateDnsEnabled", "false"))
    _put(item, "ipAddressType", "ipv4")
    groups = _put(item, "groupSet")
    for group in endpoint.get("Groups", []):
        _put(_put(groups, "item"), "groupId", group)


def _flow_logs_made(params: Any, answer: bytes) -> None:
    for id_ in _ids(answer, "item"):
        ec2._flow_logs[id_]["Role"] = ec2._p(params, "DeliverLogsPermissionArn")
        ec2._flow_logs[id_]["Interval"] = ec2._p(params, "MaxAggregationInterval") or "600"
        ec2._parse_tag_specs(params, "vpc-flow-log", id_)


def _flow_log(id_: str, item: ET.Element) -> None:
    kept = ec2._flow_logs[id_]
    _put(item, "maxAggregationInterval", kept.get("Interval", "600"))
    if kept.get("Role"):
        _put(item, "deliverLogsPermissionArn", kept["Role"])


def _gateway(id_: str, item: ET.Element) -> None:
    allocation = ec2._nat_gateways[id_].get("AllocationId")
    if allocation:
        address = _put(_put(item, "natGatewayAddressSet"), "item")
        _put(address, "allocationId", allocation)
        _put(address, "publicIp", ec2._addresses.get(allocation, {}).get("PublicIp", ""))
        _put(address, "isPrimary", "true")
        _put(address, "status", "succeeded")


def _match_rules() -> None:
    compared = ec2._strip_descriptions

    def without_ports(rule: Mapping[str, Any]) -> Given:
        bare: Given = compared(rule)
        if bare.get("IpProtocol") == _EVERYTHING:
            bare.pop("FromPort", None)
            bare.pop("ToPort", None)
        return bare

    ec2._strip_descriptions = without_ports


def _bare_function_targets() -> None:
    group_xml = alb._tg_xml

    def bare(group: Mapping[str, Any]) -> str:
        text = str(group_xml(group))
        if group.get("TargetType") == "lambda":
            for name in _NOT_A_FUNCTIONS:
                text = re.sub(f"<{name}>.*?</{name}>", "", text)
        return text

    alb._tg_xml = bare


def _after(action: str, keep: Callable[[Any, bytes], None]) -> None:
    original: Handler = ec2._ACTION_MAP[action]

    def kept(params: Any) -> Answer:
        answer = original(params)
        if answer[0] == _OK:
            keep(params, answer[2])
        return answer

    ec2._ACTION_MAP[action] = kept


def _answer(action: str, id_: str, add: Callable[[str, ET.Element], None]) -> None:
    """Have `add` see each item of what `action` answers."""
    original: Handler = ec2._ACTION_MAP[action]

    def whole(params: Any) -> Answer:
        status, headers, body = original(params)
        if status != _OK:
            return status, headers, body
        root = ET.fromstring(body)  # noqa: S314 - the emulator's own words
        for item in list(root.iter(f"{{{_EC2}}}item")):
            if found := item.findtext(f"{{{_EC2}}}{id_}"):
                add(found, item)
        return status, headers, ET.tostring(root, encoding="utf-8", xml_declaration=True)

    ec2._ACTION_MAP[action] = whole


def _put(parent: ET.Element, name: str, text: str | None = None) -> ET.Element:
    """Return the element of that name, made anew and with `text` in it."""
    tag = f"{{{_EC2}}}{name}"
    old = parent.find(tag)
    if old is not None and name != "item":
        parent.remove(old)
    new = ET.SubElement(parent, tag)
    new.text = text
    return new


def _ids(answer: bytes, tag: str) -> list[str]:
    found = ET.fromstring(answer).iter(f"{{{_EC2}}}{tag}")  # noqa: S314 - the emulator's own words
    return [element.text for element in found if element.text and element.text.strip()]
