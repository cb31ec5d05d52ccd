"""Rules on logs: every one has an end, and is Terraform's before something writes to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eventyard.plans.document import UNKNOWN, Document, Resource
from eventyard.plans.policy.rule import Breach, Rule, unseen

if TYPE_CHECKING:
    from collections.abc import Iterator

_GROUP = "aws_cloudwatch_log_group"
# resource → where it says which group it writes to
_WRITERS = {
    "aws_api_gateway_stage": ("access_log_settings", 0, "destination_arn"),
    "aws_apigatewayv2_stage": ("access_log_settings", 0, "destination_arn"),
    "aws_sfn_state_machine": ("logging_configuration", 0, "log_destination"),
}


def _retention(document: Document) -> Iterator[Breach]:
    for group in document.of(_GROUP):
        days = group.value("retention_in_days")
        if days is UNKNOWN:
            yield unseen(group, "its retention")
        elif not days:
            yield Breach(group.address, "keeps its logs for ever", "set `retention_in_days`")


def _groups(document: Document) -> Iterator[Breach]:
    for function in document.of("aws_lambda_function"):
        name = function.value("function_name")
        # `logging_config` is computed when left out; then the name follows from the function's
        stated = function.optional("logging_config")
        group = function.value("logging_config", 0, "log_group") if stated else None
        if stated is not UNKNOWN and not group:
            group = UNKNOWN if name is UNKNOWN else f"/aws/lambda/{name}"
        yield from _owned(document, function, group if stated is not UNKNOWN else UNKNOWN)
    for type_, path in _WRITERS.items():
        for writer in document.of(type_):
            if not writer.optional(str(path[0])) or writer.value(path[0], 0, "level") == "OFF":
                continue
            destination = writer.value(*path)
            if destination is UNKNOWN and document.referred(writer, str(path[0]), _GROUP):
                continue
            if destination is UNKNOWN or isinstance(destination, str):
                yield from _owned(document, writer, _group_name(destination))


def _owned(document: Document, writer: Resource, group: object) -> Iterator[Breach]:
    names = [resource.value("name") for resource in document.of(_GROUP)]
    if group in names and group is not UNKNOWN:
        return
    if group is UNKNOWN or UNKNOWN in names:
        yield unseen(writer, "which log group it writes to")
        return
    yield Breach(
        writer.address,
        f"writes to the log group {group}, which is not in this plan",
        "declare the `aws_cloudwatch_log_group`, with `retention_in_days`, and create it first",
    )


def _group_name(arn: object) -> object:
    """Return the name in `arn:aws:logs:…:log-group:NAME:*`."""
    if not isinstance(arn, str):
        return arn
    return arn.split(":log-group:", 1)[-1].removesuffix(":*")


RULES = (
    Rule(
        id="log-group",
        says="Functions, state machines and API stages that log write to a log group of the same plan",
        reason="A group AWS creates by itself has no retention, no key and no tags, and outlives the stack",
        source="https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html",
        check=_groups,
    ),
    Rule(
        id="log-retention",
        says="Every log group has a retention",
        reason="Without one CloudWatch keeps, and bills, every line for ever",
        source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
        check=_retention,
    ),
)
