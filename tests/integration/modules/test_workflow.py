"""One execution through every type of state, one that fails, one that answers at once, and who may start what."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.config import Config

from eventyard.testing import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from eventyard.testing.stacks import Yard

pytestmark = pytest.mark.of("workflow")

TYPES = ("Choice", "Map", "Parallel", "Pass", "Succeed", "Task", "Wait")


@pytest.fixture(scope="module")
def made(outputs: dict[str, Any]) -> dict[str, Any]:
    """Return the outputs of the workflow's example."""
    found: dict[str, Any] = outputs["workflow"]
    return found


@pytest.fixture(scope="module")
def order() -> dict[str, Any]:
    """Return an order of two items, not to be packed before a moment from now."""
    at = datetime.now(UTC) + timedelta(seconds=2)
    return {"id": uuid.uuid4().hex, "items": ["a", "b"], "not_before": at.strftime("%Y-%m-%dT%H:%M:%SZ")}


@pytest.fixture(scope="module")
def execution(made: dict[str, Any], client: Callable[[str], Any], order: dict[str, Any]) -> dict[str, Any]:
    """Run the order through, and return the execution when it has ended."""
    return _ended(client("stepfunctions"), made["workflow"]["alias_arn"], {"order": order})


def test_every_type_of_state_was_entered(client: Callable[[str], Any], execution: dict[str, Any]) -> None:
    assert execution["status"] == "SUCCEEDED"
    history = client("stepfunctions").get_paginator("get_execution_history")
    pages = history.paginate(executionArn=execution["executionArn"])
    entered = {event["type"] for page in pages for event in page["events"]}
    assert {f"{kind}StateEntered" for kind in TYPES} <= entered


def test_a_function_and_another_workflow_had_their_say(execution: dict[str, Any], order: dict[str, Any]) -> None:
    assert json.loads(execution["output"]) == {"shipped": {"label": f"to {order['id']}"}}


def test_each_item_is_in_the_table(
    made: dict[str, Any], client: Callable[[str], Any], execution: dict[str, Any], order: dict[str, Any]
) -> None:
    assert execution["output"]
    items = client("dynamodb").scan(TableName=made["table"])["Items"]
    assert {f"{order['id']}-{item}" for item in order["items"]} <= {item["id"]["S"] for item in items}


def test_queue_and_topic_brought_their_messages(
    made: dict[str, Any], client: Callable[[str], Any], execution: dict[str, Any], order: dict[str, Any]
) -> None:
    assert execution["output"]
    found: set[str] = set()

    def arrived() -> set[str]:
        answer = client("sqs").receive_message(QueueUrl=made["queue"], MaxNumberOfMessages=10, WaitTimeSeconds=1)
        bodies = [json.loads(message["Body"]) for message in answer.get("Messages", [])]
        found.update(key for body in bodies for key, value in body.items() if value == order["id"])
        return found

    eventually(lambda: arrived() == {"sent", "told"}, timeout=20)


def test_an_order_of_nothing_fails_by_name(
    made: dict[str, Any], client: Callable[[str], Any], order: dict[str, Any]
) -> None:
    ended = _ended(client("stepfunctions"), made["workflow"]["alias_arn"], {"order": {**order, "items": []}})
    assert (ended["status"], ended["error"]) == ("FAILED", "NothingOrdered")


@pytest.mark.needs("step_functions_express_sync")
def test_an_express_workflow_answers_its_caller(made: dict[str, Any], library_yard: Yard) -> None:
    # boto3 puts `sync-` before the host, which an address on loopback has no name for
    states = library_yard.target.session.client("stepfunctions", config=Config(inject_host_prefix=False))
    answer = states.start_sync_execution(stateMachineArn=made["express"]["arn"], input=json.dumps({"pence": 200}))
    assert (answer["status"], json.loads(answer["output"])) == ("SUCCEEDED", {"pence": 250})


@pytest.mark.needs("iam_callers")
def test_who_may_start_the_alias_may_start_nothing_else(
    made: dict[str, Any], client: Callable[[str], Any], order: dict[str, Any]
) -> None:
    def start(arn: str) -> Any:
        event = json.dumps({"arn": arn, "input": {"order": {**order, "items": []}}})
        answer = client("lambda").invoke(FunctionName=made["start"]["alias_arn"], Payload=event.encode())
        return json.load(answer["Payload"])

    assert ":execution:" in start(made["workflow"]["alias_arn"])["execution"]
    assert start(made["workflow"]["arn"]) == {"refused": "AccessDeniedException"}
    assert start(made["child"]["arn"]) == {"refused": "AccessDeniedException"}


def _ended(states: Any, arn: str, given: dict[str, Any]) -> dict[str, Any]:
    started = states.start_execution(stateMachineArn=arn, input=json.dumps(given))

    def ended() -> dict[str, Any] | None:
        found: dict[str, Any] = states.describe_execution(executionArn=started["executionArn"])
        return None if found["status"] == "RUNNING" else found

    return eventually(ended, timeout=60) or {}
