"""What becomes of what a topic can't deliver, and how a web server confirms that it wants it."""

from __future__ import annotations

import json
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from eventyard.testing.waiting import eventually, never

NOTHING = "def handler(event, context):\n    return None\n"
COLOUR = {"colour": {"DataType": "String", "StringValue": "red"}}


def arn_of(bench, url):
    return bench.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def open_queue(bench, **attributes):
    """Make a queue that topics may send to."""
    allowed = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
    return bench.queue(Policy=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}), **attributes)


def gone_queue(bench):
    url = open_queue(bench)
    arn = arn_of(bench, url)
    bench.client("sqs").delete_queue(QueueUrl=url)
    return "sqs", arn


def closed_queue(bench):
    return "sqs", arn_of(bench, bench.queue())


def gone_function(bench):
    arn = bench.alias_arn(bench.function(NOTHING))
    bench.client("lambda").delete_function(FunctionName=arn.split(":")[6])
    return "lambda", arn


def publish(bench, endpoint, dead, **attributes):
    """Send a message to a topic whose one subscription can't be reached."""
    sns, (protocol, arn) = bench.client("sns"), endpoint
    topic = sns.create_topic(Name=bench.unique("topic"))["TopicArn"]
    redrive = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": arn_of(bench, dead)})}
    sns.subscribe(TopicArn=topic, Protocol=protocol, Endpoint=arn, Attributes={**redrive, **attributes})
    sns.publish(TopicArn=topic, Message="hello", MessageAttributes=COLOUR)
    return topic


def letter(bench, url):
    sqs = bench.client("sqs")
    (found,) = eventually(
        lambda: sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"], WaitTimeSeconds=1).get("Messages")
    )
    return found


@pytest.mark.parametrize("endpoint", [gone_queue, closed_queue, gone_function])
def test_what_cant_be_delivered_is_a_dead_letter_as_it_would_have_been_delivered(bench, endpoint):
    dead = open_queue(bench)
    topic = publish(bench, endpoint(bench), dead)
    body = json.loads(letter(bench, dead)["Body"])
    assert (body["Type"], body["TopicArn"], body["Message"]) == ("Notification", topic, "hello")
    assert body["MessageAttributes"] == {"colour": {"Type": "String", "Value": "red"}}


def test_what_is_delivered_raw_is_a_raw_dead_letter(bench):
    dead = open_queue(bench)
    publish(bench, gone_queue(bench), dead, RawMessageDelivery="true")
    found = letter(bench, dead)
    assert (found["Body"], found["MessageAttributes"]) == ("hello", COLOUR)


def test_what_is_delivered_is_no_dead_letter(bench):
    dead, url = open_queue(bench), open_queue(bench)
    publish(bench, ("sqs", arn_of(bench, url)), dead)
    assert eventually(lambda: bench.receive(url, wait=1))
    never(lambda: bench.receive(dead, wait=0), for_seconds=0.5)


def test_a_dead_letter_queue_has_to_let_the_topic_in(bench):
    dead = bench.queue()
    publish(bench, gone_queue(bench), dead)
    never(lambda: bench.receive(dead, wait=0), for_seconds=1)


def test_a_web_server_that_visits_the_address_is_confirmed_and_told(bench):
    told = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()
            if message["Type"] == "SubscriptionConfirmation":
                urllib.request.urlopen(message["SubscribeURL"]).read()  # noqa: S310 - the emulator's own
            told.append(message)

        def log_message(self, *_):
            pass

    sns = bench.client("sns")
    topic = sns.create_topic(Name=bench.unique("topic"))["TopicArn"]
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        endpoint = f"http://127.0.0.1:{server.server_port}/"
        arn = sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=endpoint, ReturnSubscriptionArn=True)
        waiting = {"SubscriptionArn": arn["SubscriptionArn"]}
        eventually(lambda: sns.get_subscription_attributes(**waiting)["Attributes"]["PendingConfirmation"] == "false")
        sns.publish(TopicArn=topic, Message="hello")
        assert eventually(lambda: told[1:] and told[1]["Message"] == "hello")
        server.shutdown()


def test_upstream_still_drops_what_it_cant_deliver(plain):
    dead = open_queue(plain)
    publish(plain, gone_queue(plain), dead)
    never(lambda: plain.receive(dead, wait=0), for_seconds=1)
