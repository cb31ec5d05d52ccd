"""The workflow's definition and the functions that work with it agree."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.pet_cuddle_o_tron.recorders import a_reminder

from pet_cuddle_o_tron._shared.delivery import Failure, Order
from pet_cuddle_o_tron._shared.reminders import REASONS, DeliveryState, execution_input

if TYPE_CHECKING:
    from collections.abc import Iterator

STACK = Path(__file__).parents[3] / "terraform/stacks/pet-cuddle-o-tron"
TEXT = (STACK / "workflow.asl.json").read_text()
DEFINITION = json.loads(TEXT)
VISIBILITY_TIMEOUT = 6 * 30


def states(machine: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, state in machine["States"].items():
        yield name, state
        for branch in state.get("Branches", []):
            yield from states(branch)


TASKS = {name: state for name, state in states(DEFINITION) if state["Type"] == "Task"}
SENDS = {name: state for name, state in TASKS.items() if "sqs" in state["Resource"]}


@pytest.mark.parametrize("name", TASKS)
def test_every_task_has_retry_catch_and_time_out(name: str):
    task = TASKS[name]
    assert task["TimeoutSeconds"] > 0
    assert task["Retry"][-1]["ErrorEquals"] == task["Catch"][-1]["ErrorEquals"] == ["States.ALL"]


@pytest.mark.parametrize("name", SENDS)
def test_a_consumers_refusal_is_never_retried(name: str):
    first = SENDS[name]["Retry"][0]
    assert (set(first["ErrorEquals"]), first["MaxAttempts"]) == ({failure.value for failure in Failure}, 0)


@pytest.mark.parametrize("name", SENDS)
def test_a_message_that_waits_for_its_next_delivery_does_not_miss_a_heartbeat(name: str):
    assert VISIBILITY_TIMEOUT * 2 < SENDS[name]["HeartbeatSeconds"] < SENDS[name]["TimeoutSeconds"]


@pytest.mark.parametrize("name", SENDS)
def test_an_order_on_the_queue_is_what_the_consumer_reads_and_holds_nothing_personal(name: str):
    body = SENDS[name]["Parameters"]["MessageBody"]
    assert {key.removesuffix(".$") for key in body} == set(Order.__dataclass_fields__)


def test_what_the_workflow_reads_is_what_it_is_started_with():
    read = set(re.findall(r'"\$\.([a-z_]+)', TEXT)) - {"answer", "channels", "failure", "record"}
    assert read == set(execution_input(a_reminder()))


def test_what_it_records_is_what_the_functions_read():
    written = {
        task["Parameters"]["ExpressionAttributeValues"][":failed"]["S"]
        for task in TASKS.values()
        if task not in SENDS.values()
    }
    assert written == {DeliveryState.FAILED.value}
    assert {"States.HeartbeatTimeout", "States.Timeout"} <= set(REASONS)


def test_every_state_is_reached():
    targets = set(re.findall(r'"(?:Next|Default|StartAt)": "([^"]+)"', TEXT))
    assert targets == {name for name, _ in states(DEFINITION)}
