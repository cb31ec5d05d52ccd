"""Arrows of the flow: from what calls, sends or happens to what runs because of it; and where failures go."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from eventyard.diagrams.grants import allowed
from eventyard.diagrams.graph import Edge, Node
from eventyard.diagrams.owners import outside
from eventyard.diagrams.services import OUTSIDE, named_by
from eventyard.plans.document import UNKNOWN, parsed
from eventyard.plans.links import Target, function_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eventyard.diagrams.owners import Owners
    from eventyard.plans.document import Resource

CLIENTS: Final = Node("clients", "browsers, programs", "outside")
_KEY = re.compile(r'\["((?:[^"\\]|\\.)*)"\]$')
_TRAVELS: Final = {"dynamodb": "changes", "kinesis": "records", "sqs": "messages"}
_CALLERS: Final = {
    "apigateway.amazonaws.com": "requests",
    "cognito-idp.amazonaws.com": "trigger",
    "elasticloadbalancing.amazonaws.com": "requests",
    "events.amazonaws.com": "events",
    "s3.amazonaws.com": "objects",
    "sns.amazonaws.com": "notifications",
}
_REACHED: Final = {
    "aws_apigatewayv2_api": "https",
    "aws_api_gateway_rest_api": "https",
    "aws_cloudfront_distribution": "https",
    "aws_cognito_user_pool_client": "sign in",
    "aws_lambda_function_url": "https",
}


def flows(owners: Owners) -> Iterator[Edge]:
    """Yield every arrow of the flow; those whose ends are one box are for its notes."""
    found: list[Edge] = []
    for reader in (_mappings, _rules, _schedules, _subscriptions, _integrations, _deliveries, _triggers, _results):
        found.extend(reader(owners))
    yield from found
    yield from _dead_letters(owners)
    yield from _clients(owners)
    yield from _permissions(owners, {(edge.source, edge.target) for edge in found})


def stranger(name: str) -> Node:
    """Return the box of an end that no resource of the stack is."""
    return CLIENTS if name == CLIENTS.id else outside(next((s for s, says in OUTSIDE.items() if says == name), name))


def _end(owners: Owners, arn: object) -> str | None:
    """Return the box an arrow ends at; what is another's is a box of its service."""
    if arn is UNKNOWN or not isinstance(arn, str):
        return None
    named = named_by(arn)
    return owners.of_arn(arn) or (outside(named[0]).id if named else None)


def _key(resource: Resource) -> str:
    found = _KEY.search(resource.address)
    return found[1].replace('\\"', '"') if found else ""


def _mappings(owners: Owners) -> Iterator[Edge]:
    """Yield the queues and streams that functions are fed from."""
    for mapping in owners.document.of("aws_lambda_event_source_mapping"):
        node, arn = owners.of(mapping), mapping.value("event_source_arn")
        sources = [end] if (end := _end(owners, arn)) else owners.referred(node, "sources")
        for source in sources:
            named = named_by(arn)
            says = _TRAVELS.get(named[0], "events") if named else _travels(owners, source)
            yield Edge(source, node, "flow", (says,))


def _travels(owners: Owners, source: str) -> str:
    service = owners.nodes[source].service if source in owners.nodes else ""
    return {"DynamoDB table": "changes", "Kinesis stream": "records", "SQS queue": "messages"}.get(service, "events")


def _rules(owners: Owners) -> Iterator[Edge]:
    """Yield arrows from AWS's own services or another's bus to the box of the rules, and from there to the targets."""
    rules = {rule.value("name"): rule for rule in owners.document.of("aws_cloudwatch_event_rule")}
    for rule in rules.values():
        node, bus = owners.of(rule), rule.value("event_bus_name")
        of_bus = (
            owners.of_arn(f"arn:::::event-bus/{bus}".replace("arn::", "arn::events")) if isinstance(bus, str) else None
        )
        pattern = parsed(rule.value("event_pattern"))
        if of_bus and of_bus != node:
            yield Edge(of_bus, node, "flow", ("events",))
        elif isinstance(pattern, Mapping):
            for source in pattern.get("source", ()):
                if isinstance(source, str) and source.startswith("aws."):
                    types = tuple(one for one in pattern.get("detail-type", ()) if isinstance(one, str))
                    yield Edge(outside(source.removeprefix("aws.")).id, node, "flow", types or ("events",))
    for target in owners.document.of("aws_cloudwatch_event_target"):
        by = rules.get(target.value("rule"))
        says = (_key(by) or owners.short(str(by.value("name")))) if by else _key(target)
        end = _end(owners, target.value("arn"))
        if end:
            yield Edge(owners.of(target), end, "flow", (says,) if says else ())


