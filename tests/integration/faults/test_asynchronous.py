"""Asynchronous calls that fail: a destination gets the whole record, a dead-letter queue the event alone."""

from __future__ import annotations

import json
import time

from tests.integration.faults.system import ids, orders


def test_a_failure_destination_gets_a_record_of_every_event_that_was_given_up(system, ledger):
    loud, run = system.outputs["loud"], "recorded"
    sent = orders(run, 25)
    began = time.monotonic()
    system.call(loud["function"], sent)
    records = [json.loads(one["Body"]) for one in system.taken(loud["failures"], len(sent), timeout=60)]
    ledger.balance(
        "A function that fails each time it is called asynchronously, with a destination",
        "tried twice",
        sent=ids(sent),
        done=(),
        dead_lettered=ids(one["requestPayload"] for one in records),
        seconds=time.monotonic() - began,
    )
    contexts = [one["requestContext"] for one in records]
    assert {one["condition"] for one in contexts} == {"RetriesExhausted"}
    assert {one["approximateInvokeCount"] for one in contexts} == {2}
    assert len({one["requestId"] for one in contexts}) == len(sent)
    assert {one["responseContext"]["functionError"] for one in records} == {"Unhandled"}
    assert {one["responsePayload"]["errorType"] for one in records} == {"BrokenError"}


def test_a_dead_letter_queue_gets_every_event_that_was_given_up_as_it_was(system, ledger):
    quiet, run = system.outputs["quiet"], "events"
    sent = orders(run, 25)
    began = time.monotonic()
    system.call(quiet["function"], sent)
    messages = system.taken(system.outputs["second"], len(sent), timeout=60)
    bodies = [json.loads(one["Body"]) for one in messages]
    ledger.balance(
        "The same, with a dead-letter queue",
        "tried once",
        sent=ids(sent),
        done=(),
        dead_lettered=ids(bodies),
        seconds=time.monotonic() - began,
    )
    assert sorted(bodies, key=lambda one: one["id"]) == sent
    said = [{name: one["StringValue"] for name, one in message["MessageAttributes"].items()} for message in messages]
    assert {(one["ErrorCode"], one["ErrorMessage"]) for one in said} == {("200", "never works")}
    assert len({one["RequestID"] for one in said}) == len(sent)
