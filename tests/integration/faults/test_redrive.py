"""`eventyard redrive` beside the plain case, which is the poisoned message's."""

from __future__ import annotations

import signal

import pytest
from tests.integration.faults.system import ids, orders

from eventyard.testing.waiting import eventually


@pytest.fixture
def redrive(system):
    """``redrive("QUEUE", "--to", arn, code=1)``: the command's end."""
    return lambda *words, code=0: system.project.run("redrive", *words, code=code)


def test_every_queue_that_something_gives_up_into_is_shown_with_who_does(system, redrive):
    found = {one["queue"].removeprefix(system.prefix): one for one in redrive("--dry-run", "--json").data}
    assert found["strict-dead-letters"]["sources"] == [f"{system.prefix}strict"]
    assert found["loud-failures"]["others"] == [f"function {system.prefix}loud"]
    assert found["fan-gone-dead-letters"]["others"] == [f"topic {system.prefix}fan"]
    assert found["second"]["others"] == [f"function {system.prefix}quiet"]
    assert "first" not in found
    assert "rule" in found["bus-events-dead-letters"]["others"][0]


def test_what_can_not_be_moved_is_refused_with_what_to_do(system, redrive):
    prefix = system.prefix
    assert f"did you mean `{prefix}strict-dead-letters`" in redrive(f"{prefix}strict-daed-letters", code=1).err
    homeless = redrive(f"{prefix}loud-failures", code=1).err
    assert f"function {prefix}loud" in homeless
    assert "ops invoke" in homeless
    assert "--to" in homeless
    assert "No task moves messages" in redrive(f"{prefix}strict", "--cancel", code=1).err


def test_what_a_function_gave_up_is_handed_over_to_a_queue(system, redrive, ledger):
    loud, second, run = system.outputs["loud"], system.outputs["second"], "handed-over"
    sent = orders(run, 25)
    system.call(loud["function"], sent)
    eventually(lambda: system.waiting(loud["failures"]) == len(sent), timeout=60)
    (moved,) = redrive(loud["failures"]["name"], "--to", second["arn"], "--yes", "--json").data
    assert (moved["moved"], moved["left"], moved["failed"]) == (25, 0, 0)
    assert sorted(ids(one["requestPayload"] for one in system.bodies(second, len(sent)))) == ids(sent)


def test_ctrl_c_leaves_the_task_running_and_it_can_be_cancelled(system, redrive):
    dead, first = system.outputs["narrow"]["dead"], system.outputs["first"]
    system.send(dead, orders("slowly", 30))
    words = ("redrive", dead["name"], "--to", first["arn"], "--rate", "1", "--yes")
    command = system.project.start(*words)
    tasks = system.client("sqs")
    eventually(lambda: tasks.list_message_move_tasks(SourceArn=dead["arn"])["Results"])
    assert "already" in system.project.run(*words, code=1).err
    command.send_signal(signal.SIGINT)
    _, said = command.communicate(timeout=30)
    assert command.returncode == 130
    assert "SQS goes on moving" in said
    assert "--cancel" in said
    assert "cancelled after" in redrive(dead["name"], "--cancel").out
    gone = len(system.bodies(first))
    assert 0 < gone < 30
    assert len(system.bodies(dead, 30 - gone)) == 30 - gone