def _schedules(owners: Owners) -> Iterator[Edge]:
    for schedule in owners.document.of("aws_scheduler_schedule"):
        arn = schedule.value("target", 0, "arn")
        # a universal target is called by name: arn:aws:scheduler:::aws-sdk:sqs:sendMessage
        call = str(arn).partition(":aws-sdk:")[2]
        end = outside(call.partition(":")[0]).id if call else _end(owners, arn)
        expression = schedule.value("schedule_expression")
        says = (expression,) if isinstance(expression, str) else ("schedule",)
        if end:
            yield Edge(owners.of(schedule), end, "flow", says)


def _subscriptions(owners: Owners) -> Iterator[Edge]:
    for subscription in owners.document.of("aws_sns_topic_subscription"):
        topic = owners.of_arn(subscription.value("topic_arn")) or owners.of(subscription)
        endpoint, protocol = subscription.value("endpoint"), subscription.value("protocol")
        end = _end(owners, endpoint) or (None if endpoint is UNKNOWN else outside(str(protocol)).id)
        says = "filtered" if isinstance(subscription.value("filter_policy"), str) else "notifications"
        if end:
            yield Edge(topic, end, "flow", (says,))


def _integrations(owners: Owners) -> Iterator[Edge]:
    """Yield the routes of APIs; of one that is described in OpenAPI, its operations."""
    for integration in owners.document.of("aws_apigatewayv2_integration"):
        if end := _end(owners, integration.value("integration_uri")) or _direct(owners, integration):
            yield Edge(owners.of(integration), end, "flow", (_key(integration) or "requests",))
    for api in owners.document.of("aws_api_gateway_rest_api"):
        body = parsed(api.value("body"))
        for says, arn in _operations(body) if isinstance(body, Mapping) else ():
            if end := _end(owners, arn):
                yield Edge(owners.of(api), end, "flow", (says,))
    for integration in owners.document.of("aws_api_gateway_integration"):
        if end := _end(owners, integration.value("uri")):
            yield Edge(owners.of(integration), end, "flow", (_key(integration) or "requests",))


def _direct(owners: Owners, integration: Resource) -> str | None:
    """Return what a route calls without a function between: the box of that service that the API has a right on."""
    subtype = integration.value("integration_subtype")
    if not isinstance(subtype, str):
        return None
    service = {"eventbridge": "events", "stepfunctions": "states"}.get(name := subtype.partition("-")[0].lower(), name)
    node = owners.of(integration)
    granted = {
        owner
        for policy in owners.document.of("aws_iam_role_policy")
        if owners.of(policy) == node
        for right in allowed(owners, policy)
        for arn in right.resources
        if (named := named_by(arn)) and named[0] == service and (owner := owners.of_arn(arn))
    }
    return granted.pop() if len(granted) == 1 else outside(service).id


