# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""A schedule goes by the clock of its time zone.

`ScheduleExpressionTimezone` says by whose clock `cron` and `at` are meant. A time that a change to summer time leaves
out is left out; one that the change back repeats fires once, the first time. MiniStack takes every zone for UTC. AWS
says nothing of an `at` whose time is left out: here it fires as long after the change as it is after the last minute
there was.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ministack.services import eventbridge, scheduler

_ZONE = "ScheduleExpressionTimezone"


class Zoned(str):
    """An expression that knows its zone: MiniStack hands its parsers nothing but the text."""

    __slots__ = ("zone",)
    zone: ZoneInfo


class ZonedFields(tuple):  # type: ignore[type-arg]  # noqa: SLOT001 - a tuple takes no slots, and MiniStack unpacks one
    """A parsed cron expression that knows its zone."""

    zone: ZoneInfo


def install() -> None:
    """Give each expression its zone before schedules are looked at, and go by it where its time is asked for."""
    scheduler._tick_schedules = _naming_zones(scheduler._tick_schedules)
    scheduler._at_time_epoch = _once(scheduler._at_time_epoch)
    scheduler._create_schedule = _checking(scheduler._create_schedule)
    scheduler._update_schedule = _checking(scheduler._update_schedule)
    eventbridge._parse_cron_fields = _parsing(eventbridge._parse_cron_fields)
    eventbridge._cron_next_fire = _next(eventbridge._cron_next_fire)


def _naming_zones(tick: Any) -> Any:
    def tick_schedules() -> None:
        for schedule in list(scheduler._schedules._data.values()):
            zone, text = schedule.get(_ZONE) or "UTC", schedule.get("ScheduleExpression", "")
            if getattr(text, "zone", ZoneInfo("UTC")).key != zone:
                schedule["ScheduleExpression"] = zoned(text, zone)
        tick()

    return tick_schedules


def _once(at: Any) -> Any:
    def at_time_epoch(expression: str) -> float | None:
        found: float | None = at(expression)
        zone = getattr(expression, "zone", None)
        if found is None or zone is None:
            return found
        return datetime.fromtimestamp(found, UTC).replace(tzinfo=zone).timestamp()

    return at_time_epoch


def _parsing(parse: Any) -> Any:
    def parse_cron_fields(expression: str) -> Any:
        fields = parse(expression)
        if fields is None or not isinstance(expression, Zoned):
            return fields
        kept = ZonedFields(fields)
        kept.zone = expression.zone
        return kept

    return parse_cron_fields


def _next(next_fire: Any) -> Any:
    def cron_next_fire(fields: Any, after: datetime) -> Any:
        if not isinstance(fields, ZonedFields):
            return next_fire(fields, after)
        # By the zone's clock, which its own functions take for UTC's.
        clock = next_fire(fields, after.astimezone(fields.zone).replace(tzinfo=UTC))
        while clock is not None:
            moment = clock.replace(tzinfo=fields.zone).astimezone(UTC)
            if moment > after and moment.astimezone(fields.zone).replace(tzinfo=UTC) == clock:
                return moment
            clock = next_fire(fields, clock)
        return None

    return cron_next_fire


def zoned(text: str, zone: str) -> Zoned:
    """Return an expression with its zone."""
    expression = Zoned(text)
    expression.zone = ZoneInfo(zone)
    return expression


def _checking(original: Any) -> Any:
    def handle(name: str, data: dict[str, Any]) -> Any:
        try:
            ZoneInfo(data.get(_ZONE) or "UTC")
        except (ZoneInfoNotFoundError, ValueError):
            return scheduler._error(400, "ValidationException", f"Invalid {_ZONE}: {data[_ZONE]}")
        return original(name, data)

    return handle
