"""Reads the logs of several functions as one, in the order things happened."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from eventyard.operations.session import code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from eventyard.operations.session import Session

# CloudWatch shows a line some seconds after it was written, and not in order: what lies this far back is read again.
OVERLAP = timedelta(seconds=15)
INTERVAL_SECONDS = 1.0
PLATFORM = "PLATFORM"

_PLATFORM_WORDS = ("START RequestId:", "END RequestId:", "REPORT RequestId:", "INIT_START ", "EXTENSION\t")
_TIME_FORMATS = ("%Y-%m-%d %H:%M:%S,%f%z", "%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z")
# What render shows by itself, and what Powertools adds to every line and nobody reads there.
_SHOWN = {"message", "level", "timestamp", "correlation_id"}
_NOISE = {
    "service",
    "location",
    "cold_start",
    "function_name",
    "function_memory_size",
    "function_arn",
    "function_request_id",
    "xray_trace_id",
    "sampling_rate",
    "logger",
    "requestId",
    "stack_trace",
    "exception",
    "stackTrace",
}


class Clock(Protocol):
    """Time, so that tests need not wait for it."""

    def sleep(self, seconds: float, /) -> None:
        """Wait."""
        ...


@dataclass(frozen=True, order=True)
class Line:
    """One line of one function's log."""

    time: datetime
    function: str
    raw: str = field(compare=False)
    level: str | None = field(default=None, compare=False)
    message: str = field(default="", compare=False)
    correlation_id: str | None = field(default=None, compare=False)
    fields: Mapping[str, Any] = field(default_factory=dict, compare=False)


def events(
    session: Session,
    functions: Sequence[str],
    *,
    since: datetime,
    until: datetime | None = None,
    correlation_id: str | None = None,
    platform: bool = False,
) -> list[Line]:
    """Return what some functions logged, in order of time.

    Parameters
    ----------
    session
        Where the functions are.
    functions
        Their names; one that has not run yet has no log, and is no error.
    since, until
        The span of time, with time zones; to now when `until` is None.
    correlation_id
        Only what belongs to one request or event.
    platform
        Lambda's own lines (start, end, report) too.
    """
    client = session.client("logs")
    found = [
        line
        for function in functions
        for _, line in _read(client, function, since=since, until=until, correlation_id=correlation_id)
    ]
    return sorted(_chosen(found, correlation_id, platform=platform))


def follow(
    session: Session,
    functions: Sequence[str],
    *,
    since: datetime,
    correlation_id: str | None = None,
    platform: bool = False,
    interval: float = INTERVAL_SECONDS,
    clock: Clock = time,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[Line]:
    """Yield lines as they come, each once, until `stop` says so or the caller does.

    Within one look they are in order of time; a line that CloudWatch shows late comes late.
    """
    client = session.client("logs")
    looks = {function: _Look(since) for function in functions}
    while True:
        fresh: list[Line] = []
        for function, look in looks.items():
            read = _read(client, function, since=look.since, until=None, correlation_id=correlation_id)
            fresh.extend(look.news(read))
        yield from sorted(_chosen(fresh, correlation_id, platform=platform))
        if stop():
            return
        clock.sleep(interval)


def render(line: Line) -> str:
    """Return a line as a person reads it: time, function, level, message, correlation id, and what else it says."""
    moment = line.time.astimezone().strftime("%H:%M:%S.%f")[:-3]
    parts = [moment, line.function, f"{line.level or '-':<8}", line.message.rstrip()]
    if line.correlation_id:
        parts.append(f"[{line.correlation_id}]")
    parts.extend(
        f"{key}={_short(value)}"
        for key, value in line.fields.items()
        if key not in _SHOWN | _NOISE and value is not None
    )
    return "\n".join(["  ".join(parts), *_trace(line.fields)])


def _trace(fields: Mapping[str, Any]) -> list[str]:
    """Return the traceback a line carries, below it and a step to the right."""
    trace = fields.get("exception") or fields.get("stackTrace") or ()
    text = trace if isinstance(trace, str) else "\n".join(str(part).rstrip("\n") for part in trace)
    return [f"    {row}" for row in text.splitlines()]


class _Look:
    """What has been seen of one function's log, and from when on to look again."""

    def __init__(self, since: datetime) -> None:
        self.since = since
        self._seen: set[tuple[str, int]] = set()

    def news(self, read: Iterable[tuple[dict[str, Any], Line]]) -> Iterator[Line]:
        """Yield what was not there at the last look."""
        counted: Counter[str] = Counter()
        now: set[tuple[str, int]] = set()
        newest = self.since
        for event, line in read:
            # Not every target gives events an id; two equal lines in one millisecond are told apart by counting.
            name = event.get("eventId") or f"{event.get('logStreamName')} {event['timestamp']} {event['message']}"
            counted[name] += 1
            key = (name, counted[name])
            now.add(key)
            newest = max(newest, _moment(event["timestamp"]))
            if key not in self._seen:
                yield line
        self._seen = now
        self.since = max(self.since, newest - OVERLAP)


def _read(
    client: Any, function: str, *, since: datetime, until: datetime | None, correlation_id: str | None
) -> Iterator[tuple[dict[str, Any], Line]]:
    """Yield the events of one log group, page by page."""
    request: dict[str, Any] = {"logGroupName": f"/aws/lambda/{function}", "startTime": _milliseconds(since)}
    if until:
        request["endTime"] = _milliseconds(until)
    if correlation_id:
        request["filterPattern"] = json.dumps(correlation_id)
    while True:
        try:
            page = client.filter_log_events(**request)
        except Exception as error:
            if code(error) == "ResourceNotFoundException":
                return
            raise
        for event in page.get("events", []):
            yield event, parse(function, event["timestamp"], event["message"])
        if not page.get("nextToken"):
            return
        request["nextToken"] = page["nextToken"]


def parse(function: str, timestamp: int, text: str) -> Line:
    """Return one event of a log as a line; text that is no JSON object stays as it is."""
    raw = text.rstrip("\n")
    try:
        value = json.loads(raw)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        level = PLATFORM if raw.startswith(_PLATFORM_WORDS) else None
        return Line(_moment(timestamp), function, raw, level, raw)
    if str(value.get("type", "")).startswith("platform."):
        return Line(_moment(timestamp), function, raw, PLATFORM, str(value["type"]), fields=value)
    message = value.get("message", value.get("errorMessage", ""))
    found = value.get("correlation_id")
    return Line(
        time=_own_time(value.get("timestamp")) or _moment(timestamp),
        function=function,
        raw=raw,
        level=str(value["level"]) if value.get("level") else None,
        message=message if isinstance(message, str) else json.dumps(message),
        correlation_id=str(found) if found else None,
        fields=value,
    )


def _chosen(lines: Iterable[Line], correlation_id: str | None, *, platform: bool) -> Iterator[Line]:
    for line in lines:
        if line.level == PLATFORM and not platform:
            continue
        if correlation_id and line.correlation_id != correlation_id and correlation_id not in line.raw:
            continue
        if "_aws" in line.fields and not line.level and not platform:
            continue  # a metric in CloudWatch's embedded format, not meant for a person
        yield line


def _own_time(value: object) -> datetime | None:
    """Return the time a line itself says: a log's events are often stamped when they are sent."""
    for form in _TIME_FORMATS if isinstance(value, str) else ():
        try:
            return datetime.strptime(str(value), form)  # noqa: DTZ007 - every format has a %z
        except ValueError:
            continue
    return None


def _short(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str, separators=(",", ":"))


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, tz=UTC)


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
