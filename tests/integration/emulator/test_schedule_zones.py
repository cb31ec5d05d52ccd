"""A schedule goes by the clock of its time zone, also when that is put forward or back."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from botocore.exceptions import ClientError

from eventyard.testing.waiting import eventually, never

TOKYO, HONOLULU = "Asia/Tokyo", "Pacific/Honolulu"
# Asks the scheduler itself, in the emulator's interpreter: nobody can wait for the clocks to change.
ASKS = """
import sys
from datetime import datetime
from eventyard_ministack.additions.schedule_zones import install, zoned
install()
from ministack.services import eventbridge
expression, zone, moment = sys.argv[1:]
moment = datetime.fromisoformat(moment)
fields = eventbridge._parse_cron_fields(zoned(expression, zone))
for _ in range(3):
    moment = eventbridge._cron_next_fire(fields, moment)
    print(moment.strftime("%Y-%m-%dT%H:%MZ"))
"""


def once(bench, at, zone):
    """Make a schedule that sends a message at a time of a zone, and return the queue."""
    url = bench.queue()
    bench.client("scheduler").create_schedule(
        Name=bench.unique("schedule"),
        ScheduleExpression=f"at({at.strftime('%Y-%m-%dT%H:%M:%S')})",
        ScheduleExpressionTimezone=zone,
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": f"arn:aws:sqs:{bench.region}:{bench.account}:{url.rpartition('/')[2]}",
            "RoleArn": bench.role(service="scheduler.amazonaws.com"),
            "Input": "{}",
        },
    )
    return url


def test_a_time_is_one_of_the_schedules_zone(bench):
    url = once(bench, datetime.now(ZoneInfo(TOKYO)) + timedelta(seconds=1), TOKYO)
    assert eventually(lambda: bench.receive(url, wait=1), timeout=10)


def test_a_time_that_is_past_in_utc_can_be_to_come(bench):
    url = once(bench, datetime.now(UTC) - timedelta(seconds=1), HONOLULU)
    never(lambda: bench.receive(url, wait=0), for_seconds=2.5)


@pytest.mark.parametrize(
    ("expression", "after", "times"),
    [
        # 02:30 is left out on 29 March.
        ("cron(30 2 * * ? *)", "2026-03-28T00:00+00:00", ["03-28T01:30Z", "03-30T00:30Z", "03-31T00:30Z"]),
        # 02:30 is there twice on 25 October.
        ("cron(30 2 * * ? *)", "2026-10-24T00:00+00:00", ["10-24T00:30Z", "10-25T00:30Z", "10-26T01:30Z"]),
        ("cron(0 8 * * ? *)", "2026-03-28T00:00+00:00", ["03-28T07:00Z", "03-29T06:00Z", "03-30T06:00Z"]),
    ],
    ids=["left-out", "repeated", "kept"],
)
def test_the_clocks_change(pythons, pytestconfig, tmp_path, expression, after, times):
    found = subprocess.run(
        [pythons[0], "-c", ASKS, expression, "Europe/Berlin", after],
        cwd=tmp_path,
        env={"PYTHONPATH": str(pytestconfig.rootpath / "scripts")},
        check=True,
        capture_output=True,
        text=True,
    )
    assert found.stdout.split() == [f"2026-{time}" for time in times]


def test_a_zone_that_there_is_not_is_refused(bench):
    with pytest.raises(ClientError, match="Invalid ScheduleExpressionTimezone"):
        once(bench, datetime.now(UTC), "Moon/Crater")


def test_upstream_still_takes_every_zone_for_utc(plain):
    url = once(plain, datetime.now(UTC) - timedelta(seconds=1), HONOLULU)
    assert eventually(lambda: plain.receive(url, wait=1), timeout=20)
