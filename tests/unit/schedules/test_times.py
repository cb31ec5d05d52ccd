"""When expressions of EventBridge Scheduler are due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from eventyard_localstack.schedules.times import parse


def due(expression, since, until, *, zone="UTC"):
    since, until = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (since, until))
    found = parse(expression).due(ZoneInfo(zone), begun=since, since=since, until=until)
    return [one.strftime("%m-%d %H:%M") for one in found]


@pytest.mark.parametrize(
    ("expression", "days"),
    [
        ("cron(0 9 L * ? 2026)", ["02-28"]),
        ("cron(0 9 LW * ? 2026)", ["02-27"]),
        ("cron(0 9 15W * ? 2026)", ["02-16"]),
        ("cron(0 9 1W * ? 2026)", ["02-02"]),
        ("cron(0 9 28W * ? 2026)", ["02-27"]),
        ("cron(0 9 ? * 2#1 2026)", ["02-02"]),
        ("cron(0 9 ? * FRIL 2026)", ["02-27"]),
        ("cron(0 9 ? * 6L 2026)", ["02-27"]),
        ("cron(0 9 ? FEB SUN 2026)", ["02-01", "02-08", "02-15", "02-22"]),
        ("cron(0 9 10/9 2 ? 2026)", ["02-10", "02-19", "02-28"]),
        ("cron(0 9 ? * MON-FRI 2027)", []),
    ],
)
def test_days_of_february_2026(expression, days):
    found = due(expression, "2026-01-31T23:59:59", "2026-02-28T23:59:59")
    assert found == [f"{day} 09:00" for day in days]


def test_minutes_and_hours():
    found = due("cron(0/20 8-9,22 * * ? *)", "2026-03-01T00:00:00", "2026-03-01T23:59:00")
    assert found == [f"03-01 {hour:02}:{minute:02}" for hour in (8, 9, 22) for minute in (0, 20, 40)]


def test_a_time_the_clocks_skip_is_left_out_and_one_they_show_twice_counts_once():
    assert due("cron(30 1 * * ? *)", "2026-03-28T12:00:00", "2026-03-30T12:00:00", zone="Europe/London") == [
        "03-30 00:30"
    ]
    assert due("cron(30 1 * * ? *)", "2026-10-24T12:00:00", "2026-10-26T12:00:00", zone="Europe/London") == [
        "10-25 00:30",
        "10-26 01:30",
    ]


def test_a_rate_is_due_when_it_begins_and_then_at_each_interval():
    begun = datetime(2026, 1, 1, tzinfo=UTC)
    looks = [None, *(begun + timedelta(seconds=30 * step) for step in range(41))]
    found = []
    for since, until in pairwise(looks):
        found += parse("rate(5 minutes)").due(UTC, begun=begun, since=since, until=until)
    assert found == [begun + timedelta(minutes=minutes) for minutes in (0, 5, 10, 15, 20)]


@pytest.mark.parametrize(("made", "expected"), [("10:00:30", 1), ("10:02:00", 0), ("09:59:00", 0)])
def test_one_made_in_the_minute_it_is_due_is_not_too_late(made, expected):
    now = datetime.fromisoformat(f"2026-05-01T{made}").replace(tzinfo=UTC)
    once = parse("at(2026-05-01T12:00:00)")
    assert len(once.due(ZoneInfo("Europe/Madrid"), begun=now, since=None, until=now)) == expected
