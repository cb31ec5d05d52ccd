"""What goes to several: a broken one takes nothing from the others, and a filter lets through what it should."""

from __future__ import annotations

import json
import time
from typing import Any

from tests.integration.faults.system import ids, orders

from eventyard.testing.waiting import never

COUNT = 10_000
# Of a hundred: those of one kind in ten, and those whose total is below ten.
KINDS, TOTALS = 10, 100


def test_a_broken_subscriber_takes_nothing_from_a_good_one(system, ledger):
    outputs, run = system.outputs, "broken"
    sent = orders(run, 50)
    names = ids(sent)
    began = time.monotonic()
    system.publish(outputs["fan"]["topic"], [{"Id": one["id"], "Message": json.dumps(one)} for one in sent])
    good = ids(_own(run, system.bodies(outputs["first"], len(sent))))
    ledger.balance(
        "A good subscriber beside two broken ones",
        f"{len(sent)} messages to a topic",
        sent=names,
        done=good,
        seconds=time.monotonic() - began,
    )
    gone = ids(_own(run, system.bodies(outputs["fan"]["dead"], len(sent))))
    ledger.balance(
        "A subscriber that is gone",
        "a subscription to a queue that is not there",
        sent=names,
        done=(),
        dead_lettered=gone,
        seconds=time.monotonic() - began,
    )
    records = [json.loads(one["Body"]) for one in system.taken(outputs["loud"]["failures"], len(sent), timeout=60)]
    failed = [json.loads(one["requestPayload"]["Records"][0]["Sns"]["Message"]) for one in records]
    ledger.balance(
        "A subscriber that always fails",
        "a function that raises",
        sent=names,
        done=(),
        dead_lettered=ids(_own(run, failed)),
        seconds=time.monotonic() - began,
    )


def test_a_topics_filters_let_through_what_they_should_and_nothing_else(system, ledger):
    run, sent = "topic", _told("topic", COUNT)
    began = time.monotonic()
    system.publish(
        system.outputs["news"],
        [
            {
                "Id": one["id"],
                "Message": json.dumps(one),
                "MessageAttributes": {"kind": {"DataType": "String", "StringValue": one["kind"]}},
            }
            for one in sent
        ],
    )
    _divided(system, ledger, run, sent, began, ("A topic's filter on attributes", "A topic's filter on the body"))


def test_a_buss_patterns_let_through_what_they_should_and_nothing_else(system, ledger):
    run, sent = "bus", _told("bus", COUNT)
    began = time.monotonic()
    types = {"refund": "Refunded", "order": "Ordered"}
    system.put([{"Source": "shop", "DetailType": types[one["kind"]], "Detail": json.dumps(one)} for one in sent])
    _divided(system, ledger, run, sent, began, ("A rule on the type of an event", "A rule on the event's detail"))
    assert not system.waiting(system.outputs["bus"]["dead"])


def _told(run: str, count: int) -> list[dict[str, Any]]:
    return [
        one | {"kind": "order" if number % KINDS else "refund", "total": number % TOTALS}
        for number, one in enumerate(orders(run, count))
    ]


def _divided(system, ledger, run, sent, began, faults):
    """See that of all that was sent each of the two queues gets exactly what its filter names."""
    refunds = [one for one in sent if one["kind"] == "refund"]
    small = [one for one in sent if one["total"] < 10]
    for queue, wanted, fault in zip(("first", "second"), (refunds, small), faults, strict=True):
        found = [_content(one) for one in system.bodies(system.outputs[queue], len(wanted), timeout=120)]
        ledger.balance(
            fault,
            f"{len(wanted):,} of {len(sent):,} fit",
            sent=ids(wanted),
            withheld=set(ids(sent)) - set(ids(wanted)),
            done=ids(_own(run, found)),
            seconds=time.monotonic() - began,
        )
    queues = [system.outputs[queue] for queue in ("first", "second")]
    never(lambda: sum(system.waiting(queue) for queue in queues), for_seconds=1)


def _content(body: dict[str, Any]) -> dict[str, Any]:
    """Return a message, out of the event it came in or as it is."""
    return dict(body.get("detail", body))


def _own(run: str, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    strange = [one for one in found if one.get("run") != run]
    assert not strange, f"left by another test: {strange[:3]}"
    return found
