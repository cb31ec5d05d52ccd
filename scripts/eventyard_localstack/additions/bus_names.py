"""A bus is found by its ARN whatever AWS allows in its name: dots, and the slashes of a partner's source.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html
"""

from __future__ import annotations

from localstack.services.events import archive, provider, replay, utils

_RESOURCE = 5


def install() -> None:
    """Put our reading of ARNs where LocalStack's is used."""
    for module in (archive, provider, replay, utils):
        module.extract_event_bus_name = bus_name


def bus_name(arn_or_name: str | None) -> str:
    """Return a bus's name, from itself, from its ARN or from that of one of its rules."""
    if not arn_or_name:
        return "default"
    if not arn_or_name.startswith("arn:"):
        return arn_or_name
    kind, _, name = arn_or_name.split(":", _RESOURCE)[_RESOURCE].partition("/")
    if kind == "event-bus":
        return name
    # A rule of the default bus is named alone.
    return name.rpartition("/")[0] or "default"
