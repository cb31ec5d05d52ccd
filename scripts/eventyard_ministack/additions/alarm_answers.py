# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""Alarms are kept and read back whole, by the XML protocol too.

`PutMetricAlarm` and `PutCompositeAlarm` take, and `DescribeAlarms` answers, every attribute of an alarm. MiniStack
keeps few of the rarer ones (metric math, the extended statistic, actions on missing data), and its XML answer, which
Terraform's provider reads, names eight of some twenty-five: every second plan wants to change every alarm.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_CompositeAlarm.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from ministack.services import cloudwatch

# In the order of the API reference. What MiniStack does not keep by itself is in `_KEPT`.
_METRIC_ALARM = [
    "AlarmName",
    "AlarmArn",
    "AlarmDescription",
    "AlarmConfigurationUpdatedTimestamp",
    "ActionsEnabled",
    "OKActions",
    "AlarmActions",
    "InsufficientDataActions",
    "StateValue",
    "StateReason",
    "StateReasonData",
    "StateUpdatedTimestamp",
    "MetricName",
    "Namespace",
    "Statistic",
    "ExtendedStatistic",
    "Dimensions",
    "Period",
    "Unit",
    "EvaluationPeriods",
    "DatapointsToAlarm",
    "Threshold",
    "ComparisonOperator",
    "TreatMissingData",
    "EvaluateLowSampleCountPercentile",
    "Metrics",
    "ThresholdMetricId",
]
_COMPOSITE_ALARM = [
    "ActionsEnabled",
    "AlarmActions",
    "AlarmArn",
    "AlarmConfigurationUpdatedTimestamp",
    "AlarmDescription",
    "AlarmName",
    "AlarmRule",
    "InsufficientDataActions",
    "OKActions",
    "StateReason",
    "StateReasonData",
    "StateUpdatedTimestamp",
    "StateValue",
    "ActionsSuppressor",
    "ActionsSuppressorWaitPeriod",
    "ActionsSuppressorExtensionPeriod",
]
_KEPT = [
    "ExtendedStatistic",
    "InsufficientDataActions",
    "EvaluateLowSampleCountPercentile",
    "Metrics",
    "ThresholdMetricId",
    "ActionsSuppressor",
    "ActionsSuppressorWaitPeriod",
    "ActionsSuppressorExtensionPeriod",
]
# An alarm on metric math has none of its own.
_OF_ONE_METRIC = frozenset({"MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Dimensions", "Period"})
_NUMBERS = frozenset({"Period", "ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod"})
_OK = 200

Answer = tuple[int, dict[str, str], Any]
Handler = Callable[..., Answer]


def install() -> None:
    """Keep what is put, and answer it."""
    cloudwatch._put_metric_alarm = _keeping(cloudwatch._put_metric_alarm, "_alarms")
    cloudwatch._put_composite_alarm = _keeping(cloudwatch._put_composite_alarm, "_composite_alarms")
    cloudwatch._describe_alarms = _answering(cloudwatch._describe_alarms)


def _keeping(original: Handler, store: str) -> Handler:
    def put(params: Any, data: Any, is_cbor: bool, is_json: bool = False) -> Answer:
        answer = original(params, data, is_cbor, is_json)
        if answer[0] == _OK:
            given = data if is_cbor or is_json else tree(params)
            alarm = getattr(cloudwatch, store)[given["AlarmName"]]
            alarm.update({name: given[name] for name in _KEPT if name in given})
            if "ExtendedStatistic" in given or "Metrics" in given:
                alarm["Statistic"] = None
        return answer

    return put


def _answering(original: Handler) -> Handler:
    def describe(params: Any, data: Any, is_cbor: bool, is_json: bool = False) -> Answer:
        if is_cbor or is_json:
            return original(params, data, is_cbor, is_json)
        # Its JSON answer is whole: the same question, asked that way.
        status, _, body = original({}, tree(params), False, True)
        if status != _OK:
            return original(params, data, is_cbor, is_json)
        found = json.loads(body)
        metric = "".join(_alarm_xml(alarm, _METRIC_ALARM) for alarm in found["MetricAlarms"])
        composite = "".join(_alarm_xml(alarm, _COMPOSITE_ALARM) for alarm in found["CompositeAlarms"])
        token = f"<NextToken>{escape(found['NextToken'])}</NextToken>" if "NextToken" in found else ""
        result = f"<MetricAlarms>{metric}</MetricAlarms><CompositeAlarms>{composite}</CompositeAlarms>{token}"
        answer: Answer = cloudwatch._xml(
            _OK, "DescribeAlarmsResponse", f"<DescribeAlarmsResult>{result}</DescribeAlarmsResult>"
        )
        return answer

    return describe


def tree(params: Mapping[str, Any]) -> dict[str, Any]:
    """Read the flat names of the query protocol (`Metrics.member.1.Id`) as the structure they stand for."""
    root: dict[str, Any] = {}
    for name, value in params.items():
        *path, last = name.split(".")
        node = root
        for part in path:
            node = node.setdefault(part, {})
        node[last] = value[0] if isinstance(value, list) else value
    return {name: _typed(name, value) for name, value in root.items()}


def _typed(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        if set(value) == {"member"} and isinstance(value["member"], dict):
            return [_typed(name, item) for _, item in sorted(value["member"].items(), key=lambda pair: int(pair[0]))]
        return {part: _typed(part, item) for part, item in value.items()}
    if name in _NUMBERS:
        return int(value)
    return value == "true" if value in ("true", "false") else value


def _alarm_xml(alarm: Mapping[str, Any], names: list[str]) -> str:
    left_out = _OF_ONE_METRIC if alarm.get("Metrics") else frozenset()
    kept = ((name, alarm.get(name)) for name in names if name not in left_out)
    return f"<member>{''.join(_xml(name, value) for name, value in kept if value not in (None, ''))}</member>"


def _xml(name: str, value: Any) -> str:
    return f"<{name}>{_content(name, value)}</{name}>"


def _content(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return "".join(_xml(part, item) for part, item in value.items())
    if isinstance(value, list):
        return "".join(_xml("member", item) for item in value)
    if isinstance(value, bool):
        return str(value).lower()
    if name.endswith("Timestamp") and isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC).isoformat().replace("+00:00", "Z")
    return escape(str(value))
