"""The rule on functions in a network: each reaches what its role lets it call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eventyard.plans.document import UNKNOWN, Document, Hole, Resource, as_list
from eventyard.plans.links import FUNCTION, MAPPING, function_of
from eventyard.plans.networks import Networks, Placed
from eventyard.plans.policy.rule import Breach, Rule, unseen
from eventyard.plans.policy.statements import Statement, allowed

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROLE, _ROLE_POLICY = "aws_iam_role", "aws_iam_role_policy"
# What IAM calls a service → what its endpoints are called, any one of which will do.
_ENDPOINTS = {
    "bedrock": {"bedrock-runtime"},
    "cloudwatch": {"monitoring"},
    "cognito-idp": {"cognito-idp"},
    "dynamodb": {"dynamodb"},
    "events": {"events"},
    "execute-api": {"execute-api"},
    "firehose": {"kinesis-firehose"},
    "kinesis": {"kinesis-streams"},
    "lambda": {"lambda"},
    "s3": {"s3"},
    "scheduler": {"scheduler"},
    "secretsmanager": {"secretsmanager"},
    "ses": {"email", "email-smtp"},
    "sns": {"sns"},
    "sqs": {"sqs"},
    "ssm": {"ssm"},
    "states": {"states", "sync-states"},
}
# Lambda's own pollers take these with the function's role, from outside the function's network.
_POLLED = frozenset(
    {
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:GetQueueUrl",
        "sqs:ReceiveMessage",
        "kinesis:DescribeStream",
        "kinesis:DescribeStreamConsumer",
        "kinesis:DescribeStreamSummary",
        "kinesis:GetRecords",
        "kinesis:GetShardIterator",
        "kinesis:ListShards",
        "kinesis:ListStreams",
        "kinesis:SubscribeToShard",
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
    }
)


def _route_out(document: Document) -> Iterator[Breach]:
    networks = Networks(document)
    for function in document.of(FUNCTION):
        placed = networks.subnets(function)
        if isinstance(placed, Hole):
            yield unseen(function, "which subnets it runs in")
        elif placed.subnets:
            yield from _function(document, networks, function, placed)


def _function(document: Document, networks: Networks, function: Resource, placed: Placed) -> Iterator[Breach]:
    ipv6 = function.value("vpc_config", 0, "ipv6_allowed_for_dual_stack") is True
    answers = {subnet.address: networks.has_way_out(subnet, ipv6=ipv6) for subnet in placed.subnets}
    closed = [subnet for subnet in placed.subnets if answers[subnet.address] is False]
    if closed and not placed.certain and len(closed) < len(answers):
        yield unseen(function, "which of the subnets it is handed it runs in")
        return
    if not closed:
        if UNKNOWN in answers.values():
            yield unseen(function, "whether its subnets have a route out")
        return
    services, hidden = networks.endpoints(closed[0])
    missing = sorted(_called(document, function) - {name for name, any_of in _ENDPOINTS.items() if any_of & services})
    if services and not missing:
        return
    if hidden:
        yield unseen(function, "which endpoints its network has")
        return
    where = ", ".join(_label(subnet) for subnet in closed)
    lacks = f"no endpoint for {', '.join(missing)}, which its role lets it call" if services else "no endpoint"
    yield Breach(
        function.address,
        f"its subnets ({where}) have no route out, and their network has {lacks}",
        "take a tier with NAT, or add the endpoints (module network: `nat`, `endpoints`); an internet gateway is of no"
        " use to a function, which has no public address",
    )


def _called(document: Document, function: Resource) -> set[str]:
    """Return the services that the code may call by its role, as IAM names them, as far as the plan shows."""
    role = _role(document, function)
    if role is None:
        return set()
    by_lambda = _used_by_lambda(document, function)
    found: set[str] = set()
    for entry in allowed(document):
        if not isinstance(entry, Statement) or not _is_of(document, entry.holder, role):
            continue
        resources = set(as_list(entry.body.get("Resource")))
        if not resources or not resources <= by_lambda:
            actions = {action for action in entry.actions if action not in _POLLED}
            found |= {action.partition(":")[0] for action in actions}
    return found & set(_ENDPOINTS)


def _role(document: Document, function: Resource) -> Resource | None:
    arn = function.value("role")
    if arn is UNKNOWN:
        return document.referred(function, "role", _ROLE)
    names = {str(arn).rsplit("/", 1)[-1]}
    return next((role for role in document.of(_ROLE) if role.value("name") in names), None)


def _is_of(document: Document, policy: Resource, role: Resource) -> bool:
    if policy.type != _ROLE_POLICY:
        return False
    name = policy.value("role")
    if name is UNKNOWN:
        return document.referred(policy, "role", _ROLE) is role
    return name in {role.value("name"), role.value("id")}


def _used_by_lambda(document: Document, function: Resource) -> set[str]:
    """Return the ARNs Lambda itself reads from or sends to with the function's role: sources and failure paths."""
    found = [function.value("dead_letter_config", 0, "target_arn")]
    for config in document.of(MAPPING, "aws_lambda_function_event_invoke_config"):
        owner = function_of(document, config, "function_name", config.value("function_name"))
        if isinstance(owner, Hole) or owner is None or owner.function is not function:
            continue
        found.append(config.value("event_source_arn"))
        for case in ("on_failure", "on_success"):
            end = ("destination_config", 0, case, 0)
            found += [config.value(*end, "destination"), config.value(*end, "destination_arn")]
    return {arn for arn in found if isinstance(arn, str)}


def _label(subnet: Resource) -> str:
    """Return `app/eu-west-1a`, the key, where there is one."""
    return subnet.key.strip('[]"') or subnet.local_name


RULES = (
    Rule(
        id="route-out",
        says="A function in a network has a route out of its subnets, or endpoints for what its role lets it call",
        reason="Otherwise its first call hangs until the time-out. NAT, a transit gateway and, with IPv6, an"
        " egress-only gateway are a route out; an internet gateway is none, for a function has no public address. An"
        " endpoint counts for its own service, and one at least is asked for. What Lambda itself does with the role"
        " (polling sources, logs, traces, failure destinations) needs neither",
        source="https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html",
        check=_route_out,
    ),
)
