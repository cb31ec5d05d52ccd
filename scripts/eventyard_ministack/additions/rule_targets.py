# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""A rule and a schedule reach streams, delivery streams and log groups, and what reaches nothing is a dead letter.

MiniStack takes such targets and drops the event. It does the same when a target is gone, whatever `DeadLetterConfig`
it has; on AWS the event then goes to that queue, with attributes that say of which rule it was and what went wrong.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
"""

from __future__ import annotations

import base64
import json
import logging
import time
from typing import TYPE_CHECKING, Any

from ministack.core.arn import Arn, ArnParseError, parse_arn
from ministack.core.responses import new_uuid
from ministack.services import cloudwatch_logs, eventbridge, firehose, kinesis, lambda_svc, sns, sqs, stepfunctions

from eventyard_ministack import handover

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LOG = logging.getLogger(__name__)
Record = dict[str, Any]


def install() -> None:
    """Look at every target before MiniStack does."""
    original = eventbridge._invoke_target

    def invoke(target: Record, event: Record, rule: Record, view: Any = None) -> None:
        try:
            spec = parse_arn(target.get("Arn", ""))
        except ArnParseError:
            original(target, event, rule, view)
            return
        whole = (view or eventbridge._pattern_event_view(event)).event_with_detail()
        there = _THERE.get(_kind(spec))
        if there is not None and not there(spec):
            bury(target, rule, whole, "NO_RESOURCE", "The target does not exist")
        elif spec.service in _PUTS:
            _PUTS[spec.service](spec, target, whole, _payload(target, rule, view, whole))
        else:
            original(target, event, rule, view)

    eventbridge._invoke_target = invoke


def _kind(spec: Arn) -> str:
    return str(spec.service if spec.service != "events" else spec.resource.split("/", 1)[0])


def _name(spec: Arn) -> str:
    return str(spec.resource.split("/", 1)[-1])


def _log_group(spec: Arn) -> str:
    return str(spec.resource.removeprefix("log-group:").removesuffix(":*"))


_THERE: Mapping[str, Callable[[Arn], Any]] = {
    "api-destination": lambda spec: _name(spec).split("/")[0] in eventbridge._api_destinations,
    "event-bus": lambda spec: _name(spec) in eventbridge._event_buses or _name(spec) == "default",
    "firehose": lambda spec: firehose._streams.get(_name(spec)),
    "kinesis": lambda spec: kinesis._resolve_stream_by_arn(str(spec)),
    "lambda": lambda spec: lambda_svc._get_func_record_for_ref(str(spec))[0],
    "logs": lambda spec: _log_group(spec) in cloudwatch_logs._log_groups,
    "sns": lambda spec: str(spec) in sns._topics,
    "sqs": lambda spec: sqs._queue_by_arn(str(spec)),
    "states": lambda spec: stepfunctions._resolve_state_machine_arn(str(spec)),
}


def _payload(target: Record, rule: Record, view: Any, whole: Record) -> str:
    """Return what the target gets: its own text, a part of the event, or all of it."""
    if target.get("InputTransformer"):
        text: str = eventbridge._apply_input_transformer(target["InputTransformer"], rule, view)
        return text
    return target.get("Input") or json.dumps(_at(whole, target.get("InputPath", "$")))


def _at(value: Any, path: str) -> Any:
    for step in path.removeprefix("$").split("."):
        if step:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def _to_stream(spec: Arn, target: Record, whole: Record, payload: str) -> None:
    settings = target.get("KinesisParameters") or {}
    key = settings.get("PartitionKey") or _at(whole, settings.get("PartitionKeyPath") or "$.id")
    kinesis.put_record_internal(str(spec), str(key), payload.encode())


def _to_delivery_stream(spec: Arn, _target: Record, _whole: Record, payload: str) -> None:
    firehose._put_record(
        {"DeliveryStreamName": _name(spec), "Record": {"Data": base64.b64encode(payload.encode()).decode()}}
    )


def _to_log_group(spec: Arn, _target: Record, _whole: Record, payload: str) -> None:
    place = {"logGroupName": _log_group(spec), "logStreamName": new_uuid()}
    cloudwatch_logs._create_log_stream(place)
    event = {"timestamp": int(time.time() * 1000), "message": payload}
    cloudwatch_logs._put_log_events({**place, "logEvents": [event]})


_PUTS: Mapping[str, Callable[[Arn, Record, Record, str], None]] = {
    "firehose": _to_delivery_stream,
    "kinesis": _to_stream,
    "logs": _to_log_group,
}


def bury(target: Record, rule: Record, whole: Record, code: str, message: str, **more: str) -> None:
    """Send what could not be delivered to the queue its target names.

    Parameters
    ----------
    target, rule
        Where it should have gone, and the rule or the schedule that sent it there.
    whole
        The event.
    code, message
        What went wrong, in the words of AWS's list of error codes.
    more
        Further attributes.
    """
    schedule = ":scheduler:" in rule.get("Arn", "")
    said = {
        "SCHEDULE_ARN" if schedule else "RULE_ARN": rule.get("Arn", ""),
        "TARGET_ARN": target["Arn"],
        "ERROR_CODE": code,
        "ERROR_MESSAGE": message,
        "RETRY_ATTEMPTS": "0",
        **({"EXECUTION_ID": new_uuid(), "IS_PAYLOAD_TRUNCATED": "false"} if schedule else {}),
        **more,
    }
    body = json.dumps(whole) if rule.get("EventPattern") else target.get("Input") or json.dumps(whole)
    queue = (target.get("DeadLetterConfig") or {}).get("Arn", "")
    attributes = handover.attributes_of({name: ("String", text) for name, text in said.items()})
    if not handover.to_queue(queue, body, attributes):
        _LOG.warning("%s: %s, and there is no dead-letter queue: the event is dropped", target.get("Arn"), message)
