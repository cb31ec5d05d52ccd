# ruff: noqa: SLF001 - an addition reaches into the one version of LocalStack it is written for
"""Schedules are due, in their time zones, and call their targets; LocalStack keeps them and does nothing.

A flexible time window is one in which AWS may choose a moment; here it is always the first.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from localstack.aws.api.scheduler import ValidationException
from localstack.services.scheduler import provider
from moto.scheduler.models import scheduler_backends

from eventyard_localstack.schedules.calls import Call
from eventyard_localstack.schedules.times import parse

_SECONDS = 1.0
_SEEN = "_eventyard_seen"
_LOG = logging.getLogger(__name__)


@dataclass
class _Seen:
    """What was seen of a schedule.

    Parameters
    ----------
    settings
        What decides when it is due; with others it begins anew.
    begun
        When it was first seen with these settings, or the start date they name.
    looked
        When it was looked at last, if it was.
    """

    settings: tuple[Any, ...]
    begun: datetime
    looked: datetime | None = None


def install() -> None:
    """Accept every expression AWS documents, and look at the schedules once a second."""
    provider._validate_schedule_expression = _validate
    threading.Thread(target=_sweep_for_ever, name="eventyard-schedules", daemon=True).start()


def _validate(expression: str) -> None:
    try:
        parse(expression)
    except ValueError as error:
        raise ValidationException(f"Invalid Schedule Expression {expression}.") from error


def _sweep_for_ever() -> None:
    pause = threading.Event()
    while not pause.wait(_SECONDS):
        for account, backend in list(scheduler_backends.items()):
            for region, held in list(backend.items()):
                for group in list(held.schedule_groups.values()):
                    for schedule in list(group.schedules.values()):
                        try:
                            _look(account, region, schedule, datetime.now(UTC))
                        except Exception:  # noqa: BLE001 - one that can't be looked at must not stop the others
                            _LOG.exception("Schedule %s could not be looked at", schedule.arn)


def _look(account: str, region: str, schedule: Any, now: datetime) -> None:
    """Call the schedule's target if it has become due since it was looked at last."""
    expression, zone = parse(schedule.schedule_expression), ZoneInfo(schedule.schedule_expression_timezone)
    start, end = _date(schedule.start_date), _date(schedule.end_date)
    settings = (schedule.schedule_expression, schedule.schedule_expression_timezone, start, end)
    seen = schedule.__dict__.get(_SEEN)
    if seen is None or seen.settings != settings:
        # AWS ignores the start date of a schedule that fires once.
        begun = now if start is None or expression.moment else start
        seen = schedule.__dict__[_SEEN] = _Seen(settings, begun)
    due = expression.due(zone, begun=seen.begun, since=seen.looked, until=now)
    seen.looked = now
    if expression.moment is None:
        due = [one for one in due if (start is None or one >= start) and (end is None or one <= end)]
    if schedule.state == "DISABLED":
        return
    for one in due:
        Call(account, region, schedule.arn, schedule.target, one.strftime("%Y-%m-%dT%H:%M:%SZ")).start()


def _date(value: Any) -> datetime | None:
    """Read a date as moto keeps it: seconds since 1970."""
    return None if value is None else datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=float(value))
