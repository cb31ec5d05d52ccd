# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""A schedule that was changed or made anew fires again, and within a second of its time.

MiniStack remembers by name that a schedule has fired, beyond its deletion, its update and a reset: a one-time schedule
made again never fires. It also looks at schedules and scheduled rules every ten seconds only, for which every test of
one would wait.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from __future__ import annotations

from typing import Any

from ministack.services import eventbridge, scheduler

_SECONDS = 1

# What each name stood for when it fired last.
_fired: dict[Any, tuple[Any, ...]] = {}


def install() -> None:
    """Look more often, and forget what fired under another schedule's name."""
    scheduler._SCHEDULE_TICK_INTERVAL = _SECONDS
    eventbridge._SCHEDULER_TICK_INTERVAL = _SECONDS
    tick = scheduler._tick_schedules

    def tick_schedules(*arguments: Any, **named: Any) -> None:
        for key in list(scheduler._schedule_last_fired):
            if _identity(key) != _fired.get(key):
                del scheduler._schedule_last_fired[key]
        tick(*arguments, **named)
        _fired.clear()
        _fired.update((key, _identity(key)) for key in scheduler._schedule_last_fired)

    scheduler._tick_schedules = tick_schedules


def _identity(key: Any) -> tuple[Any, ...]:
    schedule = scheduler._schedules._data.get(key) or {}
    return tuple(schedule.get(name) for name in ("CreationDate", "ScheduleExpression", "ScheduleExpressionTimezone"))