def _operations(body: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    for path, methods in body.get("paths", {}).items():
        for method, operation in methods.items() if isinstance(methods, Mapping) else ():
            integration = operation.get("x-amazon-apigateway-integration", {}) if isinstance(operation, Mapping) else {}
            name = "ANY" if method == "x-amazon-apigateway-any-method" else method.upper()
            yield f"{name} {path}", integration.get("uri")


def _deliveries(owners: Owners) -> Iterator[Edge]:
    """Yield the ends of Firehose and of pipes, which take from one and put to another."""
    for stream in owners.document.of("aws_kinesis_firehose_delivery_stream"):
        node = owners.of(stream)
        source = _end(owners, stream.value("kinesis_source_configuration", 0, "kinesis_stream_arn"))
        bucket = _end(owners, stream.value("extended_s3_configuration", 0, "bucket_arn"))
        if source:
            yield Edge(source, node, "flow", ("records",))
        if bucket:
            yield Edge(node, bucket, "flow", ("objects",))
        text = json.dumps(stream.value("extended_s3_configuration", 0, "processing_configuration"), default=str)
        for arn in re.findall(r'"(arn:[^"]+:lambda:[^"]+)"', text):
            if end := _end(owners, arn):
                yield Edge(node, end, "flow", ("transforms",))
    for pipe in owners.document.of("aws_pipes_pipe"):
        node = owners.of(pipe)
        source, end = _end(owners, pipe.value("source")), _end(owners, pipe.value("target"))
        yield from (Edge(one, node, "flow", ("events",)) for one in [source] if one)
        yield from (Edge(node, one, "flow", ("events",)) for one in [end] if one)


def _triggers(owners: Owners) -> Iterator[Edge]:
    """Yield the functions that a user pool or a bucket calls."""
    for pool in owners.document.of("aws_cognito_user_pool"):
        settings = pool.value("lambda_config", 0)
        for trigger, arn in settings.items() if isinstance(settings, Mapping) else ():
            inner = arn[0].get("lambda_arn") if isinstance(arn, list) and arn and isinstance(arn[0], Mapping) else arn
            if end := _end(owners, inner):
                yield Edge(owners.of(pool), end, "flow", (trigger.removesuffix("_config").replace("_", " "),))
    for notification in owners.document.of("aws_s3_bucket_notification"):
        for block, argument in (
            ("lambda_function", "lambda_function_arn"),
            ("queue", "queue_arn"),
            ("topic", "topic_arn"),
        ):
            blocks = notification.value(block)
            for at in range(len(blocks) if isinstance(blocks, list) else 0):
                if end := _end(owners, notification.value(block, at, argument)):
                    yield Edge(owners.of(notification), end, "flow", ("objects",))


def _results(owners: Owners) -> Iterator[Edge]:
    """Yield where a function's results and failures go."""
    for config in owners.document.of("aws_lambda_function_event_invoke_config"):
        for outcome in ("on_success", "on_failure"):
            arn = config.value("destination_config", 0, outcome, 0, "destination")
            yield from _failure(owners, config, arn, outcome.replace("_", " "))
    for mapping in owners.document.of("aws_lambda_event_source_mapping"):
        arn = mapping.value("destination_config", 0, "on_failure", 0, "destination_arn")
        yield from _failure(owners, mapping, arn, "on failure")


def _dead_letters(owners: Owners) -> Iterator[Edge]:
    for type_, path in (
        ("aws_lambda_function", ("dead_letter_config", 0, "target_arn")),
        ("aws_cloudwatch_event_target", ("dead_letter_config", 0, "arn")),
        ("aws_scheduler_schedule", ("target", 0, "dead_letter_config", 0, "arn")),
    ):
        for resource in owners.document.of(type_):
            yield from _failure(owners, resource, resource.value(*path), "dead letters")
    for type_ in ("aws_sqs_queue", "aws_sns_topic_subscription"):
        for resource in owners.document.of(type_):
            policy = parsed(resource.value("redrive_policy"))
            arn = policy.get("deadLetterTargetArn") if isinstance(policy, Mapping) else None
            yield from _failure(owners, resource, arn, "dead letters")


def _failure(owners: Owners, by: Resource, arn: object, says: str) -> Iterator[Edge]:
    """Yield where what failed goes; a queue of the module's own is told in its box."""
    end, node = _end(owners, arn), owners.of(by)
    if end == node:
        yield Edge(node, node, "failure", ("failure queue" if says == "on failure" else says,))
    elif end:
        yield Edge(node, end, "flow" if says == "on success" else "failure", (says,))


def _clients(owners: Owners) -> Iterator[Edge]:
    """Yield what people and their programs reach from outside."""
    for type_, says in _REACHED.items():
        for resource in owners.document.of(type_):
            yield Edge(CLIENTS.id, owners.of(resource), "flow", (says,))
    for balancer in owners.document.of("aws_lb"):
        if balancer.value("internal") is not True:
            yield Edge(CLIENTS.id, owners.of(balancer), "flow", ("https",))


def _permissions(owners: Owners, reached: set[tuple[str, str]]) -> Iterator[Edge]:
    """Yield calls that only the permission shows, because the plan doesn't know the address yet."""
    for permission in owners.document.of("aws_lambda_permission"):
        named = permission.value("function_name")
        target = function_of(owners.document, permission, "function_name", named)
        node = owners.of(permission)
        if isinstance(target, Target) and node in owners.nodes:
            end = owners.of(target.function)
            if (node, end) not in reached and node != end:
                says = _CALLERS.get(str(permission.value("principal")), "calls")
                yield Edge(node, end, "flow", (_key(permission) if " " in _key(permission) else says,))
