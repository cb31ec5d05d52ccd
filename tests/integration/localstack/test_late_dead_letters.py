"""An event that no call was made for is a dead letter too."""

from __future__ import annotations

import json
import subprocess

from eventyard.testing.waiting import eventually

SOURCE = "def handler(event, context): return event"
# What is done with an event that was given up without an answer, and how many messages come of it.
WITHOUT_AN_ANSWER = """
from types import SimpleNamespace as Thing
from localstack.services.lambda_.invocation import event_manager

sent = []
event_manager.dead_letter_queue.send_to_dead_letter_queue = lambda **given: sent.append(given)
version = Thing(config=Thing(dead_letter_arn="arn:aws:sqs:eu-west-1:000000000000:dead", role="role"))
poller = Thing(version_manager=Thing(function_arn="function", function_version=version))
event_manager.Poller.process_dead_letter_queue(poller, Thing(invocation=Thing(payload=b"{}")), None)
print(len(sent))
"""


def test_an_event_that_may_not_be_called_for_goes_to_the_dead_letter_queue(localstack):
    lambda_, url = localstack.client("lambda"), localstack.queue()
    queue = localstack.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    name = localstack.function(SOURCE, DeadLetterConfig={"TargetArn": queue["QueueArn"]})
    lambda_.get_waiter("published_version_active").wait(FunctionName=name, Qualifier="1")
    lambda_.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    lambda_.invoke(FunctionName=name, Qualifier="live", InvocationType="Event", Payload=json.dumps({"id": 1}))
    (event,) = eventually(lambda: localstack.receive(url, wait=1))
    assert json.loads(event) == {"id": 1}


def test_upstream_still_loses_such_an_event(launch, tmp_path):
    (tmp_path / "tmp").mkdir()
    environment = launch.environment(tmp_path, 1)
    del environment["PYTHONPATH"]
    done = subprocess.run(
        [launch.python, "-c", WITHOUT_AN_ANSWER],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert done.stdout.split() == ["0"], done.stderr
