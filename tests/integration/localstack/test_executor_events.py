"""Functions behind queues, streams and asynchronous calls: what fails comes back, or goes where failures go."""

from __future__ import annotations

import json
import os
import signal
from typing import TYPE_CHECKING, Any

import pytest
from tests.integration.localstack.functions import Functions

from eventyard.testing.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.support.workbench import Workbench

# Leaves a line for each batch it gets; fails messages that say so, and is killed by one that says so.
TAKES = """
import base64, json, os, sys, time

def handler(event, context):
    records = event["Records"]
    bodies = [r["body"] if "body" in r else base64.b64decode(r["kinesis"]["data"]).decode() for r in records]
    with open(os.environ["SEEN"], "a") as seen:
        seen.write(json.dumps({"bodies": bodies, "pid": os.getpid()}) + "\\n")
    if "wait" in bodies and not os.path.exists(os.environ["SEEN"] + ".go"):
        time.sleep(60)
    failed = [r["messageId"] for r in records if r.get("body") == "fail"]
    return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}
"""


@pytest.fixture(scope="module")
def functions(localstack: Workbench) -> Functions:
    return Functions(localstack)


@pytest.fixture
def seen(tmp_path: Path) -> Path:
    return tmp_path / "seen"


def batches(seen: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in seen.read_text().splitlines()] if seen.exists() else []


def arn(functions: Functions, url: str) -> str:
    attributes = functions.bench.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return str(attributes["Attributes"]["QueueArn"])


def consumer(functions: Functions, seen: Path, source: str, **mapping: Any) -> str:
    name = functions.create(TAKES, Environment={"Variables": {"SEEN": str(seen)}}, Timeout=20)
    made = functions.client.create_event_source_mapping(FunctionName=name, EventSourceArn=source, **mapping)
    eventually(lambda: functions.client.get_event_source_mapping(UUID=made["UUID"])["State"] == "Enabled")
    return name


def test_an_asynchronous_call_that_fails_is_tried_again_and_then_handed_on(functions: Functions, seen: Path) -> None:
    failures = functions.bench.queue()
    name = functions.create(
        "import os\n"
        "def handler(event, context):\n"
        "    with open(os.environ['SEEN'], 'a') as seen: seen.write(context.aws_request_id + '\\n')\n"
        "    os._exit(7)\n",
        Environment={"Variables": {"SEEN": str(seen)}},
    )
    functions.client.put_function_event_invoke_config(
        FunctionName=name,
        MaximumRetryAttempts=1,
        DestinationConfig={"OnFailure": {"Destination": arn(functions, failures)}},
    )

    called = functions.client.invoke(FunctionName=name, InvocationType="Event", Payload='{"pet": "cat"}')

    assert called["StatusCode"] == 202
    record = json.loads(eventually(lambda: functions.bench.receive(failures), timeout=60)[0])
    assert record["requestPayload"] == {"pet": "cat"}
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["responsePayload"]["errorType"] == "Runtime.ExitError"
    tried = seen.read_text().split()
    assert (len(tried), len(set(tried))) == (2, 1)


def test_a_partly_failed_batch_comes_back_in_part(functions: Functions, seen: Path) -> None:
    queue = functions.bench.queue(VisibilityTimeout="2")
    sqs = functions.bench.client("sqs")
    entries = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(["good", "fail"])]
    sqs.send_message_batch(QueueUrl=queue, Entries=entries)

    consumer(
        functions,
        seen,
        arn(functions, queue),
        BatchSize=10,
        MaximumBatchingWindowInSeconds=1,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )

    eventually(lambda: sum("fail" in batch["bodies"] for batch in batches(seen)) > 1, timeout=60)
    assert sum("good" in batch["bodies"] for batch in batches(seen)) == 1


def test_a_batch_comes_back_when_its_process_is_killed(functions: Functions, seen: Path) -> None:
    queue = functions.bench.queue(VisibilityTimeout="2")
    consumer(functions, seen, arn(functions, queue))
    functions.bench.client("sqs").send_message(QueueUrl=queue, MessageBody="wait")
    first = eventually(lambda: batches(seen), timeout=60)[0]

    seen.with_name("seen.go").touch()
    os.kill(first["pid"], signal.SIGKILL)

    # Long before the 20 seconds of the function are over: the batch failed at once.
    second = eventually(lambda: batches(seen)[1:], timeout=15)[0]
    assert second["bodies"] == ["wait"]
    assert second["pid"] != first["pid"]


def test_records_of_a_stream_come_in_their_order(functions: Functions, seen: Path) -> None:
    kinesis = functions.bench.client("kinesis")
    stream = functions.bench.unique("stream")
    kinesis.create_stream(StreamName=stream, ShardCount=1)
    described = eventually(lambda: active(kinesis, stream), timeout=60)
    for number in range(5):
        kinesis.put_record(StreamName=stream, PartitionKey="one", Data=str(number).encode())

    consumer(functions, seen, described["StreamARN"], StartingPosition="TRIM_HORIZON", BatchSize=10)

    eventually(lambda: sum(len(batch["bodies"]) for batch in batches(seen)) >= 5, timeout=60)
    assert [body for batch in batches(seen) for body in batch["bodies"]] == list("01234")


def active(kinesis: Any, stream: str) -> dict[str, Any] | None:
    description: dict[str, Any] = kinesis.describe_stream_summary(StreamName=stream)["StreamDescriptionSummary"]
    return description if description["StreamStatus"] == "ACTIVE" else None
