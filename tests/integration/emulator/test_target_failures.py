"""What a rule's target refuses or fails at: tried again where that may help, and a dead letter in the end."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

from eventyard.testing.waiting import eventually, never


def queue_arn(bench, url):
    return bench.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def put(bench, target, dead, **detail):
    """Make a rule with a target that has a dead-letter queue, and an event it matches."""
    events, name = bench.client("events"), bench.unique("rule")
    events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))
    dead_letters = {"DeadLetterConfig": {"Arn": queue_arn(bench, dead)}}
    events.put_targets(Rule=name, Targets=[{"Id": "one", **dead_letters, **target}])
    events.put_events(Entries=[{"Source": name, "DetailType": "it", "Detail": json.dumps(detail)}])


def letter(bench, url):
    (found,) = eventually(
        lambda: (
            bench.client("sqs")
            .receive_message(QueueUrl=url, MessageAttributeNames=["All"], WaitTimeSeconds=1)
            .get("Messages")
        ),
        timeout=15,
    )
    said = {name: value["StringValue"] for name, value in found["MessageAttributes"].items()}
    return json.loads(found["Body"]), said


@contextmanager
def server(*statuses):
    """Answer requests with these statuses, and with the last of them from then on; give what was asked."""
    asked, left = [], list(statuses)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(left.pop(0) if len(left) > 1 else left[0])
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}/", asked
        running.shutdown()


def destination(bench, address):
    events, name = bench.client("events"), bench.unique("destination")
    key = {"ApiKeyAuthParameters": {"ApiKeyName": "x-key", "ApiKeyValue": "secret"}}
    connection = events.create_connection(Name=name, AuthorizationType="API_KEY", AuthParameters=key)["ConnectionArn"]
    made = events.create_api_destination(
        Name=name, ConnectionArn=connection, InvocationEndpoint=address, HttpMethod="POST"
    )
    return made["ApiDestinationArn"]


def test_a_web_server_that_fails_is_asked_again_until_it_takes_the_event(bench):
    dead = bench.queue()
    with server(503, 429, 200) as (address, asked):
        put(bench, {"Arn": destination(bench, address)}, dead, n=1)
        assert eventually(lambda: len(asked) == 3, timeout=15)
        never(lambda: bench.receive(dead, wait=0), for_seconds=0.5)
    assert [event["detail"] for event in asked] == [{"n": 1}] * 3


def test_what_a_web_server_keeps_failing_at_is_a_dead_letter_after_the_retries(bench):
    dead = bench.queue()
    with server(503) as (address, asked):
        target = {"Arn": destination(bench, address), "RetryPolicy": {"MaximumRetryAttempts": 2}}
        put(bench, target, dead, n=2)
        event, said = letter(bench, dead)
    assert (event["detail"], len(asked)) == ({"n": 2}, 3)
    assert (said["ERROR_CODE"], said["RETRY_ATTEMPTS"]) == ("ERROR_FROM_TARGET", "2")
    assert said["EXHAUSTED_RETRY_CONDITION"] == "MaximumRetryAttempts"
    assert (said["TARGET_ARN"], ":rule/" in said["RULE_ARN"]) == (target["Arn"], True)


def test_what_a_web_server_refuses_is_a_dead_letter_at_once(bench):
    dead = bench.queue()
    with server(400) as (address, asked):
        put(bench, {"Arn": destination(bench, address)}, dead, n=3)
        _, said = letter(bench, dead)
    assert (len(asked), said["RETRY_ATTEMPTS"], "EXHAUSTED_RETRY_CONDITION" in said) == (1, "0", False)


def test_a_web_server_that_is_not_there_is_a_dead_letter_after_the_retries(bench):
    dead = bench.queue()
    with server(200) as (address, _):
        pass
    put(bench, {"Arn": destination(bench, address), "RetryPolicy": {"MaximumRetryAttempts": 1}}, dead, n=4)
    _, said = letter(bench, dead)
    assert (said["ERROR_CODE"], said["RETRY_ATTEMPTS"]) == ("CONNECTION_FAILURE", "1")


def test_what_has_no_group_is_refused_by_a_fifo_queue(bench):
    dead, sqs = bench.queue(), bench.client("sqs")
    attributes = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    fifo = sqs.create_queue(QueueName=f"{bench.unique('queue')}.fifo", Attributes=attributes)["QueueUrl"]
    put(bench, {"Arn": queue_arn(bench, fifo)}, dead, n=5)
    event, said = letter(bench, dead)
    assert (event["detail"], said["ERROR_CODE"]) == ({"n": 5}, "INVALID_PARAMETER")
    put(bench, {"Arn": queue_arn(bench, fifo), "SqsParameters": {"MessageGroupId": "g"}}, dead, n=6)
    (body,) = eventually(lambda: bench.receive(fifo, wait=1))
    assert json.loads(body)["detail"] == {"n": 6}


def test_what_has_no_group_is_refused_by_a_fifo_topic(bench):
    dead, name = bench.queue(), f"{bench.unique('topic')}.fifo"
    topic = bench.client("sns").create_topic(Name=name, Attributes={"FifoTopic": "true"})["TopicArn"]
    put(bench, {"Arn": topic}, dead, n=7)
    _, said = letter(bench, dead)
    assert (said["ERROR_CODE"], "MessageGroupId" in said["ERROR_MESSAGE"]) == ("INVALID_PARAMETER", True)


def test_upstream_still_asks_a_failing_web_server_once_and_drops_the_event(plain):
    dead = plain.queue()
    with server(503) as (address, asked):
        put(plain, {"Arn": destination(plain, address), "RetryPolicy": {"MaximumRetryAttempts": 1}}, dead, n=8)
        eventually(lambda: asked)
        never(lambda: asked[1:] or plain.receive(dead, wait=0), for_seconds=2)
