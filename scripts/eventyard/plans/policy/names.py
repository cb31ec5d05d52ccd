"""A rule on names: what AWS overwrites without a word when it is made twice has a name of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from eventyard.plans.document import UNKNOWN, Resource
from eventyard.plans.policy.rule import Breach, Rule, unseen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from eventyard.plans.document import Document

# what is one namespace → types in it → the arguments that make the name
_NAMESPACES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "alarm": {
        "aws_cloudwatch_composite_alarm": ("alarm_name",),
        "aws_cloudwatch_metric_alarm": ("alarm_name",),
    },
    "dashboard": {"aws_cloudwatch_dashboard": ("dashboard_name",)},
    "metric filter": {"aws_cloudwatch_log_metric_filter": ("log_group_name", "name")},
    "rule": {"aws_cloudwatch_event_rule": ("event_bus_name", "name")},
    "topic": {"aws_sns_topic": ("name",)},
}


def _overwritten(document: Document) -> Iterator[Breach]:
    for what, types in _NAMESPACES.items():
        first: dict[tuple[object, ...], Resource] = {}
        for type_, arguments in types.items():
            for resource in document.of(type_):
                *within, last = arguments
                name = (*(resource.value(argument) for argument in within), resource.optional(last))
                if UNKNOWN in name:
                    yield unseen(resource, f"the name of the {what}")
                elif name[-1] is not None:  # where nobody sets it AWS, or a prefix, makes one that is nobody else's
                    other = first.setdefault((_place(resource), *name), resource)
                    if other is not resource:
                        yield _breach(resource, what, str(name[-1]), other)


def _place(resource: Resource) -> str:
    """Return what tells regions and accounts apart: in a plan the provider's configuration, in a state the ARN."""
    return resource.provider or ":".join(str(resource.value("arn")).split(":")[3:5])


def _breach(resource: Resource, what: str, name: str, other: Resource) -> Breach:
    advice = "give one of the modules an `alarms.prefix`" if what == "alarm" else f"give the {what} a name of its own"
    return Breach(
        resource.address, f"the {what} {name} is {other.address} too, and the last one applied is what stays", advice
    )


RULES = (
    Rule(
        id="overwritten",
        says="No two alarms, dashboards, metric filters, rules or topics of a region have one name",
        reason="AWS refuses none of them: the second takes the first one's place, and each apply undoes the other's",
        source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html",
        check=_overwritten,
    ),
)
