"""A queue's consumer, and what can happen to it: nothing is lost, and nothing is done twice."""

from __future__ import annotations

import json
import os
import signal
import time

import pytest
from tests.integration.faults.system import STACK, ids, orders, shuffled

from eventyard.testing.waiting import eventually


def test_what_comes_twice_and_out_of_order_is_done_once(system, ledger):
    work, run = system.outputs["work"], "duplicates"
    sent = orders(run, system.many(1000))
    began = time.monotonic()
    system.send(work["queue"], shuffled(sent * 2))
    system.all_done(run, len(sent), timeout=180)
    seconds = time.monotonic() - began
    system.settled(work["queue"])
    ledger.balance(
        "Every message twice, out of order",
        f"{2 * len(sent):,} messages of {len(sent):,} ids, shuffled",
        sent=ids(sent),
        done=system.done(run),
        dead_lettered=ids(system.bodies(work["dead"])),
        seconds=seconds,
    )


def test_a_poisoned_message_leaves_its_neighbours_alone_and_comes_home_when_the_code_is_mended(
    system, ledger, poisoned
):
    strict, run, names = system.outputs["strict"], "poison", ids(poisoned.sent)
    poison = next(one["id"] for one in poisoned.sent if one["kind"] == "poison")
    eventually(lambda: system.waiting(strict["dead"]) == 1, timeout=180)
    system.settled(strict["queue"])
    ledger.balance(
        "A poisoned message in the middle of a batch",
        f"one of {len(names)} can't be read",
        sent=names,
        done=system.done(run),
        dead_lettered=[poison],
        seconds=time.monotonic() - poisoned.began,
    )
    attempts = [item["what"]["S"] for item in system.noted(run, f"attempt#{poison}#")]
    assert attempts == [f"attempt#{poison}#{count}" for count in (1, 2, 3)]

    began = time.monotonic()
    handler = system.project.folder / "handlers" / STACK / "refuse/app.py"
    handler.write_text(handler.read_text("utf-8").replace('UNREADABLE = "poison"', 'UNREADABLE = ""'), "utf-8")
    system.project.run("sync", "--stack", STACK)
    (moved,) = system.project.run("redrive", strict["dead"]["name"], "--yes", "--json").data
    assert moved == {"queue": strict["dead"]["name"], "moved": 1, "left": 0, "failed": 0, "status": "COMPLETED"}
    system.all_done(run, len(names), timeout=30)
    system.settled(strict["queue"], strict["dead"])
    ledger.balance(
        "The same message, once the function is mended",
        "`eventyard sync`, then `eventyard redrive`",
        sent=names,
        done=system.done(run),
        seconds=time.monotonic() - began,
    )


def test_a_batch_whose_consumer_ends_comes_again(system, ledger):
    work = system.outputs["work"]
    faults = {
        "killed": ("A consumer killed in the middle of a batch", "SIGKILL to the process that runs the function"),
        "exit": ("A consumer that ends in the middle of a batch", "`os._exit(3)`"),
        "slow": ("A consumer that takes too long in the middle of a batch", "60 seconds, where 10 are allowed"),
    }
    sent = {fault: orders(fault, 30) for fault in faults}
    began = time.monotonic()
    for fault, messages in sent.items():
        messages[5]["fault"] = fault
        system.send(work["queue"], messages)
        if fault == "killed":
            (noted,) = eventually(lambda: system.noted("killed", "fault#"))
            os.kill(int(noted["pid"]["S"]), signal.SIGKILL)
    for fault, (said, injected) in faults.items():
        system.all_done(fault, len(sent[fault]), timeout=180)
        assert len(system.noted(fault, "fault#")) == 1
        ledger.balance(said, injected, sent=ids(sent[fault]), done=system.done(fault), seconds=time.monotonic() - began)
    system.settled(work["queue"])
    assert not system.waiting(work["dead"])


def test_a_burst_waits_for_the_one_execution_that_is_allowed(system, ledger):
    narrow, run = system.outputs["narrow"], "throttled"
    calls = system.client("lambda")

    def refused():
        try:
            calls.invoke(FunctionName=narrow["function"], Payload=json.dumps({"Records": []}))
        except calls.exceptions.TooManyRequestsException:
            return True
        return False

    sent = orders(run, system.many(500))
    began = time.monotonic()
    system.send(narrow["queue"], sent)
    eventually(refused)
    system.all_done(run, len(sent), timeout=180)
    seconds = time.monotonic() - began
    system.settled(narrow["queue"])
    ledger.balance(
        "A consumer throttled in a burst",
        f"{len(sent)} messages at once, one execution allowed",
        sent=ids(sent),
        done=system.done(run),
        dead_lettered=ids(system.bodies(narrow["dead"])),
        seconds=seconds,
    )


@pytest.fixture
def downstream(system):
    """Make the table the consumer also writes to, and take it away in the end."""
    name, tables = system.outputs["downstream"], system.client("dynamodb")

    def make():
        keys = [("run", "HASH"), ("what", "RANGE")]
        tables.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key, _ in keys],
            KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys],
        )
        tables.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})

    yield make
    tables.delete_table(TableName=name)


def test_what_a_missing_table_refuses_is_done_when_it_is_there(system, ledger, downstream):
    work, run = system.outputs["work"], "away"
    sent = orders(run, 50, downstream=True)
    began = time.monotonic()
    system.send(work["queue"], sent)
    refused = eventually(lambda: len(found := system.noted(run, "refused#")) == len(sent) and found)
    assert {item["code"]["S"] for item in refused} == {"ResourceNotFoundException"}
    assert not system.done(run)
    downstream()
    _all_come_back(system, ledger, sent, began, "A table the consumer writes to is away", "made after the first try")


@pytest.mark.needs("iam_callers")
def test_what_a_missing_right_refuses_is_done_when_it_is_given_back(system, ledger, downstream):
    work, run = system.outputs["work"], "denied"
    downstream()
    table = f"arn:aws:dynamodb:*:*:table/{system.outputs['downstream']}"
    deny = {"Effect": "Deny", "Action": "dynamodb:PutItem", "Resource": table}
    name = {"RoleName": work["role"], "PolicyName": "denied"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    system.client("iam").put_role_policy(**name, PolicyDocument=document)
    sent = orders(run, 50, downstream=True)
    began = time.monotonic()
    try:
        system.send(work["queue"], sent)
        refused = eventually(lambda: len(found := system.noted(run, "refused#")) == len(sent) and found)
        assert {item["code"]["S"] for item in refused} == {"AccessDeniedException"}
        assert not system.done(run)
    finally:
        system.client("iam").delete_role_policy(**name)
    _all_come_back(system, ledger, sent, began, "A right the consumer needs is taken", "given back after the first try")


def _all_come_back(system, ledger, sent, began, fault, injected):
    """See that all messages that were refused are carried out, and none was given up."""
    work, run = system.outputs["work"], sent[0]["run"]
    system.all_done(run, len(sent), timeout=60)
    seconds = time.monotonic() - began
    system.settled(work["queue"])
    ledger.balance(
        fault,
        injected,
        sent=ids(sent),
        done=system.done(run),
        dead_lettered=ids(system.bodies(work["dead"])),
        seconds=seconds,
    )
