"""Queues and topics: what is sent arrives where it should, and what can't be delivered is not lost."""

from __future__ import annotations

import json
import threading
import urllib.request
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

from tests.integration.capabilities.probing import Box, box, delivery, objects, role

from eventyard.testing.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.capabilities.probing import Ear, Shows
    from tests.integration.support.workbench import Workbench


def topic(bench: Workbench) -> str:
    return bench.client("sns").create_topic(Name=bench.unique("topic"))["TopicArn"]


def subscribed(bench: Workbench, protocol: str, endpoint: str, dead: Box | None = None, **attributes: str) -> str:
    """Make a topic with one subscriber; return its ARN."""
    arn = topic(bench)
    if dead:
        attributes["RedrivePolicy"] = json.dumps({"deadLetterTargetArn": dead.arn})
    bench.client("sns").subscribe(TopicArn=arn, Protocol=protocol, Endpoint=endpoint, Attributes=attributes)
    return arn


@contextmanager
def server(status: int) -> Iterator[tuple[str, list[Any]]]:
    """Serve on loopback: confirm what asks for it, answer everything else with `status`; give address and messages."""
    told: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked = message["Type"] == "SubscriptionConfirmation"
            self.send_response(200 if asked else status)
            self.send_header("Content-Length", "0")
            self.end_headers()
            if asked:
                urllib.request.urlopen(message["SubscribeURL"], timeout=5).read()  # noqa: S310 - the emulator's own
            told.append(message)

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as serving:
        thread = threading.Thread(target=serving.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{serving.server_port}/", told
        finally:
            serving.shutdown()
            thread.join()


def published(bench: Workbench, arn: str, told: list[Any]) -> None:
    """Wait until the server has confirmed, and send it a message."""
    sns = bench.client("sns")

    def confirmed() -> bool:
        (one,) = sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
        return bool(told) and one["SubscriptionArn"].startswith("arn:")

    eventually(confirmed, timeout=5)
    sns.publish(TopicArn=arn, Message="hello")


def test_a_topic_calls_a_function(bench: Workbench, ear: Ear, shows: Shows) -> None:
    arn = subscribed(bench, "lambda", ear.arn)
    bench.client("sns").publish(TopicArn=arn, Message="hello")
    with shows("sns_lambda") as within:
        (event,) = ear.hears(arn, within=within)
        assert event["Records"][0]["Sns"]["Message"] == "hello"


def test_a_topic_sends_to_a_queue_what_fits_its_filter(bench: Workbench, shows: Shows) -> None:
    into = box(bench)
    fits = {"FilterPolicy": json.dumps({"n": [1]}), "FilterPolicyScope": "MessageBody", "RawMessageDelivery": "true"}
    arn = subscribed(bench, "sqs", into.arn, **fits)
    for number in (2, 1):
        bench.client("sns").publish(TopicArn=arn, Message=json.dumps({"n": number}))
    with shows("sns_sqs") as within:
        assert json.loads(into.gets(within=within)) == {"n": 1}


def test_a_topic_delivers_to_a_stream(bench: Workbench, shows: Shows) -> None:
    _, stream, bucket = delivery(bench)
    arn = subscribed(bench, "firehose", stream, SubscriptionRoleArn=role(bench, "sns"))
    bench.client("sns").publish(TopicArn=arn, Message="hello")
    with shows("sns_firehose") as within:
        (content,) = eventually(lambda: objects(bench, bucket), timeout=within)
        assert b"hello" in content


def test_a_web_server_confirms_and_is_told(bench: Workbench, shows: Shows) -> None:
    with server(200) as (address, told), shows("sns_http") as within:
        published(bench, subscribed(bench, "http", address), told)
        eventually(lambda: told[1:] and told[1]["Message"] == "hello", timeout=within)


def test_what_a_web_server_does_not_take_is_a_dead_letter(bench: Workbench, shows: Shows) -> None:
    dead = box(bench)
    with server(403) as (address, told), shows("sns_http", fully=True) as within:
        published(bench, subscribed(bench, "http", address, dead), told)
        dead.gets("hello", within=within)


def test_what_no_function_takes_is_a_dead_letter(bench: Workbench, shows: Shows) -> None:
    dead = box(bench)
    function = bench.function("def handler(event, context): pass")
    arn = subscribed(bench, "lambda", bench.alias_arn(function), dead)
    bench.client("lambda").delete_function(FunctionName=function)
    bench.client("sns").publish(TopicArn=arn, Message="hello")
    with shows("sns_redrive") as within:
        dead.gets("hello", within=within)


def test_a_message_is_delayed_hidden_and_given_up(bench: Workbench, shows: Shows) -> None:
    sqs, dead = bench.client("sqs"), box(bench)
    redrive = json.dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 1})
    url = bench.queue(VisibilityTimeout="1", DelaySeconds="1", RedrivePolicy=redrive)
    sqs.send_message(QueueUrl=url, MessageBody="hello")

    def seen() -> list[Any]:
        return sqs.receive_message(QueueUrl=url).get("Messages", [])

    with shows("sqs") as within:
        assert not seen()
        assert eventually(seen, timeout=within)
        assert not seen()

        def given_up() -> bool:
            seen()
            return "hello" in bench.receive(dead.url, wait=0)

        eventually(given_up, timeout=within)


def test_what_was_given_up_is_moved_back(bench: Workbench, shows: Shows) -> None:
    sqs, dead = bench.client("sqs"), box(bench)
    redrive = json.dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 1})
    source = box(bench, VisibilityTimeout="0", RedrivePolicy=redrive)
    sqs.send_message(QueueUrl=source.url, MessageBody="hello")

    def given_up() -> bool:
        sqs.receive_message(QueueUrl=source.url)
        waiting = sqs.get_queue_attributes(QueueUrl=dead.url, AttributeNames=["ApproximateNumberOfMessages"])
        return waiting["Attributes"]["ApproximateNumberOfMessages"] == "1"

    eventually(given_up)
    with shows("sqs_move_task") as within:
        sqs.start_message_move_task(SourceArn=dead.arn)
        source.gets("hello", within=within)
