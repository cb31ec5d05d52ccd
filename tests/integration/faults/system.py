"""What the tests do with the applied system: send, look what was done, take what lies in a queue."""

from __future__ import annotations

import json
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.config import Config

from eventyard.testing.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from tests.integration.support.projects import Project

    from eventyard.deployment import Target
    from eventyard.testing.stacks import Stack

STACK = "faults"
BATCH = 10
THREADS = 4
_LONGEST = Config(read_timeout=150, retries={"total_max_attempts": 1}, max_pool_connections=2 * THREADS)


@dataclass(frozen=True)
class System:
    """The applied stack, and clients of where it is."""

    project: Project
    stack: Stack
    target: Target
    _clients: dict[str, Any] = field(default_factory=dict)

    @property
    def outputs(self) -> dict[str, Any]:
        """The stack's outputs."""
        return self.stack.outputs

    def many(self, count: int) -> int:
        """Return how many messages a test sends: LocalStack takes a fifth of what MiniStack takes in the same time."""
        return count // 5 if self.project.emulator().kind == "localstack" else count

    @property
    def prefix(self) -> str:
        """What the names of all that the stack made begin with."""
        return str(self.outputs["effects"]).removesuffix("effects")

    def client(self, service: str) -> Any:
        """Return a client that never sends a request twice by itself: that would be one more fault."""
        if service not in self._clients:
            self._clients[service] = self.target.session.client(service, config=_LONGEST)
        return self._clients[service]

    def hide(self, seconds: Mapping[str, str]) -> None:
        """Let what the consumers' queues gave out come back so soon, when it was not carried out."""
        for name, hidden in seconds.items():
            url = self.outputs[name]["queue"]["url"]
            self.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": hidden})

    def send(self, queue: dict[str, Any], orders: Sequence[dict[str, Any]]) -> None:
        """Put messages into a queue, ten at a time, by several threads."""

        def batch(part: Sequence[dict[str, Any]]) -> None:
            entries = [{"Id": str(index), "MessageBody": json.dumps(one)} for index, one in enumerate(part)]
            assert not self.client("sqs").send_message_batch(QueueUrl=queue["url"], Entries=entries).get("Failed")

        self.client("sqs")
        at_once(batch, tens(orders))

    def publish(self, topic: dict[str, Any], entries: Sequence[dict[str, Any]]) -> None:
        """Publish messages to a topic, ten at a time, by several threads; each has an `Id` of its own."""

        def batch(part: Sequence[dict[str, Any]]) -> None:
            answer = self.client("sns").publish_batch(TopicArn=topic["arn"], PublishBatchRequestEntries=part)
            assert not answer.get("Failed")

        self.client("sns")
        at_once(batch, tens(entries))

    def put(self, entries: Sequence[dict[str, Any]]) -> None:
        """Put events on the bus, ten at a time, by several threads."""

        def batch(part: Sequence[dict[str, Any]]) -> None:
            named = [{"EventBusName": self.outputs["bus"]["name"], **one} for one in part]
            assert not self.client("events").put_events(Entries=named)["FailedEntryCount"]

        self.client("events")
        at_once(batch, tens(entries))

    def call(self, function: dict[str, Any], events: Sequence[dict[str, Any]]) -> None:
        """Call a function asynchronously, once with each event, by several threads."""

        def one(event: dict[str, Any]) -> None:
            payload = json.dumps(event)
            self.client("lambda").invoke(FunctionName=function["alias_arn"], InvocationType="Event", Payload=payload)

        self.client("lambda")
        at_once(one, events)

    def done(self, run: str) -> list[str]:
        """Return the id of each effect of a run: twice what was done twice."""
        return [item["of"]["S"] for item in self.noted(run, "effect#")]

    def noted(self, run: str, what: str) -> list[dict[str, Any]]:
        """Return the items of a run that begin so."""
        pages = (
            self.client("dynamodb")
            .get_paginator("query")
            .paginate(
                TableName=self.outputs["effects"],
                KeyConditionExpression="run = :run AND begins_with(what, :what)",
                ExpressionAttributeValues={":run": {"S": run}, ":what": {"S": what}},
                ConsistentRead=True,
            )
        )
        return [item for page in pages for item in page["Items"]]

    def all_done(self, run: str, count: int, *, timeout: float) -> list[str]:
        """Wait until so many effects of a run are there; return their ids."""

        def enough() -> list[str]:
            found = self.done(run)
            assert len(found) >= count, f"{len(found)} of {count} done"
            return found

        return eventually(enough, timeout=timeout)

    def waiting(self, queue: dict[str, Any]) -> int:
        """Return how many messages a queue holds, in hand, delayed or waiting."""
        names = [f"ApproximateNumberOfMessages{kind}" for kind in ("", "NotVisible", "Delayed")]
        found = self.client("sqs").get_queue_attributes(QueueUrl=queue["url"], AttributeNames=names)
        return sum(int(count) for count in found["Attributes"].values())

    def settled(self, *queues: dict[str, Any]) -> None:
        """Wait until nothing is left in the queues."""
        eventually(lambda: not sum(self.waiting(queue) for queue in queues), timeout=60)

    def taken(self, queue: dict[str, Any], count: int, *, timeout: float = 30) -> list[dict[str, Any]]:
        """Take messages out of a queue until so many came, and then whatever else is there; return them as they are."""
        found: list[dict[str, Any]] = []

        def enough() -> bool:
            found.extend(self._taken(queue))
            assert len(found) >= count, f"{len(found)} of {count} came to {queue['name']}"
            return True

        eventually(enough, timeout=timeout)
        while more := self._taken(queue):
            found.extend(more)
        return found

    def bodies(self, queue: dict[str, Any], count: int = 0, *, timeout: float = 30) -> list[dict[str, Any]]:
        """Take messages out of a queue; return what they say."""
        return [json.loads(one["Body"]) for one in self.taken(queue, count, timeout=timeout)]

    def _taken(self, queue: dict[str, Any]) -> list[dict[str, Any]]:
        sqs, found = self.client("sqs"), []
        # Two empty answers in a row: a short poll may find nothing where there is something.
        for _ in range(2):
            while messages := sqs.receive_message(
                QueueUrl=queue["url"],
                MaxNumberOfMessages=BATCH,
                WaitTimeSeconds=0,
                MessageAttributeNames=["All"],
                MessageSystemAttributeNames=["All"],
            ).get("Messages"):
                names = [{"Id": str(n), "ReceiptHandle": one["ReceiptHandle"]} for n, one in enumerate(messages)]
                sqs.delete_message_batch(QueueUrl=queue["url"], Entries=names)
                found.extend(messages)
        return found


def orders(run: str, count: int, **more: Any) -> list[dict[str, Any]]:
    """Return messages with ids of their own."""
    return [{"run": run, "id": f"{number:05}", **more} for number in range(count)]


def ids(messages: Iterable[dict[str, Any]]) -> list[str]:
    """Return the ids of messages that were made by `orders`."""
    return [str(one["id"]) for one in messages]


def shuffled(messages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return messages in an order that has nothing to do with how they were made, the same each run."""
    return random.Random(0).sample(messages, len(messages))  # noqa: S311 - an order, not a secret


def tens(things: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Yield the parts that one batch call takes."""
    for at in range(0, len(things), BATCH):
        yield things[at : at + BATCH]


def at_once(work: Callable[[Any], object], things: Iterable[Any]) -> None:
    """Do the work by several threads; the first failure is raised."""
    with ThreadPoolExecutor(THREADS) as pool:
        for _ in pool.map(work, things):
            pass
