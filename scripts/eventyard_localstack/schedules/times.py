"""When an expression of EventBridge Scheduler is due.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

_FORM = re.compile(r"(rate|cron|at)\((.+)\)")
_MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_DAYS = {name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), 1)}
_YEARS = (1970, 2199)
_MINUTE = timedelta(minutes=1)
_PARTS = 6

Days = Callable[[date], bool]


@dataclass(frozen=True)
class Expression:
    """A parsed expression; exactly one of the three forms is set."""

    interval: timedelta | None = None
    moment: datetime | None = None
    cron: Cron | None = None

    def due(self, zone: tzinfo, *, begun: datetime, since: datetime | None, until: datetime) -> list[datetime]:
        """Return when it is due after `since` and not after `until`, both in UTC as all is.

        Parameters
        ----------
        zone
            The schedule's time zone. A time its clocks skip is left out; one they show twice counts once.
        begun
            When the schedule was made, or its `StartDate`: a rate is due at once, and from then on.
        since, until
            The stretch that is looked at; nothing was looked at before if `since` is None.
        """
        if self.moment is not None:
            # AWS keeps to the minute: one that was made in the minute it is due is not too late.
            at = self.moment.replace(tzinfo=zone).astimezone(UTC)
            return [at] if (since or begun - _MINUTE) < at <= until else []
        if self.interval is not None:
            last = begun + max(0, (until - begun) // self.interval) * self.interval
            return [last] if last <= until and (since is None or since < last) else []
        return [] if self.cron is None else self.cron.due(zone, since or until, until)


@dataclass(frozen=True)
class Cron:
    """The six fields of a cron expression."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: Days
    months: frozenset[int]
    years: frozenset[int]

    def due(self, zone: tzinfo, since: datetime, until: datetime) -> list[datetime]:
        """Return the minutes of the stretch that fit, in UTC."""
        minute = since.replace(second=0, microsecond=0) + _MINUTE
        found = []
        while minute <= until:
            if self._fits(minute.astimezone(zone)):
                found.append(minute)
            minute += _MINUTE
        return found

    def _fits(self, local: datetime) -> bool:
        return (
            not local.fold
            and local.minute in self.minutes
            and local.hour in self.hours
            and local.month in self.months
            and local.year in self.years
            and self.days(local.date())
        )


def parse(text: str) -> Expression:
    """Read `rate(…)`, `cron(…)` or `at(…)`.

    Raises
    ------
    ValueError
        It is none of them.
    """
    form = _FORM.fullmatch(text.strip())
    if form is None:
        raise ValueError(text)
    kind, inner = form.groups()
    if kind == "at":
        return Expression(moment=datetime.fromisoformat(inner))
    if kind == "rate":
        value, unit = inner.split()
        if int(value) < 1 or unit.rstrip("s") not in ("minute", "hour", "day"):
            raise ValueError(text)
        return Expression(interval=timedelta(**{f"{unit.rstrip('s')}s": int(value)}))
    fields = inner.upper().split()
    if len(fields) != _PARTS or (fields[2] == "?") == (fields[4] == "?"):
        raise ValueError(text)
    minutes, hours, day, months, weekday, years = fields
    return Expression(
        cron=Cron(
            _values(minutes, 0, 59),
            _values(hours, 0, 23),
            _of_week(weekday) if day == "?" else _of_month(day),
            _values(months, 1, 12, _MONTHS),
            _values(years, *_YEARS),
        )
    )


def _values(text: str, low: int, high: int, names: dict[str, int] | None = None) -> frozenset[int]:
    """Return what a field of `*`, numbers, names, ranges, lists and steps stands for."""

    def number(word: str) -> int:
        return (names or {}).get(word) or int(word)

    found: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        start = low if first == "*" else number(first)
        end = number(last) if last else high if first == "*" or step else start
        found |= set(range(start, end + 1, int(step or 1)))
    if not found or min(found) < low or max(found) > high:
        raise ValueError(text)
    return frozenset(found)


def _of_month(text: str) -> Days:
    if text == "L":
        return lambda day: day.day == _last(day)
    if text == "LW":
        return lambda day: day == _working(day, _last(day))
    if text.endswith("W"):
        wanted = int(text[:-1])
        return lambda day: wanted <= _last(day) and day == _working(day, wanted)
    days = _values(text, 1, 31)
    return lambda day: day.day in days


def _of_week(text: str) -> Days:
    if text == "L":
        text = "7"
    elif text.endswith("L"):
        last = _one(text[:-1])
        return lambda day: _weekday(day) == last and day.day + 7 > _last(day)
    if "#" in text:
        name, _, turn = text.partition("#")
        wanted, nth = _one(name), int(turn)
        return lambda day: _weekday(day) == wanted and (day.day + 6) // 7 == nth
    days = _values(text, 1, 7, _DAYS)
    return lambda day: _weekday(day) in days


def _one(text: str) -> int:
    (found,) = _values(text, 1, 7, _DAYS)
    return found


def _weekday(day: date) -> int:
    return day.isoweekday() % 7 + 1


def _last(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _working(day: date, wanted: int) -> date:
    """Return the working day next to day `wanted` of the month that `day` is in; it never leaves the month."""
    nearest = day.replace(day=wanted)
    saturday, sunday = nearest.isoweekday() == 6, nearest.isoweekday() == 7  # noqa: PLR2004 - ISO's numbers
    if saturday:
        return nearest + timedelta(days=2 if wanted == 1 else -1)
    if sunday:
        return nearest - timedelta(days=2) if wanted == _last(day) else nearest + timedelta(days=1)
    return nearest
