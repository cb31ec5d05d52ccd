"""One call of a schedule's target: with its context filled in, tried again, and at the end a dead letter.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html
https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError
from localstack.aws.connect import connect_to
from localstack.utils.aws.arns import sqs_queue_url_for_arn

_SDK = {"eventbridge": "events", "sfn": "stepfunctions", "cloudwatchlogs": "logs"}
"""Services that a universal target calls by another name than boto3 does."""

_LONGEST_PAUSE_SECONDS = 60.0
_SERVER_ERROR = 500
_TOO_MANY = 429


@dataclass(frozen=True)
class Call:
    """What a schedule does when it is due.

    Parameters
    ----------
    account, region
        The schedule's.
    schedule
        Its ARN.
    target
        As it was given to `CreateSchedule`.
    due
        When it was due, as AWS writes it.
    """

    account: str
    region: str
    schedule: str
    target: dict[str, Any]
    due: str
    execution: str = field(default_factory=lambda: str(uuid.uuid4()))
    begun: float = field(default_factory=time.monotonic)

    def start(self) -> None:
        """Make the call on a thread of its own."""
        threading.Thread(target=self._try, args=(1,), daemon=True).start()

    def _try(self, attempt: int) -> None:
        try:
            _send(self, self._input(attempt))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the dead letter's reason
            self._failed(attempt, error)

    def _input(self, attempt: int) -> str:
        context = {
            "schedule-arn": self.schedule,
            "scheduled-time": self.due,
            "execution-id": self.execution,
            "attempt-number": str(attempt),
        }
        text: str = self.target.get("Input") or json.dumps(self._event())
        for name, value in context.items():
            text = text.replace(f"<aws.scheduler.{name}>", value)
        return text

    def _event(self) -> dict[str, Any]:
        """Return what a target gets that no input was given for."""
        return {
            "version": "0",
            "id": self.execution,
            "detail-type": "Scheduled Event",
            "source": "aws.scheduler",
            "account": self.account,
            "time": self.due,
            "region": self.region,
            "resources": [self.schedule],
            "detail": "{}",
        }

    def _failed(self, attempt: int, error: Exception) -> None:
        policy = self.target.get("RetryPolicy", {})
        pause = min(2.0 ** (attempt - 1), _LONGEST_PAUSE_SECONDS)
        exhausted = ""
        if attempt > policy.get("MaximumRetryAttempts", 185):
            exhausted = "MaximumRetryAttempts"
        elif time.monotonic() + pause - self.begun > policy.get("MaximumEventAgeInSeconds", 86400):
            exhausted = "MaximumEventAgeInSeconds"
        if _passes(error) and not exhausted:
            timer = threading.Timer(pause, self._try, args=(attempt + 1,))
            timer.daemon = True
            timer.start()
            return
        dead_letters = self.target.get("DeadLetterConfig", {}).get("Arn")
        if dead_letters:
            self._bury(dead_letters, attempt, error, exhausted)

    def _bury(self, queue: str, attempt: int, error: Exception, exhausted: str) -> None:
        known = error.response["Error"] if isinstance(error, ClientError) else {}
        reasons = {
            "SCHEDULE_ARN": self.schedule,
            "TARGET_ARN": self.target["Arn"],
            "ERROR_CODE": known.get("Code", type(error).__name__),
            "ERROR_MESSAGE": known.get("Message") or str(error) or type(error).__name__,
            "RETRY_ATTEMPTS": str(attempt - 1),
            "EXECUTION_ID": self.execution,
            "IS_PAYLOAD_TRUNCATED": "false",
            **({"EXHAUSTED_RETRY_CONDITION": exhausted} if exhausted else {}),
        }
        self.client("sqs", queue).send_message(
            QueueUrl=sqs_queue_url_for_arn(queue),
            MessageBody=self._input(attempt),
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value} for name, value in reasons.items() if value
            },
        )

    def client(self, service: str, arn: str = "") -> Any:
        """Return a client of the region that `arn` names, or of the schedule's."""
        region = next(iter(arn.split(":")[3:4]), "") or self.region
        return connect_to(aws_access_key_id=self.account, region_name=region).get_client(service)


def _passes(error: Exception) -> bool:
    """Tell whether another try may succeed: not where the target is gone, or refuses what it gets."""
    if not isinstance(error, ClientError):
        return False
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    return bool(status >= _SERVER_ERROR or status == _TOO_MANY)


def _send(call: Call, text: str) -> None:
    target, arn = call.target, call.target["Arn"]
    service = arn.split(":")[2]
    if service == "scheduler":
        _, _, called, action = arn.rsplit(":", 3)
        getattr(call.client(_SDK.get(called, called)), xform_name(action))(**json.loads(text))
    elif service == "lambda":
        call.client("lambda", arn).invoke(FunctionName=arn, InvocationType="Event", Payload=text)
    elif service == "sqs":
        call.client("sqs", arn).send_message(
            QueueUrl=sqs_queue_url_for_arn(arn), MessageBody=text, **target.get("SqsParameters", {})
        )
    elif service == "sns":
        call.client("sns", arn).publish(TopicArn=arn, Message=text)
    elif service == "states":
        call.client("stepfunctions", arn).start_execution(stateMachineArn=arn, input=text)
    elif service == "kinesis":
        name = arn.rpartition("/")[2]
        call.client("kinesis", arn).put_record(StreamName=name, Data=text, **target.get("KinesisParameters", {}))
    elif service == "firehose":
        name = arn.rpartition("/")[2]
        call.client("firehose", arn).put_record(DeliveryStreamName=name, Record={"Data": text})
    elif service == "events":
        call.client("events", arn).put_events(
            Entries=[{"EventBusName": arn, "Detail": text, **target.get("EventBridgeParameters", {})}]
        )
    else:
        raise ValueError(f"Schedules do not call {service} here")
